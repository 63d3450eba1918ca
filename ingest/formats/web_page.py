"""Saved web pages: HTML, and the archives that browsers make of a page with its pictures."""

import codecs
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from ingest.decoding import Decoded, decode
from ingest.formats.format import FileBytes, Format
from ingest.formats.unreadable import UnreadableDocumentError
from ingest.hypertext import page
from ingest.legibility import legibility
from ingest.parsing import Parsed
from ingest.parsing.document import document
from retrieval.chunk import Kind

_HEAD = 4096
"""Bytes in which a page must name its encoding."""
_NAMED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252"}
"""Encodings that browsers read as the larger one that holds them."""


def _page_text(file: FileBytes) -> Decoded:
    return _note(file, hypertext(file.data), "")


def _archive_text(file: FileBytes) -> Decoded:
    message = message_from_bytes(file.data, policy=policy.default)
    part = _main_part(message)
    if part is None:
        raise UnreadableDocumentError(
            file.path, "no page is in this archive", "Save the page as HTML instead."
        )
    data = part.get_payload(decode=True)
    named = part.get_content_charset() or ""
    decoded = hypertext(data if isinstance(data, bytes) else b"", named)
    address = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
    return _note(file, decoded, address)


def hypertext(data: bytes, named: str = "") -> Decoded:
    """Read the bytes of HTML: by what proves itself, then as the page says, then by a guess."""
    decoded = decode(data)
    if not decoded.guessed and not decoded.lossy:
        return decoded
    match = _NAMED.search(data[:_HEAD])
    encoding = _known(named) or (_known(match.group(1).decode("ascii")) if match else "")
    if not encoding or encoding == decoded.encoding:
        return replace(decoded, guessed=decoded.guessed and not encoding)
    text = data.decode(encoding, "replace")
    lossy = "\ufffd" in text
    if lossy and legibility(text) < legibility(decoded.text):
        return decoded
    return Decoded(text, encoding, lossy=lossy)


def _known(name: str) -> str:
    """Return the encoding of that name, if there is one for text."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found)
    except (LookupError, ValueError):
        return ""
    # Whoever reads the name has read it byte by byte.
    return "" if found.startswith(("utf-16", "utf-32")) else _WIDER.get(found, found)


def _main_part(message: EmailMessage | Message) -> Message | None:
    """Return the page among the parts of an archive: the first that is HTML."""
    return next(
        (
            part
            for part in message.walk()
            if part.get_content_type() in {"text/html", "application/xhtml+xml"}
        ),
        None,
    )


def _note(file: FileBytes, decoded: Decoded, address: str) -> Decoded:
    read = page(decoded.text.removeprefix("\ufeff"), address=address)
    if not read.markdown.strip():
        raise UnreadableDocumentError(
            file.path,
            "no words are in this page; a script may have shown them",
            "Save it again when it is fully shown, or with SingleFile.",
        )
    head = [f"# {read.title}"] if read.title else []
    head += [f"<{read.address}>"] if read.address else []
    text = "\n\n".join([*head, read.markdown])
    return replace(decoded, text=text)


def _parse(text: str, name: str) -> Parsed:
    return document(text, name, Kind.CLIP)


WEB_PAGE = Format("web page", frozenset({".html", ".htm", ".xhtml"}), _page_text, _parse)
WEB_ARCHIVE = Format("web archive", frozenset({".mht", ".mhtml"}), _archive_text, _parse)
