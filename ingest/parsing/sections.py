"""A note as sections: a heading line and what stands below it until the next."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.parsing.headings import Heading, HeadingPath, heading, plain, underlined
from ingest.parsing.lines import Line
from retrieval.span import Span

_MOST_OF_A_HEADING = 40
"""Columns of a bare heading line; a Chinese character takes two."""
_FIRST_WIDE = "\u2e80"
_BARE_LEVEL = 2
_NO_HEADING = re.compile(
    r"[。，；、,;.…~!！）)]$|^[ \t]|^[-*+>|•·◆●#!\[<$]|^\d+[.、)]\s|https?://|^在这里插入图片描述$|[:：]$"
)
_NUMBERED = re.compile(r"^\d{1,2}[.、．]\s*\S{1,20}[:：]?$")
_DATED = re.compile(r"^\d{4}[年/-]\d")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of lines below one heading, or before the first."""

    lines: tuple[Line, ...]
    """Without the heading line."""
    path: tuple[str, ...]
    """The headings above the lines, this section's own the last of them."""
    targets: tuple[str, ...] = ()
    """Addresses that these headings link to, innermost first."""
    head: Line | None = None
    """The heading's own line."""
    underline: Line | None = None
    """The line that underlines it."""
    words: Span | None = None
    """The place of the heading's words on its line, marks not counted."""
    level: int = 0


def sections(lines: Sequence[Line], *, bare: bool) -> Iterator[Section]:
    """Cut ``lines`` at heading lines; in a note without any, at bare heading lines.

    Args:
        lines: The note without what is left out.
        bare: Whether bare headings are looked for; talk has short lines that stand alone too.
    """
    found = _marked_headings(lines) or (_bare_headings(lines) if bare else {})
    path = HeadingPath()
    starts = sorted(found)
    first = starts[0] if starts else len(lines)
    if first > 0:
        yield Section(tuple(lines[:first]), ())
    for start, stop in pairwise([*starts, len(lines)]):
        head, own = lines[start], found[start]
        path.enter(own)
        yield Section(
            tuple(lines[start + own.lines : stop]),
            path.texts,
            path.targets,
            head=head,
            underline=lines[start + 1] if own.lines > 1 else None,
            words=Span(own.start, own.end).moved(head.start),
            level=own.level,
        )


def has_headings(lines: Sequence[Line]) -> bool:
    """Whether a line of ``lines`` is marked as a heading."""
    return any(heading(line) or underlined(lines, at) for at, line in enumerate(lines))


def _marked_headings(lines: Sequence[Line]) -> dict[int, Heading]:
    read = (
        (number, heading(line) or underlined(lines, number)) for number, line in enumerate(lines)
    )
    return {number: found for number, found in read if found is not None}


def _bare_headings(lines: Sequence[Line]) -> dict[int, Heading]:
    """Find short lines that stand alone above a text, as clipped pages have them.

    A bare heading right below another is its child.
    """
    found: dict[int, Heading] = {}
    previous: int | None = None
    for number, line in enumerate(lines):
        if not _is_bare_heading(lines, number):
            if not line.blank:
                previous = None
            continue
        level = min(found[previous].level + 1, 4) if previous is not None else _BARE_LEVEL
        found[number] = Heading(level, plain(line.text), end=len(line.text.rstrip()))
        previous = number
    return found


def _is_bare_heading(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    text = line.text.rstrip()
    if line.blank or line.fenced or _columns(text) > _MOST_OF_A_HEADING:
        return False
    alone = (number == 0 or lines[number - 1].blank) and (
        number + 1 < len(lines) and lines[number + 1].blank
    )
    if not alone or _DATED.match(text):
        return False
    return bool(_NUMBERED.match(text)) or not _NO_HEADING.search(text)


def _columns(text: str) -> int:
    return sum(2 if character >= _FIRST_WIDE else 1 for character in text)
