"""Text into blocks, one module per shape of text."""
