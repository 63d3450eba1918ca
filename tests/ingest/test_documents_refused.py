"""Documents that cannot be read say why, and what to do; none takes the machine along."""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.formats import FileBytes, NotANoteError, format_of
from ingest.formats.llama_index_readers import MissingReadersError
from ingest.formats.unreadable import UnreadableDocumentError
from tests.ingest.made import archive, docx, empty_docx, epub, pdf

WORDS = {"a.xhtml": "<p>字</p>"}
LOCKED = (
    '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:CipherReference '
    'URI="OEBPS/a.xhtml"/></encryption>'
)
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><container>&b;</container>'
NO_PAGE = b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nwords"


def read(path: str, data: bytes) -> str:
    file = FileBytes(path, data)
    return format_of(file).text(file).text


@pytest.mark.parametrize(
    ("path", "made", "reason"),
    [
        ("a.pdf", lambda: b"%PDF-1.4 nothing", "the PDF is damaged"),
        ("a.pdf", lambda: pdf([["字"]])[:400], "the PDF is damaged"),
        ("a.pdf", lambda: pdf([["secret"]], password="x"), "locked by a password"),
        ("a.pdf", lambda: pdf([[], []]), "its pages are pictures"),
        ("a.docx", lambda: b"PK\x03\x04", "it is damaged"),
        ("a.docx", lambda: archive({"a.txt": "x"}), "word/document.xml is missing"),
        ("a.docx", lambda: archive({"word/document.xml": "<w:"}), "word/document.xml is damaged"),
        ("a.docx", lambda: archive({"word/document.xml": "<a/>"}), "the document is damaged"),
        (
            "a.docx",
            lambda: archive({"word/document.xml": "<a/>", "word/styles.xml": BOMB}),
            "word/styles.xml declares entities",
        ),
        ("a.docx", empty_docx, "there is no text in the document"),
        ("a.epub", lambda: b"", "it is damaged"),
        ("a.epub", lambda: archive({"a": "b"}), "META-INF/container.xml is missing"),
        ("a.epub", lambda: epub({"a.xhtml": "<p/>"}), "there is no text in the book"),
        (
            "a.epub",
            lambda: epub(WORDS, more={"META-INF/encryption.xml": LOCKED}),
            "locked by its seller",
        ),
        ("a.epub", lambda: archive({"META-INF/container.xml": BOMB}), " is missing in it"),
        ("a.ipynb", lambda: b"{", "it is no notebook"),
        ("a.ipynb", lambda: b"[1]", "it is no notebook"),
        ("a.ipynb", lambda: json.dumps({"cells": []}).encode(), "no words in the notebook"),
        ("a.ipynb", lambda: b'{"a":' * 20_000, "it is no notebook"),
        ("a.html", lambda: b"<div id=app></div><script>draw()</script>", "no words are in this"),
        ("a.html", lambda: b"", "no words are in this"),
        ("a.mhtml", lambda: NO_PAGE, "no page is in this archive"),
    ],
)
def test_document_without_words_says_why(path: str, made: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        read(path, made())
    assert str(caught.value).startswith(f"{path} cannot be read: ")
    assert reason in caught.value.reason
    assert caught.value.advice.endswith(".")


@pytest.mark.parametrize(
    "members",
    [
        {"word/document.xml": b"<a>" + b" " * 40_000_000},
        {"word/media/image1.png": b"\0" * 5_000_000},
        {f"{number}": b"" for number in range(10_001)},
    ],
)
@pytest.mark.parametrize("path", ["a.docx", "a.epub"])
def test_archive_that_swells_is_not_unpacked(path: str, members: dict[str, bytes]) -> None:
    with pytest.raises(UnreadableDocumentError, match="far more than a document"):
        read(path, archive(members, packed=True))


def test_damaged_member_is_told() -> None:
    data = bytearray(epub(WORDS))
    place = data.index("<p>字</p>".encode())
    data[place : place + 3] = b"<q>"
    with pytest.raises(UnreadableDocumentError, match=r"a\.xhtml is damaged"):
        read("a.epub", bytes(data))


@pytest.mark.parametrize(("path", "kind"), [("a.pdf", "PDF"), ("b/a.docx", "DOCX")])
def test_missing_packages_are_named_with_the_command_that_gets_them(path: str, kind: str) -> None:
    program = (
        "import sys; sys.modules.update({'llama_index.readers.file': None, 'mammoth': None})\n"
        "from ingest.formats import FileBytes, format_of\n"
        f"file = FileBytes({path!r}, b'x')\n"
        "try:\n    format_of(file).text(file)\n"
        "except Exception as error:\n    print(type(error).__name__, error)"
    )
    said = subprocess.run(  # noqa: S603 - the program is the one above
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    assert said == (
        f"MissingReadersError {path} is passed over: reading {kind} files takes packages that are "
        "not installed; get them with pip install --editable '.[formats]' in Footnote's folder, "
        "then sync again.\n"
    )


def test_errors_reach_another_process() -> None:
    missing = MissingReadersError("a.pdf", "PDF")
    unreadable = UnreadableDocumentError("a.pdf", "why", "What now.")
    for error in (missing, unreadable):
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(copy), str(copy)) == (type(error), str(error))
    assert isinstance(missing, NotANoteError)


def test_pdf_that_only_forbids_printing_is_read() -> None:
    assert read("a.pdf", pdf([["open words"]], password="")) == "open words\n"


def test_book_of_the_second_edition_names_its_chapters() -> None:
    contents = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>'
        'Eins</text></navLabel><content src="a.xhtml#top"/></navPoint></navMap></ncx>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/><item id="n" href="toc.ncx" '
        'media-type="application/x-dtbncx+xml"/><item id="i" href="i.png" media-type="image/png"/>'
        '</manifest><spine><itemref idref="a"/><itemref idref="i"/><itemref idref="gone"/></spine>'
        "</package>"
    )
    more = {"OEBPS/content.opf": package, "OEBPS/toc.ncx": contents}
    assert read("a.epub", epub({"a.xhtml": "<p>Wort</p>"}, more=more)) == "## Eins\n\nWort\n"


def test_fonts_of_a_book_may_be_locked() -> None:
    fonts = LOCKED.replace("a.xhtml", "font.otf")
    more = {"META-INF/encryption.xml": fonts}
    assert read("a.epub", epub(WORDS, more=more)) == "# 小书\n\n字\n"


def test_word_document_is_read_without_its_pictures() -> None:
    assert "量化笔记" in read("a.docx", docx())
