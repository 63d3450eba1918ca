"""Documents that tests write and Footnote reads."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, cast

from docx import Document
from docx.oxml import parse_xml
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

_FONT = "STSong-Light"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
)


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    title: str = "",
    bookmarks: Mapping[str, tuple[int, int]] | None = None,
    password: str | None = None,
) -> bytes:
    """Write a PDF of lines; ``bookmarks`` are titles with page and level, from 1 and 0."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    written = io.BytesIO()
    locked = None if password is None else StandardEncryption(password, ownerPassword="owner")
    canvas = Canvas(written, invariant=True, encrypt=locked)
    canvas.setTitle(title)
    for number, lines in enumerate(pages, 1):
        for words, (page, level) in (bookmarks or {}).items():
            if page == number:
                canvas.bookmarkPage(words)
                canvas.addOutlineEntry(words, words, level)
        canvas.setFont(_FONT, 11)
        for place, line in enumerate(lines):
            canvas.drawString(72, 780 - 16 * place, line)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def empty_docx() -> bytes:
    """Write a Word document without a word."""
    written = io.BytesIO()
    Document().save(written)
    return written.getvalue()


def docx() -> bytes:
    """Write a Word document with every kind of paragraph that is told apart."""
    document = Document()
    document.add_heading("量化笔记", 0)
    document.add_heading("为什么", 1)
    document.add_paragraph("四比特权重只占四分之一显存。")
    document.add_paragraph("第一点", style="List Bullet")
    document.add_paragraph("第二点", style="List Bullet")
    document.add_paragraph("步骤一", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells],
        ["位宽", "显存", "4", "3.5 GB"],
        strict=True,
    ):
        cell.text = words
    formula = document.add_paragraph("公式 ")
    drawn = parse_xml(f'<m:oMath xmlns:m="{_MATH}"><m:r><m:t>y=Wx</m:t></m:r></m:oMath>')
    cast("Any", formula._p).append(drawn)
    formula.add_run(" 结束 <b> a*b")
    document.add_heading("Second part", 2)
    document.add_paragraph("plain ").add_run("bold").bold = True
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def epub(
    chapters: Mapping[str, str],
    *,
    title: str = "小书",
    contents: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Write a book; ``chapters`` are bodies by name, ``contents`` titles by name."""
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>{title}</dc:title>'
        f'</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" '
        f'media-type="application/xhtml+xml"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    links = "".join(f'<a href="{name}#top">{words}</a>' for name, words in (contents or {}).items())
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "OEBPS/content.opf": package,
        "OEBPS/nav.xhtml": _xhtml(f"<nav>{links}</nav>"),
        **{f"OEBPS/{name}": _xhtml(body) for name, body in chapters.items()},
        **(more or {}),
    }
    return archive(members)


def archive(members: Mapping[str, str | bytes], *, packed: bool = False) -> bytes:
    """Write an archive."""
    written = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(written, "w", how) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return written.getvalue()


def _xhtml(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
    )
