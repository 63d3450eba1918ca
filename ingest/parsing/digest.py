"""Digests: repeated entries of a number heading, a date, an author and their words."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.block import Block, BlockKind
from ingest.parsing.lines import Line, covering, words_of
from ingest.parsing.moments import date_line
from retrieval.chunk import Kind

_NUMBER = re.compile(r"^#{1,6}[ \u00a0]+(?P<number>\d{1,4})\s*$")
_HANDLE = re.compile(r"^\s*@(?P<handle>[A-Za-z0-9_]{1,30})\s*$")
_DATE_WITHIN = 4
"""Lines after the number among which the date must stand."""
_HEAD_LINES = 8
"""Filled lines after the date among which the author must stand."""
_MOST_OF_A_NAME = 50
_FEWEST_ENTRIES = 2


def entry_starts(lines: Sequence[Line]) -> tuple[int, ...]:
    """Return the numbers of the lines that begin an entry; empty when this is no digest."""
    starts = tuple(
        number
        for number, line in enumerate(lines)
        if not line.fenced and _NUMBER.match(line.text) and _date_at(lines, number) is not None
    )
    return starts if len(starts) >= _FEWEST_ENTRIES else ()


def entries(lines: Sequence[Line], starts: Sequence[int]) -> Iterator[Block]:
    """Cut ``lines`` into entries that begin at ``starts``."""
    for start, stop in pairwise([*starts, len(lines)]):
        yield _entry(lines[start:stop])


def authors(lines: Sequence[Line]) -> list[tuple[int, str, str]]:
    """Return (line of the handle, name, handle) of each author named in an entry.

    An author is a short line followed by a line that is an ``@handle`` alone, a blank line between
    them or not. A lone handle after a sentence is a mention.
    """
    found: list[tuple[int, str, str]] = []
    before = ""
    for number, line in enumerate(lines):
        if line.blank:
            continue
        match = _HANDLE.match(line.text)
        if match and _is_name(before):
            found.append((number, before.strip(), match["handle"]))
        before = line.text
    return found


def _is_name(text: str) -> bool:
    text = text.strip()
    return (
        0 < len(text) <= _MOST_OF_A_NAME
        and not date_line(text)
        and not text.startswith(("@", "#", "http://", "https://"))
        and not text.endswith(("。", "，", "：", "；", ":", ",", ";", "！", "？"))
    )


def _date_at(lines: Sequence[Line], number: int) -> int | None:
    for place in range(number + 1, min(number + 1 + _DATE_WITHIN, len(lines))):
        if date_line(lines[place].text):
            return place
        if not lines[place].blank:
            return None
    return None


def _entry(lines: Sequence[Line]) -> Block:
    number = _NUMBER.match(lines[0].text)
    dated = _date_at(lines, 0) or 0
    head = [place for place in range(dated + 1, len(lines)) if not lines[place].blank]
    named = [author for author in authors(lines) if author[0] in head[:_HEAD_LINES]]
    span = covering(lines)
    speaker, handle, body_at = "", "", dated + 1
    if named:
        body_at, speaker, handle = named[0][0] + 1, named[0][1], named[0][2]
    return Block(
        BlockKind.ENTRY,
        Kind.DIGEST,
        span,
        words_of(lines[body_at:], span),
        (number["number"],) if number else (),
        speaker=speaker,
        handle=handle,
        when=date_line(lines[dated].text),
    )
