"""What a question prefers without asking for it alone: a time, a speaker, the newest. Pure.

A preference reorders candidates and excludes none. Each one's weight is what helped on the
question sets (see the README) without moving an answer that stood first.
"""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.calendar import dated
from retrieval.hit import Hit
from retrieval.query import Query

TIME = 0.3
"""Weight of lying in the time that the question names, beside a final score of 1."""
SAID_BY = 0.15
"""Weight of being said by the one whom the question names."""
OF_EACH = 4
"""Hits of one speaker that are lifted."""
NEWEST = 0.1
"""Weight of being the newest of the comparable hits."""
COMPARABLE = 0.75
"""Share of the best score from which a hit compares with the best."""


def preferred(hits: Sequence[Hit], query: Query) -> list[Hit]:
    """Order ``hits`` by what ``query`` prefers, best first."""
    found = list(hits)
    if query.times:
        inside = [any(time.holds(hit.chunk.when) for time in query.times) for hit in found]
        found = _lifted(found, inside, TIME)
    if query.said_by:
        found = _lifted(found, _first_of_each(found, query.said_by), SAID_BY)
    return newest_first(found) if query.newest else found


def _first_of_each(hits: Sequence[Hit], speakers: Sequence[str]) -> list[bool]:
    """Mark the best hits of each speaker: who asks for one's words may ask for others' too."""
    counts = dict.fromkeys(speakers, 0)
    marked = []
    for hit in hits:
        here = [name for name in hit.chunk.speakers if counts.get(name, OF_EACH) < OF_EACH]
        counts.update((name, counts[name] + 1) for name in here)
        marked.append(bool(here))
    return marked


def newest_first(hits: Sequence[Hit]) -> list[Hit]:
    """Reorder hits of comparable score by how new they are; undated ones keep their places."""
    least = COMPARABLE * max((hit.final for hit in hits), default=0.0)
    places = [
        place for place, hit in enumerate(hits) if hit.final >= least and dated(hit.chunk.when)
    ]
    by_age = sorted(places, key=lambda place: hits[place].chunk.when)
    newness = {place: rank / max(1, len(places) - 1) for rank, place in enumerate(by_age)}
    order = sorted(places, key=lambda place: -(hits[place].final + NEWEST * newness[place]))
    found = list(hits)
    for place, taken in zip(places, order, strict=True):
        found[place] = replace(hits[taken], final=hits[place].final)
    return found


def _lifted(hits: Sequence[Hit], inside: Sequence[bool], weight: float) -> list[Hit]:
    if not any(inside):
        return list(hits)
    lifted = [
        replace(hit, final=(hit.final + weight * lies) / (1 + weight))
        for hit, lies in zip(hits, inside, strict=True)
    ]
    return sorted(lifted, key=lambda hit: -hit.final)
