"""What LlamaIndex's file readers say of a file; the third door to `llama_index`.

They come with the extra ``formats`` and are loaded when the first such file is read.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any

from ingest.formats.format import FileBytes, NotANoteError
from ingest.formats.unreadable import UnreadableDocumentError

INSTALL = "pip install --editable '.[formats]'"
MOST_PAGES = 5_000
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a document's own table of contents."""

    title: str
    level: int
    """From 1."""
    page: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Pages:
    """A document that has pages."""

    texts: tuple[str, ...]
    """The lines of each page as they are set."""
    bookmarks: tuple[Bookmark, ...] = ()
    title: str = ""
    """As the document's own data give it, which is often nonsense."""


class MissingReadersError(NotANoteError):
    """The packages that read a kind of file are not installed."""

    def __init__(self, path: str, kind: str) -> None:
        NotANoteError.__init__(
            self,
            path,
            f"reading {kind} files takes packages that are not installed; "
            f"get them with {INSTALL} in Footnote's folder, then sync again",
        )
        self._kind = kind

    def __reduce__(self) -> tuple[type["MissingReadersError"], tuple[str, str]]:
        """Take both values along to another process."""
        return type(self), (self.path, self._kind)


def pdf(file: FileBytes) -> Pages:
    """Read a PDF.

    Raises:
        MissingReadersError: The extra ``formats`` is not installed.
        UnreadableDocumentError: It is locked, damaged, or beyond all measure.
    """
    try:
        from llama_index.readers.file import PDFReader  # noqa: PLC0415 - seconds to load
        from pypdf import PdfReader  # noqa: PLC0415 - comes with it

        logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong is told by us
        from pypdf.errors import PyPdfError  # noqa: PLC0415 - comes with it
    except ImportError as error:
        raise MissingReadersError(file.path, "PDF") from error
    try:
        document = PdfReader(BytesIO(file.data))
        _check(file, document)
        # Without the wrapper that reads a damaged file three times and hides what is wrong.
        read = PDFReader.load_data.__wrapped__
        pages = read(PDFReader(), PurePosixPath(file.path), fs=_Memory(file.data))
        return Pages(
            tuple(page.text for page in pages),
            tuple(_bookmarks(document, document.outline, 1)),
            _title(document),
        )
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        if isinstance(error, UnreadableDocumentError):
            raise
        raise UnreadableDocumentError(
            file.path,
            f"the PDF is damaged ({error})",
            "Save it again from a program that opens it.",
        ) from error


def _check(file: FileBytes, document: Any) -> None:  # noqa: ANN401 - loaded late
    """Refuse what cannot be read before anything is read."""
    if document.is_encrypted and not document.decrypt(""):
        raise UnreadableDocumentError(
            file.path, "the PDF is locked by a password", "Save a copy without one."
        )
    if len(document.pages) > MOST_PAGES:
        raise UnreadableDocumentError(
            file.path,
            f"the PDF has {len(document.pages):,} pages and the limit is {MOST_PAGES:,}",
            "Cut it into parts.",
        )


def _bookmarks(document: Any, entries: Sequence[Any], level: int) -> Iterator[Bookmark]:  # noqa: ANN401 - loaded late
    for entry in entries:
        if isinstance(entry, list):
            if level < _DEEPEST:
                yield from _bookmarks(document, entry, level + 1)
            continue
        page = document.get_destination_page_number(entry)
        if page is not None and page >= 0:
            yield Bookmark(" ".join(str(entry.title).split()), level, page + 1)


def _title(document: Any) -> str:  # noqa: ANN401 - loaded late
    title = document.metadata.title if document.metadata else None
    return " ".join(title.split()) if isinstance(title, str) else ""


class _Memory:
    """The one file there is, for readers that open files by name."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open(self, path: str, mode: str = "rb") -> IO[bytes]:
        """Open it, whatever it is called."""
        del path, mode
        return BytesIO(self._data)
