"""Chat logs: messages with speaker and time, copied from a chat program or exported by it.

`ingest.parsing.stamps` knows the shapes of header lines, `ingest.parsing.chat_marks` judges the
lines of a section together. Besides those shapes a log may name the days on lines of their own
(``——— 2024-03-07 ———``) with ``name: words`` or ``name 21:05`` below them, and a list copied from
WeChat has ``name:`` above the words of each message.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.block import Block, BlockKind
from ingest.parsing.chat_heads import chat_heads
from ingest.parsing.chat_marks import is_day, is_listed, marks
from ingest.parsing.dating import moments
from ingest.parsing.lines import Line, covering, words_of
from ingest.parsing.replies import reply
from ingest.parsing.stamps import Sign, Stamp, person, stamp
from retrieval.chunk import Kind
from retrieval.span import Span

_FEWEST_PROOFS = 2


def is_message_header(line: Line) -> bool:
    """Whether ``line`` alone proves a chat: it has a name's place, a date and a time."""
    return is_day(line) or _is(Sign.SURE, line)


def is_clock_header(line: Line) -> bool:
    """Whether ``line`` may head a message without a date."""
    return _is(Sign.LIKELY, line)


def _is(sign: Sign, line: Line) -> bool:
    found = None if line.fenced else stamp(line.text)
    return found is not None and found.sign is sign


def is_chat(lines: Sequence[Line]) -> bool:
    """Whether the lines of a section are a chat.

    Two headers prove one; one does when the section begins with it; headers of the weaker shapes
    do when several stand together, above words, and a speaker comes back.
    """
    proofs = [
        number
        for number, line in enumerate(lines)
        if is_message_header(line) or is_clock_header(line)
    ]
    if len(proofs) >= _FEWEST_PROOFS:
        return True
    first = next((number for number, line in enumerate(lines) if not line.blank), -1)
    if proofs == [first] and first + 1 < len(lines) and not lines[first + 1].blank:
        return True
    return is_listed(lines)


def messages(lines: Sequence[Line], headings: tuple[str, ...], day: str) -> Iterator[Block]:
    """Cut the lines of one section into messages.

    Args:
        lines: The section without its heading line.
        headings: The headings above it.
        day: The last date seen before the section, ISO, carried to headers without one.
    """
    start = 0
    path = headings
    for head in (*chat_heads(lines), None):
        stop = head.start if head else len(lines)
        yield from _conversation(lines[start:stop], path, day)
        if head:
            yield head.block(headings)
            path, start, day = (*headings, head.name), head.stop, ""


def _conversation(lines: Sequence[Line], headings: tuple[str, ...], day: str) -> Iterator[Block]:
    all_marks = marks(lines)
    whens = moments([mark.what for mark in all_marks], day)
    heads = [(mark.line, mark.what) for mark in all_marks if isinstance(mark.what, Stamp)]
    starts = [_start(lines, number, found) for number, found in heads]
    yield from _unheaded(lines[: starts[0] if starts else len(lines)], headings)
    for (number, found), (start, stop), when in zip(
        heads, pairwise([*starts, len(lines)]), whens, strict=True
    ):
        end = next((day for day in range(number + 1, stop) if is_day(lines[day])), stop)
        message = _message(lines[start:end], number - start, found)
        yield replace(message, headings=headings, when=when)
        yield from _unheaded(lines[end:stop], headings)


def _start(lines: Sequence[Line], number: int, found: Stamp) -> int:
    """Return the line on which a message begins: a name may stand above its time."""
    named = found.below_name and number and not lines[number - 1].blank
    return number - 1 if named and stamp(lines[number - 1].text) is None else number


def _unheaded(lines: Sequence[Line], headings: tuple[str, ...]) -> Iterator[Block]:
    """Words above the first header, or right below a day: a message whose header the log lost."""
    paragraph: list[Line] = []
    for line in [*lines, None]:
        if line is not None and not line.blank and not is_day(line):
            paragraph.append(line)
        elif paragraph:
            span = covering(paragraph)
            yield Block(BlockKind.PARAGRAPH, Kind.CHAT, span, span, headings)
            paragraph = []


def _message(lines: Sequence[Line], head: int, found: Stamp) -> Block:
    """Make a message of its lines; the one at ``head`` says who spoke."""
    said = lines[head + 1 :]
    span = covering(lines)
    body = words_of(said, span)
    answer = reply(said, found.quoted)
    if found.words_at is not None:
        at = lines[head].start + found.words_at
        body = Span(at, span.end)
        answer = reply([Line(lines[head].text[found.words_at :], at), *said], found.quoted)
    name, account = person(lines[0].text) if head else (found.name, found.account)
    return Block(
        BlockKind.MESSAGE,
        Kind.CHAT,
        span,
        body,
        speaker=name,
        handle=account,
        reply_to=answer.name,
        quotes=answer.quotes,
    )
