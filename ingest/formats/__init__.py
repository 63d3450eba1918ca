"""File formats: each turns a file's bytes into a note's text, and that text into blocks."""

from ingest.formats.format import FileBytes, Format, NotANoteError
from ingest.formats.table import FORMATS, SUFFIXES, format_named, format_of

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "FileBytes",
    "Format",
    "NotANoteError",
    "format_named",
    "format_of",
]
