"""Candidates that a question's wishes bring in: of the time, the speaker, the parts it names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from retrieval.filters import Filters
from retrieval.index import ChunkIndex, Scored, SparseVector
from retrieval.lexical import content_terms, number
from retrieval.query import Query
from retrieval.scope import FEW, within
from retrieval.store import ChunkStore

EACH = 12
"""Points that one wish brings in."""


def brought_in(
    query: Query, vector: SparseVector, index: ChunkIndex, store: ChunkStore
) -> list[Scored]:
    """Return points that the question's words find among those that it wishes for.

    Args:
        query: The question with its wishes; without any, nothing is searched.
        vector: The question's terms, as the candidates were searched.
        index: What is searched.
        store: The catalogue, which knows times and speakers.
    """
    found: dict[UUID, Scored] = {}
    for filters in _wished(query):
        points = store.points_within(filters, FEW)
        if points:
            found.update((each.id, each) for each in index.search(vector, EACH, points))
    for part in query.parts:
        points = {each.id for each in index.search(_vector(part), EACH)}
        if points:
            found.update((each.id, each) for each in index.search(vector, EACH, points))
    return list(found.values())


def joined(scored: Sequence[Scored], more: Sequence[Scored]) -> list[Scored]:
    """Return both lists as one, each point once, best first."""
    known = {each.id for each in scored}
    rest = [each for each in more if each.id not in known]
    return sorted([*scored, *rest], key=lambda each: -each.score) if rest else list(scored)


def _wished(query: Query) -> Iterator[Filters]:
    for time in query.times:
        yield within(query.filters, time)
    if query.said_by:
        yield replace(query.filters, speakers=query.said_by)


def _vector(text: str) -> SparseVector:
    dimensions = tuple(sorted({number(term) for term in content_terms(text)}))
    return SparseVector(dimensions, (1.0,) * len(dimensions))
