"""Heading lines, and the path of headings above a line."""

import re
from dataclasses import dataclass

from ingest.parsing.lines import Line

_HEADING = re.compile(r"^[ \u00a0]{0,3}(#{1,6})(?:[ \t\u00a0]+(.*?))?[ \t\u00a0]*#*[ \t\u00a0]*$")
_LINK = re.compile(r"\[(.*)\]\((?:<[^>]*>|[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")
_TARGET = re.compile(r"\]\(<?([^()<>\s]+)")
_MARKS = re.compile(r"\*\*|__|`|<[^<>]{1,80}>|\\(?=[#*_\[\]<>])")
_WIKILINK = re.compile(r"\[\[([^\]|#]+)(?:#[^\]|]*)?(?:\|([^\]]*))?\]\]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line's level, its words without marks, and the address it links to."""

    level: int
    text: str
    target: str = ""


def heading(line: Line) -> Heading | None:
    """Read ``line`` as an ATX heading; None when it is none or stands in a code fence."""
    match = None if line.fenced else _HEADING.match(line.text)
    if match is None or not (match.group(2) or "").strip():
        return None
    target = _TARGET.search(match.group(2))
    return Heading(
        level=len(match.group(1)),
        text=plain(match.group(2)),
        target=target.group(1) if target else "",
    )


def plain(text: str) -> str:
    """Return the words of one line of Markdown: links, emphasis and tags taken off."""
    text = _WIKILINK.sub(lambda match: match.group(2) or match.group(1), text)
    text = _LINK.sub(lambda match: match.group(1), text)
    return " ".join(_MARKS.sub("", text).split())


class HeadingPath:
    """The headings that stand above the place reached so far."""

    def __init__(self) -> None:
        self._open: list[Heading] = []

    def enter(self, heading: Heading) -> None:
        """Go below ``heading``."""
        while self._open and self._open[-1].level >= heading.level:
            self._open.pop()
        self._open.append(heading)

    @property
    def texts(self) -> tuple[str, ...]:
        """The path, outermost first."""
        return tuple(heading.text for heading in self._open)

    def above(self, level: int) -> tuple[str, ...]:
        """Return the path above a heading of ``level``."""
        return tuple(heading.text for heading in self._open if heading.level < level)

    @property
    def targets(self) -> tuple[str, ...]:
        """The addresses that the open headings link to, innermost first."""
        return tuple(heading.target for heading in reversed(self._open) if heading.target)
