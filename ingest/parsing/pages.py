"""Lines that stand at the edge of page after page: running heads and page numbers. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

_EDGE = 2
"""Lines at the top and at the bottom of a page that can be such lines."""
_FEWEST_PAGES = 3
_SHARE = 0.4
"""Least share of the pages that have the line: left and right pages may differ."""
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_LONGEST = 60
_SENTENCE = re.compile(r"[。！？；，!?;,]$|[a-z]\.$")


def running_lines(pages: Sequence[Sequence[str]]) -> list[frozenset[int]]:
    """Find the running heads of a document.

    Args:
        pages: The lines of each page.

    Returns:
        For each page the numbers of its outermost lines that other pages have at the same edge,
        numbers in them not compared.
    """
    tops = _repeated([_edge(page, 1) for page in pages])
    bottoms = _repeated([_edge(page, -1) for page in pages])
    return [top | bottom for top, bottom in zip(tops, bottoms, strict=True)]


def _repeated(edges: Sequence[dict[int, str]]) -> list[frozenset[int]]:
    """Keep of each edge the lines that enough other pages have there."""
    counted = Counter(key for edge in edges for key in {*edge.values()})
    least = max(_FEWEST_PAGES, _SHARE * len(edges))
    return [
        frozenset(number for number, key in edge.items() if counted[key] >= least) for edge in edges
    ]


def _edge(page: Sequence[str], step: int) -> dict[int, str]:
    """Return what can be a running head at one edge of a page, by line number, outermost first."""
    filled = [number for number, line in enumerate(page) if line.strip()][::step][:_EDGE]
    found: dict[int, str] = {}
    for number in filled:
        words = " ".join(page[number].split())
        if len(words) > _LONGEST or _SENTENCE.search(words):
            break
        found[number] = _NUMBER.sub("#", words)
    return found
