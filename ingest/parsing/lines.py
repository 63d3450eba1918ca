"""Text as lines, each with its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.span import Span

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")


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

    A byte order mark at the beginning belongs to no line.
    """
    lines: list[Line] = []
    fence = ""
    for match in _LINE.finditer(text, 1 if text.startswith("\ufeff") else 0):
        if match.start() == len(text) and lines:
            break
        content = match.group(1)
        mark = _FENCE.match(content)
        inside = bool(fence)
        if mark and not inside:
            fence = mark.group(1)
        elif mark and content.strip() == mark.group(1) and _closes(mark.group(1), fence):
            fence = ""
        lines.append(Line(content, match.start(), fenced=inside or bool(mark and fence)))
    return _without_unclosed(tuple(lines)) if fence else tuple(lines)


def _closes(mark: str, fence: str) -> bool:
    return mark[0] == fence[0] and len(mark) >= len(fence)


def _without_unclosed(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Read a fence that is never closed as plain text, so that it swallows no headings."""
    opened = max(
        number
        for number, line in enumerate(lines)
        if line.fenced and (number == 0 or not lines[number - 1].fenced)
    )
    return lines[:opened] + tuple(Line(line.text, line.start) for line in lines[opened:])


def covering(lines: Sequence[Line]) -> Span:
    """Return the span from the first character of ``lines`` to the last, blank edges dropped."""
    filled = [line for line in lines if not line.blank]
    if not filled:
        return Span(lines[0].start, lines[0].start) if lines else Span(0, 0)
    return Span(filled[0].start, filled[-1].end)
