"""Two legs' candidates as one list. Pure.

A convex combination of scores (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
Retrieval", 2023), each leg's scaled by what it could be at least and is at most: unlike reciprocal
ranks it keeps how much better the best candidate is than the next. A leg of weight 0 changes
nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.index import Scored


def fused(
    lexical: Sequence[Hit],
    semantic: Sequence[tuple[Scored, Sequence[Chunk]]],
    weight: float,
    most: Callable[[Chunk], float] | None = None,
) -> list[Hit]:
    """Join the candidates of both legs, best first.

    Args:
        lexical: Candidates of the lexical leg, best first.
        semantic: Points of the semantic leg, best first, with their live chunks; those of lexical
            candidates too, whose nearness counts though others are nearer. One that is missing
            there is taken to be as far as the farthest.
        weight: How much the semantic leg counts, in 0..1.
        most: How much it counts for a chunk at most: nothing where its model does not know the
            chunk's language.

    Returns:
        Each candidate once, with ``fused`` in 0..1 and the ranks of both legs.
    """
    best = max((hit.lexical_score for hit in lexical), default=0.0) or 1.0
    nearness = _scaled([scored.score for scored, _ in semantic]) if weight else []
    farthest = min(nearness, default=0.0)
    found = {hit.chunk.id: replace(hit, fused=hit.lexical_score / best) for hit in lexical}
    near = dict.fromkeys(found, farthest)
    for rank, ((_, chunks), each) in enumerate(zip(semantic, nearness, strict=False), start=1):
        for chunk in chunks:
            hit = found.get(chunk.id) or Hit(chunk, lexical_rank=None, lexical_score=0.0)
            found[chunk.id], near[chunk.id] = replace(hit, dense_rank=rank), each
    hits = [
        replace(hit, fused=(1 - counts) * hit.fused + counts * near[key])
        for key, hit in found.items()
        for counts in [weight if most is None else min(weight, most(hit.chunk))]
    ]
    return sorted(hits, key=_place)


def _place(hit: Hit) -> tuple[float, float, float]:
    far = float("inf")
    return (-hit.fused, hit.lexical_rank or far, hit.dense_rank or far)


def _scaled(scores: Sequence[float]) -> list[float]:
    """Scale dot products of vectors of length 1, which are -1 at least, so that the best is 1."""
    most = max(scores, default=0.0)
    return [(score + 1) / (most + 1) if most > -1 else 0.0 for score in scores]
