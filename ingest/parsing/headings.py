"""Heading lines, and the path of headings above a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsing.lines import Line

# No input may be slow: nothing below scans a stretch once for each of its characters.
_HEADING = re.compile(r"^[ \u00a0]{0,3}(#{1,6})(?=[ \t\u00a0])")
_CLOSING = re.compile(r"(?<![^ \t\u00a0])#++$")
_GAP = " \t\u00a0"
_UNDERLINE = re.compile(r" {0,3}={3,}[ \t]*")
_WORDS = re.compile(r" {0,3}(?![=|>+*#-]|\d+[.)] )(?=.*\w)\S.{0,120}")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]"
    r"\((?:<[^<>]*>|[^()\[\]\s]*+(?:\([^()\[\]]*\)[^()\[\]\s]*+)*+)(?:\s++\"[^\"\[\]]*\")?\)"
)
_TARGET = re.compile(r"\]\(<?([^()<>\s]+)")
_MARKS = re.compile(
    r"\*\*|__|`|<[^<>]{1,80}>|\\(?=[#*_\[\]<>])|(?<![\w%])%%[^%]{1,200}%%(?![A-Za-z0-9%])"
    r"|(?<![\w=])==(?=[^\s=])|(?<=[^\s=])==(?![\w=])|(?:^|\s)\^[\w-]{1,40}$",
    re.ASCII,
)
_WIKILINK = re.compile(r"!?\[\[([^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|([^\[\]]*))?\]\]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line's level, its words without marks, and the address it links to."""

    level: int
    text: str
    target: str = ""
    start: int = 0
    """Column at which its words begin."""
    end: int = 0
    """Column after its last word, closing marks not counted."""
    lines: int = 1
    """How many lines it takes: two when it is underlined."""


def heading(line: Line) -> Heading | None:
    """Read ``line`` as an ATX heading; None when it is none or stands in a code fence."""
    match = None if line.fenced else _HEADING.match(line.text)
    if match is None:
        return None
    words = line.text[match.end() :].strip(_GAP)
    words = _CLOSING.sub("", words).rstrip(_GAP)
    if not words.strip():
        return None
    start = line.text.index(words, match.end())
    target = _TARGET.search(words)
    return Heading(
        level=len(match.group(1)),
        text=plain(words),
        target=target.group(1) if target else "",
        start=start,
        end=start + len(words),
    )


def underlined(lines: Sequence[Line], number: int) -> Heading | None:
    """Read the line at ``number`` as a heading when signs of equality underline it.

    It stands alone between a blank line and a line of nothing but such signs: a line of dashes
    below words may be a rule, this is none.
    """
    line = lines[number]
    if number + 1 >= len(lines) or _UNDERLINE.fullmatch(lines[number + 1].text) is None:
        return None
    alone = number == 0 or lines[number - 1].blank
    if line.fenced or lines[number + 1].fenced or not alone or not _WORDS.fullmatch(line.text):
        return None
    words = line.text.strip(_GAP)
    start = line.text.index(words)
    return Heading(1, plain(words), start=start, end=start + len(words), lines=2)


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

    @property
    def targets(self) -> tuple[str, ...]:
        """The addresses that the open headings link to, innermost first."""
        return tuple(heading.target for heading in reversed(self._open) if heading.target)
