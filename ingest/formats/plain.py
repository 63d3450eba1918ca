"""Markdown and plain text: the file's own characters."""

from ingest.decoding import Decoded, decode
from ingest.formats.format import FileBytes, Format
from ingest.parsing import parse


def _text(file: FileBytes) -> Decoded:
    return decode(file.data)


MARKDOWN = Format("markdown", frozenset({".md", ".markdown"}), _text, parse)
PLAIN = Format("plain", frozenset({".txt"}), _text, parse)
