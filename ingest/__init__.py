"""Notes in: files become notes, blocks and chunks, and the index follows them."""
