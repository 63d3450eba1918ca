"""The parts of a comparison among the first hits. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.hit import Hit
from retrieval.wording import folded, stands_in

FIRST = 3
"""Hits among which each part has its best one."""


def spread(hits: Sequence[Hit], parts: Sequence[str]) -> list[Hit]:
    """Bring the best hit of each part among the first ones; the others keep their order.

    Args:
        hits: Candidates, best first by ``final``.
        parts: What is compared; a part that no hit names changes nothing.
    """
    first = max(FIRST, len(parts))
    holders = {place for part in parts if (place := _holder(hits, part)) is not None}
    if all(place < first for place in holders):
        return list(hits)
    front: list[int] = []
    for place in range(len(hits)):
        waiting = len(holders.difference(front))
        if place in holders or first - len(front) > waiting:
            front.append(place)
        if len(front) == first:
            break
    order = [*front, *(place for place in range(len(hits)) if place not in front)]
    finals = [hit.final for hit in hits]
    return [replace(hits[place], final=final) for place, final in zip(order, finals, strict=True)]


def _holder(hits: Sequence[Hit], part: str) -> int | None:
    wanted = folded(part)
    return next(
        (
            place
            for place, hit in enumerate(hits)
            if stands_in(wanted, folded(hit.chunk.indexed_text))
        ),
        None,
    )
