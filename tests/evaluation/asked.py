"""A question with what answers it: words of a note, or a place in one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.passage import Passage
from retrieval.span import Span

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a note."""

    path: str
    span: Span | None = None
    """None is the whole note."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a set."""

    id: str
    question: str
    kind: str = ""
    previous: str = ""
    quotes: tuple[str, ...] = ()
    """Words of the notes that answer it."""
    all_needed: bool = False
    """Whether every quote is needed, or any does."""
    places: tuple[Place, ...] = ()
    """Where the answer stands, when no quote says so."""
    answerable: bool = True


def rank(asked: Asked, passages: Sequence[Passage]) -> int | None:
    """Return how many of the passages are needed to see what answers the question.

    None when they do not show it.
    """
    if asked.places:
        ranks = [_first([_stands_in(each, place) for each in passages]) for place in asked.places]
    else:
        texts = [_bare(passage.text) for passage in passages]
        ranks = [_first([_bare(quote) in text for text in texts]) for quote in asked.quotes]
    found = [each for each in ranks if each is not None]
    if asked.all_needed:
        return max(found) if found and len(found) == len(ranks) else None
    return min(found, default=None)


def _first(shown: Sequence[bool]) -> int | None:
    return shown.index(True) + 1 if True in shown else None


def _stands_in(passage: Passage, place: Place) -> bool:
    """Whether what was found, without what it grew by, lies in ``place``."""
    if passage.path != place.path:
        return False
    found = passage.hits[0].chunk.span
    return place.span is None or (found.start < place.span.end and place.span.start < found.end)


def _bare(text: str) -> str:
    return _SPACE.sub("", text)
