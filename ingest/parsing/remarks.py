"""Comments of the author: ``%%words%%``, ``<!-- words -->`` and ``[//]: # (words)``.

They may stand inside a line, on lines of their own, or reach over many. Signs in code mean nothing,
and a comment that is never closed is text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.parsing.code_spans import without_code
from ingest.parsing.cuts import is_cut
from ingest.parsing.lines import Line
from retrieval.span import Span

_SIGN = re.compile(r"\\[%<]|<!--|-->|%%+")
_DEFINED = re.compile(
    r"^ {0,3}\[(?://|comment|#)\]:[ \t]*(?:#|<>)[ \t]*[(\"'].*[)\"'][ \t]*$", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z0-9_%]")
_MARGIN = re.compile(r"[\s>]*")
_MOST_CHARACTERS = 20_000
"""A longer stretch between two signs is no comment: one of them stands there by chance."""


@dataclass(frozen=True, slots=True)
class _Sign:
    text: str
    start: int
    end: int
    line: int
    first: bool
    """Whether nothing stands before it on its line."""
    last: bool
    """Whether nothing stands after it."""
    opens: bool
    closes: bool


def remarks(lines: Sequence[Line]) -> Iterator[Span]:
    """Yield the places of comments, in order, their signs included."""
    signs: list[_Sign] = []
    defined: list[Span] = []
    for number, line in enumerate(lines):
        if line.fenced or is_cut(line.text):
            continue
        if _DEFINED.match(line.text):
            defined.append(Span(line.start, line.end))
        elif "%%" in line.text or "--" in line.text:
            signs.extend(_signs(number, line))
    yield from sorted([*defined, *_pairs(signs)])


def _signs(number: int, line: Line) -> Iterator[_Sign]:
    words = without_code(line.text)
    margin = _MARGIN.match(words)
    left = margin.end() if margin else 0
    right = len(words.rstrip())
    for match in _SIGN.finditer(words):
        start, end = match.span()
        before, after = words[start - 1 : start] if start else "", words[end : end + 1]
        yield _Sign(
            match.group(),
            line.start + start,
            line.start + end,
            number,
            first=start <= left,
            last=end >= right,
            opens=not _WORD.match(before),
            closes=not _WORD.match(after),
        )


def _pairs(signs: Sequence[_Sign]) -> Iterator[Span]:
    arrows = _next_arrows(signs)
    block_ends = _next_block_ends(signs)
    number = 0
    while number < len(signs):
        closing = None
        if signs[number].text == "<!--":
            closing = arrows[number]
        elif signs[number].text == "%%":
            closing = _closing(signs, number, block_ends[number])
        if closing is None or signs[closing].end - signs[number].start > _MOST_CHARACTERS:
            number += 1
            continue
        yield Span(signs[number].start, signs[closing].end)
        number = closing + 1


def _next_arrows(signs: Sequence[_Sign]) -> list[int | None]:
    """Return, for each sign, the number of the next ``-->`` behind it."""
    return _next(signs, lambda sign: sign.text == "-->")


def _next_block_ends(signs: Sequence[_Sign]) -> list[int | None]:
    """Return, for each sign, the number of the next ``%%`` that ends a line."""
    return _next(signs, lambda sign: sign.text == "%%" and sign.last)


def _next(signs: Sequence[_Sign], wanted: Callable[[_Sign], bool]) -> list[int | None]:
    found: list[int | None] = []
    latest: int | None = None
    for number in range(len(signs) - 1, -1, -1):
        found.append(latest)
        if wanted(signs[number]):
            latest = number
    return found[::-1]


def _closing(signs: Sequence[_Sign], number: int, block_end: int | None) -> int | None:
    """Return the sign that closes the ``%%`` at ``number``: on its line, or at a later line's end.

    ``%%d and %%s`` and ``100%%`` are no comments: words touch the signs from outside.
    """
    opening = signs[number]
    if not opening.opens:
        return None
    following = number + 1
    if following < len(signs) and signs[following].line == opening.line:
        sign = signs[following]
        if sign.text == "%%" and sign.closes and sign.start > opening.end:
            return following
    if opening.first and block_end is not None and signs[block_end].line > opening.line:
        return block_end
    return None
