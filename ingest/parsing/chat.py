"""Group-chat logs: messages with speaker and time.

Header lines seen in exports, the message below each of them::

    name 2024/3/7 9:05:12            QQ, also with no-break spaces and trailing spaces
    name 9:05:12                     the same day, date not repeated
    name 2024/3/7 9:05:12 other      the person who is quoted, behind the time
    2024-03-07 09:05:12 name(1234)   WeChat and QQ exports
    ———— 2024-03-07 ————             a day; lines ``name: words`` follow
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.block import Block, BlockKind
from ingest.parsing.lines import Line, covering, words_of
from ingest.parsing.moments import CLOCK, DATE, iso
from retrieval.chunk import Kind
from retrieval.span import Span

_GAP = r"[ \t\u00a0\u3000]+"
_NOT_DEEP = r"(?!\s{41})"
"""No name begins that far right; without this a deeply indented line is tried at each place."""
_NAME_FIRST = re.compile(
    rf"^{_NOT_DEEP}(?P<name>.{{0,40}}?){_GAP}{DATE}{_GAP}{CLOCK}"
    r"(?:[ \t\u00a0\u3000]+(?P<quoted>\S.{0,40}?))?[ \t\u00a0\u3000]*$"
)
_TIME_FIRST = re.compile(
    rf"^{DATE}{_GAP}{CLOCK}{_GAP}(?!👍|\d+\s*$|回复\s*$)(?P<name>\S.{{0,40}}?)[ \t\u00a0\u3000]*$"
)
_TIME_ONLY = re.compile(
    rf"^{_NOT_DEEP}(?P<name>[^:：。，,!?！？]{{0,40}}?){_GAP}"
    r"(?P<hour>2[0-3]|[01]?[0-9]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])[ \t\u00a0\u3000]*$"
)
_DAY = re.compile(rf"^\s*[—\-=─━]{{3,}}\s*{DATE}\s*[—\-=─━]{{3,}}\s*$")
_SAID = re.compile(r"^(?P<name>[^:：\s#*>|\-][^:：#*>|]{0,30}?)\s*[:：]\s*\S")
_ACCOUNT = re.compile(r"[(（<](?:\d{5,}|[^()（）<>\s]+@[^()（）<>\s]+)[)）>]$")
_REPLY = re.compile(r"^\s*@(?P<name>\S{1,40})\s")
_INLINE_REPLY = re.compile(r"^(?P<who>.{1,40}?)[ \u00a0]{2,}@(?P<name>\S{1,40})\s")


@dataclass(frozen=True, slots=True)
class _Header:
    line: int
    name: str
    when: str
    quoted: str = ""
    body_at: int | None = None
    """Offset at which the words begin on the header's own line, if they do."""


def is_message_header(line: Line) -> bool:
    """Whether ``line`` alone proves a chat: it has a name's place, a date and a time."""
    return not line.fenced and bool(
        _NAME_FIRST.match(line.text) or _TIME_FIRST.match(line.text) or _DAY.match(line.text)
    )


def is_clock_header(line: Line) -> bool:
    """Whether ``line`` may head a message without a date."""
    return not line.fenced and _TIME_ONLY.match(line.text) is not None


def messages(lines: Sequence[Line], headings: tuple[str, ...], day: str) -> Iterator[Block]:
    """Cut the lines of one section into messages.

    Args:
        lines: The section without its heading line.
        headings: The headings above it.
        day: The last date seen before the section, ISO, carried to headers without one.
    """
    headers = list(_headers(lines, day))
    starts = [header.line for header in headers]
    yield from _unheaded(lines[: starts[0] if starts else len(lines)], headings)
    for header, (start, stop) in zip(headers, pairwise([*starts, len(lines)]), strict=True):
        yield replace(_message(lines[start:stop], header), headings=headings)


def _headers(lines: Sequence[Line], day: str) -> Iterator[_Header]:
    by_day = False
    for number, line in enumerate(lines):
        if line.fenced:
            continue
        if separator := _DAY.match(line.text):
            day, by_day = iso(separator), True
            continue
        match = _NAME_FIRST.match(line.text) or _TIME_FIRST.match(line.text)
        if match:
            when = iso(match)
            day, by_day = when[:10], False
            quoted = match.groupdict().get("quoted") or ""
            yield _Header(number, _name(match["name"]), when, quoted)
        elif match := _TIME_ONLY.match(line.text):
            yield _Header(number, _name(match["name"]), f"{day} {iso(match)}".strip())
        elif by_day and (match := _SAID.match(line.text)):
            body_at = line.start + match.end() - 1
            yield _Header(number, _name(match["name"]), day, body_at=body_at)


def _name(text: str) -> str:
    return _ACCOUNT.sub("", text.strip(" \t\u00a0\u3000")).strip()


def _unheaded(lines: Sequence[Line], headings: tuple[str, ...]) -> Iterator[Block]:
    """Words above the first header: a message whose header the log lost."""
    paragraph: list[Line] = []
    for line in [*lines, None]:
        if line is not None and not line.blank and not _DAY.match(line.text):
            paragraph.append(line)
        elif paragraph:
            span = covering(paragraph)
            yield Block(BlockKind.PARAGRAPH, Kind.CHAT, span, span, headings)
            paragraph = []


def _message(lines: Sequence[Line], header: _Header) -> Block:
    said = [line for line in lines[1:] if not _DAY.match(line.text)]
    span = covering([lines[0], *said])
    inline = None if header.body_at is None else Span(header.body_at, span.end)
    return Block(
        BlockKind.MESSAGE,
        Kind.CHAT,
        span,
        inline or words_of(said, span),
        speaker=header.name,
        when=header.when,
        reply_to=header.quoted or _replied_to(said),
    )


def _replied_to(said: Sequence[Line]) -> str:
    for line in said:
        match = _INLINE_REPLY.match(line.text) or _REPLY.match(line.text)
        if match:
            return match["name"]
    return ""
