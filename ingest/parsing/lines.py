"""Text as lines, each with its place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.span import Span

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"^\s{0,3}(```+(?=[^`]*$)|~~~+)")
"""A line that opens or closes a code fence; three backticks around words on one line are none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note without its line end."""

    text: str
    start: int
    """Offset of its first character in the note."""
    fenced: bool = False
    """Whether it stands in a code fence, the fence lines included."""

    @property
    def end(self) -> int:
        """Offset after its last character, before the line end."""
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        """Whether nothing but white space stands on it."""
        return not self.text.strip()


def split_lines(text: str) -> tuple[Line, ...]:
    """Cut ``text`` at CRLF, CR and LF, as CommonMark does, and mark code fences.

    A byte order mark at the beginning belongs to no line. A fence that is never closed is plain
    text, so that it swallows no headings.
    """
    lines: list[Line] = []
    for match in _LINE.finditer(text, 1 if text.startswith("\ufeff") else 0):
        if match.start() == len(text) and lines:
            break
        lines.append(Line(match.group(1), match.start()))
    for start, stop in _fences(lines):
        lines[start:stop] = [Line(line.text, line.start, fenced=True) for line in lines[start:stop]]
    return tuple(lines)


def _fences(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the first line of each closed fence and the line after its last."""
    marks = [
        (number, match.group(1), line.text.strip() == match.group(1))
        for number, line in enumerate(lines)
        if (match := _FENCE.match(line.text))
    ]
    closers = _longest_closers_after(marks)
    opened, fence = 0, ""
    for (number, mark, bare), longest in zip(marks, closers, strict=True):
        if not fence and longest.get(mark[0], 0) >= len(mark):
            opened, fence = number, mark
        elif fence and bare and mark[0] == fence[0] and len(mark) >= len(fence):
            yield opened, number + 1
            fence = ""


def _longest_closers_after(marks: Sequence[tuple[int, str, bool]]) -> list[dict[str, int]]:
    """Return, for each mark, how long the longest closing mark of each character below it is."""
    found: list[dict[str, int]] = []
    longest: dict[str, int] = {}
    for _, mark, bare in reversed(marks):
        found.append(longest)
        if bare:
            longest = longest | {mark[0]: max(len(mark), longest.get(mark[0], 0))}
    return found[::-1]


def covering(lines: Sequence[Line]) -> Span:
    """Return the span from the first character of ``lines`` to the last, blank edges dropped."""
    filled = [line for line in lines if not line.blank]
    if not filled:
        return Span(lines[0].start, lines[0].start) if lines else Span(0, 0)
    return Span(filled[0].start, filled[-1].end)


def words_of(lines: Sequence[Line], within: Span) -> Span:
    """Return the span of ``lines``; an empty one at the end of ``within`` when all are blank."""
    filled = any(not line.blank for line in lines)
    return covering(lines) if filled else Span(within.end, within.end)
