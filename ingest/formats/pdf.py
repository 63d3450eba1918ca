"""PDF: its pages, one after another."""

import re

from ingest.decoding import Decoded
from ingest.formats.format import FileBytes, Format
from ingest.formats.llama_index_readers import Bookmark, Pages, pdf
from ingest.formats.reflowing import reflowed
from ingest.formats.unreadable import UnreadableDocumentError
from ingest.parsing import Parsed
from ingest.parsing.document import PAGE_BREAK, document, inert
from retrieval.chunk import Kind

MOST_CHARACTERS = 20_000_000
_FEWEST_LETTERS = 3
"""Letters on the average page below which the pages are pictures."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def _text(file: FileBytes) -> Decoded:
    pages = pdf(file)
    letters = sum(character.isalnum() for text in pages.texts for character in text)
    if letters < _FEWEST_LETTERS * len(pages.texts) or not letters:
        raise UnreadableDocumentError(
            file.path,
            "its pages are pictures, there is no text in them",
            "Put a text layer in with a program for text recognition, such as OCRmyPDF.",
        )
    cleaned = [_NO_TEXT.sub(_readable, text) for text in pages.texts]
    headed = [
        _headed(text, number, pages) for number, text in enumerate(map(inert, reflowed(cleaned)), 1)
    ]
    whole = f"\n\n{PAGE_BREAK}\n\n".join(headed).rstrip() + "\n"
    if len(whole) > MOST_CHARACTERS:
        raise UnreadableDocumentError(
            file.path, f"its text has {len(whole):,} characters", "Cut it into parts."
        )
    return Decoded(whole, "pdf", lossy="\ufffd" in whole)


def _readable(match: re.Match[str]) -> str:
    return "\ufffd" if match.group() >= "\ud800" else " "


def _headed(text: str, page: int, pages: Pages) -> str:
    """Make the lines headings that the document's title and its table of contents name."""
    named = {_key(mark.title): mark for mark in pages.bookmarks if mark.page == page}
    if page == 1 and pages.title:
        named[_key(pages.title)] = Bookmark(pages.title, 0, 1)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        mark = named.pop(_key(line), None) if line.strip() else None
        if mark is not None:
            lines[number] = f"\n{'#' * (mark.level + 1)} {line.strip()}\n"
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _key(title: str) -> str:
    return "".join(title.split()).casefold()


def _parse(text: str, name: str) -> Parsed:
    return document(text, name, Kind.ARTICLE, paged=True)


PDF = Format("pdf", frozenset({".pdf"}), _text, _parse)
