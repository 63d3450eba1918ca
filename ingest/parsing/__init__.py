"""Text into blocks: one module per shape of text, and `parse`, which chooses among them."""

from ingest.parsing.note_text import PARSER_VERSION, Parsed, parse

__all__ = ["PARSER_VERSION", "Parsed", "parse"]
