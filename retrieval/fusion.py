"""Two legs' candidates as one list. Pure.

A convex combination of scores, each leg's scaled to 0..1 (Bruch, Gai and Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval", 2023): unlike reciprocal ranks it keeps how much better the
best candidate is than the next. A leg of weight 0 changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.index import Scored


def fused(
    lexical: Sequence[Hit],
    semantic: Sequence[tuple[Scored, Sequence[Chunk]]],
    weight: float,
) -> list[Hit]:
    """Join the candidates of both legs, best first.

    Args:
        lexical: Candidates of the lexical leg, best first.
        semantic: Points of the semantic leg, best first, with their live chunks.
        weight: How much the semantic leg counts, in 0..1.

    Returns:
        Each candidate once, with ``fused`` in 0..1 and the ranks of both legs.
    """
    best = max((hit.lexical_score for hit in lexical), default=0.0) or 1.0
    found = {
        hit.chunk.id: replace(hit, fused=(1 - weight) * hit.lexical_score / best) for hit in lexical
    }
    if weight:
        nearness = _scaled([scored.score for scored, _ in semantic])
        for rank, ((_, chunks), near) in enumerate(zip(semantic, nearness, strict=True), start=1):
            for chunk in chunks:
                hit = found.get(chunk.id) or Hit(chunk, lexical_rank=None, lexical_score=0.0)
                found[chunk.id] = replace(hit, dense_rank=rank, fused=hit.fused + weight * near)
    return sorted(found.values(), key=_place)


def _place(hit: Hit) -> tuple[float, float, float]:
    far = float("inf")
    return (-hit.fused, hit.lexical_rank or far, hit.dense_rank or far)


def _scaled(scores: Sequence[float]) -> list[float]:
    """Scale scores to 0..1, the worst candidate's just above 0."""
    if not scores:
        return []
    most, least = max(scores), min(scores)
    step = (most - least) / len(scores) or 1.0
    return [min(1.0, (score - least + step) / (most - least + step)) for score in scores]
