"""The few words of a passage that have most of what was searched; pure."""

import re
from collections.abc import Mapping

from app.views.excerpts import Segment, words

_BEFORE = 10
"""Characters shown before the first marked word."""
_LONGEST = 160
_MOST_PLACES = 200
_INSIDE = re.compile(r"[\w-]{1,24}\Z", re.ASCII)


def glimpse(markdown: str, weights: Mapping[str, float]) -> tuple[Segment, ...]:
    """Cut out the stretch that holds the heaviest terms, with these marked.

    Args:
        markdown: The passage.
        weights: Weight of each term, folded; a stem stands for the words that begin with it.
    """
    text = words(markdown)
    low = text.lower()
    if len(low) != len(text):
        low = text  # a letter that is longer when small: its offsets would be those of another text
    places = _places(low, weights)
    start = _densest(places, weights)
    cut = (
        _INSIDE.search(text, max(0, start - 24), start)
        if text[start : start + 1].isascii()
        else None
    )
    start = cut.start() if cut else start
    end = start + _LONGEST
    segments = [Segment("…")] if start else []
    position = start
    for begin, until, _ in places:
        if position <= begin and until <= end:
            segments += [Segment(text[position:begin]), Segment(text[begin:until], marked=True)]
            position = until
    segments.append(Segment(text[position:end] + ("…" if end < len(text) else "")))
    return tuple(segment for segment in segments if segment.text)


def _places(low: str, weights: Mapping[str, float]) -> list[tuple[int, int, str]]:
    """Return where terms stand, in order; where two overlap the longer one."""
    if not weights:
        return []
    longest = sorted(filter(None, weights), key=lambda term: (-len(term), term))
    pattern = "|".join(_pattern(term) for term in longest)
    found = re.finditer(pattern, low)
    return [
        (match.start(), match.end(), match.group())
        for match, _ in zip(found, range(_MOST_PLACES), strict=False)
    ]


def _pattern(term: str) -> str:
    begins = r"(?<![a-z0-9])" if term[0].isascii() else ""
    return begins + re.escape(term)


def _densest(places: list[tuple[int, int, str]], weights: Mapping[str, float]) -> int:
    """Return where the stretch begins that holds terms of the most weight, each counted once."""
    best, start = 0.0, 0
    for number, (begin, _, _) in enumerate(places):
        held = {term for at, until, term in places[number:] if until <= begin + _LONGEST - _BEFORE}
        weight = sum(weights[term] for term in held)
        if weight > best:
            best, start = weight, begin
    return max(0, start - _BEFORE)
