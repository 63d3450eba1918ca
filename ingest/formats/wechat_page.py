"""A WeChat chat as the usual backup tools write it as a web page.

One kind of page holds its messages as a list in a script; their times are seconds, so they are
UTC. The other holds each as an element of the page, with the time that the tool wrote; the notices
that WeChat itself puts between messages have none there, and are not taken over.
"""

import html
import re
from collections.abc import Iterator

import chompjs

from ingest.decoding import Decoded, decode
from ingest.formats.chat_note import chat_note
from ingest.formats.chat_text import parse_chat_text
from ingest.formats.conversation import Conversation, Message, Quote
from ingest.formats.damage import DamagedExportError
from ingest.formats.format import FileBytes, Format
from ingest.formats.json_record import Record
from ingest.formats.wechat_bubbles import bubbles
from ingest.formats.wechat_words import ME, PROGRAM, moment, words

_LIST = re.compile(r"\bchatMessages\s*=\s*(?=\[)")
_LIST_BYTES = re.compile(rb"\bchatMessages\s*=\s*\[\s*(?:\{\s*[\"']?(?:type|id|msg)|\])")
_BUBBLE_BYTES = re.compile(rb"<div class=\"msg [^<>]{0,200}\bmsgid=")
_HEAD_BYTES = b'class="nt-box"'
_TITLE = re.compile(r"<title>([^<]{0,200})</title>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PICTURE = re.compile(
    r"<img\b[^<>]{0,2000}?\balt=[\"']([^\"'<>]{0,40})[\"'][^<>]{0,2000}>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_TAIL = 1_000
"""Characters in which the end of a page that is whole stands."""
_DASHES = re.compile(r"^\s*(?:-\s?){3,}\s*")


def _recognises(data: bytes) -> bool:
    if _LIST_BYTES.search(data):
        return True
    return _HEAD_BYTES in data and _BUBBLE_BYTES.search(data) is not None


def _text(file: FileBytes) -> Decoded:
    decoded = decode(file.data)
    page = decoded.text
    listed = _LIST.search(page)
    found = _listed(file, page[listed.end() :]) if listed else _shown(file, page)
    title = _TITLE.search(page)
    conversation = Conversation(
        html.unescape(title[1]) if title else "",
        tuple(message for message in found if message.text),
    )
    return chat_note(file, PROGRAM, [conversation], decoded)


def _listed(file: FileBytes, script: str) -> Iterator[Message]:
    """Yield the messages of a list that ``script`` begins with."""
    try:
        values: object = chompjs.parse_js_object(
            script.replace("\0", "\ufffd"), loader_kwargs={"strict": False}
        )
    except (ValueError, RecursionError):
        what = "the list of messages in its script breaks off or is broken"
        raise DamagedExportError(file.path, PROGRAM, what) from None
    records = Record({"chatMessages": values}, file.path, PROGRAM).records("chatMessages")
    for record in records:
        yield _message(record)


def _message(record: Record) -> Message:
    linked = record.text("sub_type")
    content = next(
        filter(None, (record.text(key) for key in ("voice_to_text", "title", "file_name"))),
        record.text("text"),
    )
    said = words(record.text("type"), linked, _plain(content))
    address = record.text("url")
    by, _, answered = _plain(record.text("refer_text")).partition("：")
    return Message(
        speaker=_plain(record.text("displayname")) or (ME if _is_own(record) else ""),
        when=record.unix_time("timestamp"),
        text=f"{said}\n{address}" if address.startswith("http") else said,
        quote=Quote(by, answered) if by else None,
    )


def _is_own(record: Record) -> bool:
    return record.text("is_send") == "1"


def _plain(source: str) -> str:
    """Return the words of a stretch of HTML."""
    source = _PICTURE.sub(r"\1", _BREAK.sub("\n", source))
    return html.unescape(_TAG.sub("", source)).strip()


def _shown(file: FileBytes, page: str) -> Iterator[Message]:
    """Yield the messages that are elements of the page."""
    if "</html>" not in page[-_TAIL:].lower():
        raise DamagedExportError(file.path, PROGRAM, "the page breaks off")
    for number, bubble in enumerate(bubbles(page), 1):
        if not bubble.name and not bubble.head:
            continue
        when = moment(bubble.head)
        if when is None:
            what = f"message {number} of the page has no time that can be read"
            raise DamagedExportError(file.path, PROGRAM, what)
        by, _, answered = bubble.quoted.strip(" 「」").partition("：")
        yield Message(
            speaker=bubble.name,
            when=when,
            text=_DASHES.sub("", bubble.words) if by else bubble.words,
            quote=Quote(by, answered) if by else None,
        )


WECHAT_PAGE = Format(
    "wechat page", frozenset({".html", ".htm"}), _text, parse_chat_text, _recognises
)
