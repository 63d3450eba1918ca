"""Lines as they are set on pages, joined to paragraphs again. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ingest.parsing.pages import running_lines

_FULL = 0.82
"""Share of the usual width from which a line goes on in the next one."""
_USUAL = 0.9
"""Quantile of the widths of all lines that is the usual width."""
_NARROWEST = 24
"""Columns: narrower lines are no running text."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_OPENS = re.compile(
    r"^\s*(?:[-*•·●○■□◆▪–‣➢✓]\s|\d{1,3}(?:\.\d{1,3})*[.)、．]?\s|[（(]?[一二三四五六七八九十\d]{1,3}[）)、]|"
    r"第[一二三四五六七八九十百\d]+[章节部篇]|(?:Chapter|Section|Figure|Table|Fig\.|图|表)\s*\d)"
)
"""How a list item, a heading or a caption begins."""
_ENDS = re.compile(r"[。！？.!?:：;；][”’」』）)\"]*$")
_WIDE = "WF"


def reflowed(pages: Sequence[str]) -> tuple[str, ...]:
    """Join the lines of each page to paragraphs; running heads stay lines of their own.

    A line goes on in the next one when it is as wide as the lines of the document usually are, or
    when it breaks off in the middle of a sentence. Hyphens at line ends go when the document has
    the word without one, or has neither.
    """
    lines = [[line.rstrip() for line in page.splitlines()] for page in pages]
    known = {word for page in pages for word in _WORD.findall(page)}
    usual = _usual_width(lines)
    edges = running_lines(lines)
    return tuple(
        _page(page, edge, _Joining(usual, known)) for page, edge in zip(lines, edges, strict=True)
    )


class _Joining:
    """Decides which lines belong together, and puts them together."""

    def __init__(self, usual: float, known: set[str]) -> None:
        self._usual = usual
        self._known = known

    def goes_on(self, line: str, following: str) -> bool:
        """Whether ``following`` continues ``line``."""
        if not line.strip() or not following.strip() or _OPENS.match(following):
            return False
        if _BROKEN.search(line) and following.lstrip()[:1].islower():
            return True
        if self._usual < _NARROWEST:
            return False
        width = _columns(line)
        within = following.lstrip()[:1].islower() and not _ENDS.search(line)
        return width >= self._usual * (_FULL / 2 if within else _FULL)

    def joined(self, line: str, following: str) -> str:
        """Return the two as one, with what belongs between them."""
        following = following.lstrip()
        if (broken := _BROKEN.search(line)) and following[:1].islower():
            rest = _WORD.match(following)
            end = rest.group() if rest else ""
            whole = broken.group(1) + end
            kept = f"{broken.group(1)}-{end}" in self._known and whole not in self._known
            return line + following if kept else line[:-1] + following
        close = _is_wide(line[-1]) or _is_wide(following[0])
        return line + following if close else f"{line} {following}"


def _page(lines: Sequence[str], edges: frozenset[int], joining: _Joining) -> str:
    units: list[tuple[str, bool]] = []
    """Paragraphs and single lines, each with whether it is a paragraph."""
    previous = -1
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if number in edges:
            units.append((line.strip(), True))
        elif (
            units
            and previous == number - 1
            and previous not in edges
            and joining.goes_on(lines[previous], line)
        ):
            units[-1] = (joining.joined(units[-1][0], line), True)
        else:
            units.append((line, previous < number - 1))
        previous = number
    return "".join(_spaced(units))


def _spaced(units: Sequence[tuple[str, bool]]) -> Iterator[str]:
    """Put blank lines around paragraphs, and line ends between lines that stand alone."""
    apart = True
    for place, (text, paragraph) in enumerate(units):
        if place:
            yield "\n\n" if paragraph or apart else "\n"
        yield text
        apart = paragraph


def _usual_width(pages: Sequence[Sequence[str]]) -> float:
    widths = sorted(_columns(line) for page in pages for line in page if line.strip())
    return widths[int(len(widths) * _USUAL)] if widths else 0


def _columns(line: str) -> int:
    return sum(2 if _is_wide(character) else 1 for character in line.strip())


def _is_wide(character: str) -> bool:
    return character > "\u2e7f" and unicodedata.east_asian_width(character) in _WIDE
