"""Notes found by their file names.

A note without a title of its own goes by its file's name, whose words are not in the index: a
renamed file would have to be written again. The catalogue knows them instead, and a hit in such a
note counts what its name shares with the question, as if the name stood above its text.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from retrieval.gate import rarest
from retrieval.hit import Hit
from retrieval.store import ChunkStore

MOST = 20
"""Notes whose names are looked at."""
BROUGHT_IN = 3
"""Notes that become candidates by their name alone."""
LEAST_SHARE = 0.5
"""Share of the name's weight that the question must hold for that."""


def with_names(
    hits: Sequence[Hit], weights: Mapping[int, float], points: int, store: ChunkStore
) -> list[Hit]:
    """Add to each hit what its note's name shares with the question, and bring named notes in.

    Args:
        hits: Candidates of the lexical leg, best first.
        weights: Weight of each term of the question by its number, rarity included; terms that no
            text holds have the weight of the rarest.
        points: Number of points in the index, which bounds the rarity.
        store: The catalogue.
    """
    names = store.named(weights.keys(), MOST) if weights else {}
    if not names:
        return list(hits)
    gains = {note: _sum(weights, name) for note, name in names.items()}
    known = {hit.chunk.note_id for hit in hits}
    strangers = [
        note
        for note, name in names.items()
        if note not in known and gains[note] >= LEAST_SHARE * rarest(points) * len(name)
    ]
    strangers.sort(key=lambda note: (-gains[note], note))
    raised = [
        replace(hit, lexical_score=hit.lexical_score + gains.get(hit.chunk.note_id, 0.0))
        for hit in hits
    ]
    raised.extend(_openings(strangers[:BROUGHT_IN], gains, store))
    raised.sort(key=lambda hit: (-hit.lexical_score, hit.lexical_rank or math.inf))
    return [replace(hit, lexical_rank=rank) for rank, hit in enumerate(raised, start=1)]


def _openings(
    notes: Sequence[UUID], gains: Mapping[UUID, float], store: ChunkStore
) -> Iterator[Hit]:
    for chunk in store.around([(note, 0) for note in notes], 0):
        yield Hit(chunk, lexical_rank=None, lexical_score=gains[chunk.note_id])


def _sum(weights: Mapping[int, float], name: frozenset[int]) -> float:
    # A set has another order in every process, and plain sums differ by their order.
    return math.fsum(weights[term] for term in name if term in weights)
