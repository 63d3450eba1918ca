"""What a query line's restrictions left out, told where nothing else is left to tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.chip import Chip
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, SparseVector
from retrieval.query import Query
from retrieval.scope import Scope, only
from retrieval.store import ChunkStore

LOOKED_AT = 50
"""Points that are counted."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many candidates one restriction alone would leave out."""

    chip: Chip
    hits: int
    """At least 1."""


def removed(
    query: Query, vector: SparseVector, store: ChunkStore, index: ChunkIndex
) -> tuple[int, tuple[Removed, ...]]:
    """Return how many candidates a query line leaves out, and each restriction's part, most first.

    Args:
        query: The query line.
        vector: Its words; without words there are no candidates.
        store: The catalogue.
        index: What is searched.
    """
    found = store.by_point([each.id for each in index.search(vector, LOOKED_AT)])
    hits = [
        Hit(chunk, lexical_rank=None, lexical_score=0.0)
        for chunks in found.values()
        for chunk in chunks
    ]
    parts = [
        Removed(chip, _left_out(only(chip, query), hits, store, index))
        for chip in query.chips
        if chip.restricts
    ]
    most_first = sorted((part for part in parts if part.hits), key=lambda part: -part.hits)
    return _left_out(query, hits, store, index), tuple(most_first)


def _left_out(query: Query, hits: Sequence[Hit], store: ChunkStore, index: ChunkIndex) -> int:
    return len(hits) - len(Scope(store, index, query).kept(hits))
