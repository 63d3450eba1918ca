"""All formats, in the order in which they are tried."""

from collections.abc import Mapping

from ingest.formats.discord import DISCORD
from ingest.formats.docx import DOCX
from ingest.formats.epub import EPUB
from ingest.formats.format import FileBytes, Format, NotANoteError
from ingest.formats.notebook import NOTEBOOK
from ingest.formats.pdf import PDF
from ingest.formats.plain import MARKDOWN, PLAIN
from ingest.formats.slack import SLACK
from ingest.formats.subtitles import SUBTITLES
from ingest.formats.telegram import TELEGRAM
from ingest.formats.web_page import WEB_ARCHIVE, WEB_PAGE
from ingest.formats.wechat_csv import WECHAT_CSV
from ingest.formats.wechat_page import WECHAT_PAGE

FORMATS: tuple[Format, ...] = (
    MARKDOWN,
    PLAIN,
    TELEGRAM,
    DISCORD,
    SLACK,
    WECHAT_CSV,
    WECHAT_PAGE,
    SUBTITLES,
    WEB_PAGE,
    WEB_ARCHIVE,
    PDF,
    DOCX,
    EPUB,
    NOTEBOOK,
)
"""The first format that has a file's suffix and recognises it reads it."""
SUFFIXES = frozenset(suffix for each in FORMATS for suffix in each.suffixes)
"""Endings of the names of files that may be notes."""
_BY_NAME: Mapping[str, Format] = {each.name: each for each in FORMATS}


def format_of(file: FileBytes) -> Format:
    """Return the format that reads ``file``.

    Raises:
        NotANoteError: None does.
    """
    for each in FORMATS:
        if file.suffix in each.suffixes and each.recognises(file.data):
            return each
    raise NotANoteError(file.path, f"no format that Footnote reads is in this {file.suffix} file")


def format_named(name: str) -> Format:
    """Return the format of a stored note; one of an earlier version reads as Markdown."""
    return _BY_NAME.get(name, MARKDOWN)
