"""Books: their chapters in reading order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from ingest.decoding import Decoded
from ingest.formats.archive import Archive
from ingest.formats.format import FileBytes, Format
from ingest.formats.unreadable import UnreadableDocumentError
from ingest.formats.web_page import hypertext
from ingest.hypertext import page
from ingest.parsing import Parsed
from ingest.parsing.document import document
from ingest.parsing.headings import heading
from ingest.parsing.lines import split_lines
from retrieval.chunk import Kind

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_CHAPTERS = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}
_NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "h": "http://www.w3.org/1999/xhtml",
    "enc": "http://www.w3.org/2001/04/xmlenc#",
}
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Book:
    """What the book says of itself."""

    title: str
    chapters: tuple[str, ...]
    """Names of the members that hold them, in reading order."""
    names: Mapping[str, str]
    """The titles that the table of contents has for them."""


def _text(file: FileBytes) -> Decoded:
    archive = Archive.of(file)
    book = _book(archive)
    parts = [f"# {book.title}"] if book.title else []
    lossy = False
    for member in book.chapters:
        decoded = hypertext(archive.read(member))
        lossy = lossy or decoded.lossy
        words = page(decoded.text.removeprefix("\ufeff"), furnished=False).markdown.strip()
        if words:
            parts.append(_below_title(words, book.names.get(member, "")))
    if len(parts) <= bool(book.title):
        raise UnreadableDocumentError(
            file.path, "there is no text in the book", "A book of pictures needs a text layer."
        )
    return Decoded("\n\n".join(parts) + "\n", "epub", lossy=lossy)


def _below_title(words: str, name: str) -> str:
    """Move the headings of a chapter one level down; one without any gets its name."""
    lines = [(line, heading(line)) for line in split_lines(words)]
    if not any(found for _, found in lines):
        return f"## {name}\n\n{words}" if name else words
    return "\n".join(
        f"#{line.text.lstrip()}" if found and found.level < _DEEPEST else line.text
        for line, found in lines
    )


def _book(archive: Archive) -> _Book:
    container = archive.tree(_CONTAINER)
    root = next(iter(_values(container, "//c:rootfile/@full-path")), "")
    package = archive.tree(root)
    listed = {
        item.get("id", ""): (_member(root, item.get("href", "")), item)
        for item in package.iterfind(".//opf:manifest/opf:item", _NAMES)
    }
    chapters = tuple(
        listed[key][0]
        for key in _values(package, "//opf:spine/opf:itemref/@idref")
        if key in listed and listed[key][1].get("media-type") in _CHAPTERS
    )
    _refuse_locked(archive, chapters)
    names: dict[str, str] = {}
    for member, item in listed.values():
        if "nav" in item.get("properties", "").split():
            names |= dict(_contents(archive, member, "//h:nav//h:a", "@href"))
            chapters = tuple(each for each in chapters if each != member)
        elif item.get("media-type") == "application/x-dtbncx+xml":
            pairs = _contents(archive, member, "//ncx:navPoint", "ncx:content/@src")
            names = dict(pairs) | names
    title = " ".join(next(iter(_values(package, "//dc:title/text()")), "").split())
    return _Book(title, chapters, names)


def _refuse_locked(archive: Archive, chapters: tuple[str, ...]) -> None:
    """Books that are sold locked list their chapters as encrypted; fonts may be."""
    if _LOCKS not in archive.members.namelist():
        return
    locked = {unquote(name) for name in _values(archive.tree(_LOCKS), "//enc:CipherReference/@URI")}
    if locked & set(chapters):
        raise UnreadableDocumentError(
            archive.path, "the book is locked by its seller", "Footnote cannot open such books."
        )


def _contents(
    archive: Archive, member: str, entries: str, target: str
) -> Iterator[tuple[str, str]]:
    """Yield the members that a table of contents leads to, with their titles."""
    found: set[str] = set()
    for entry in archive.tree(member).xpath(entries, namespaces=_NAMES):
        label = entry.find("ncx:navLabel", _NAMES)
        words = " ".join("".join((entry if label is None else label).itertext()).split())
        for address in entry.xpath(target, namespaces=_NAMES):
            named = _member(member, re.sub(r"#.*", "", address))
            if words and named not in found:
                found.add(named)
                yield named, words


def _values(tree: etree._Element, query: str) -> list[str]:
    found = tree.xpath(query, namespaces=_NAMES)
    return [str(value) for value in found] if isinstance(found, list) else []


def _member(beside: str, address: str) -> str:
    return normpath(join(dirname(beside), unquote(address)))


def _parse(text: str, name: str) -> Parsed:
    return document(text, name, Kind.ARTICLE)


EPUB = Format("epub", frozenset({".epub"}), _text, _parse)
