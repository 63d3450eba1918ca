"""Does a question bear on the notes at all? Pure.

*Evidence* is the best candidate's lexical score in units of the rarest a term can be in this
collection. Off-topic questions share common words with the notes, hardly ever several rare ones. A
short question of common words scores low too; it passes when one passage holds every key word.
Neither says whether an on-topic question is answered.
"""

import math
from collections.abc import Collection, Sequence

from retrieval.hit import Hit
from retrieval.lexical import terms

THRESHOLD = 1.25
"""Least evidence of an on-topic question; calibrated as the README's evaluation shows."""


def evidence(hits: Sequence[Hit], points: int) -> float:
    """Return the best lexical score among ``hits``, in units of the highest IDF there can be.

    Args:
        hits: Candidates of the lexical leg.
        points: Number of chunks in the index, which bounds the IDF.
    """
    rarest = math.log(1 + (points + 0.5) / 0.5)
    return max((hit.lexical_score for hit in hits), default=0.0) / rarest


def held_together(words: Sequence[str], held: Sequence[Collection[str]]) -> bool:
    """Whether one passage holds every key word of the question, and there is one."""
    asked = [term for word in words for term in terms(word)]
    return bool(asked) and any(all(term in passage for term in asked) for passage in held)


def missing(words: Sequence[str], held: Sequence[Collection[str]]) -> tuple[str, ...]:
    """Return the key words that stand in none of the passages."""
    everything = frozenset(term for passage in held for term in passage)
    return tuple(word for word in words if not all(term in everything for term in terms(word)))
