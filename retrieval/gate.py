"""Does a question bear on the notes at all? Pure.

*Evidence* is the summed rarity of the question's key words that its best passages hold, in units of
the rarest a word can be in this collection: two such words are an evidence of 2. Off-topic
questions share common words with the notes, hardly ever several rare ones. It says nothing about
whether an on-topic question is answered.
"""

import math
from collections.abc import Collection, Mapping, Sequence

from retrieval.lexical import terms

THRESHOLD = 1.3
"""Least evidence of an on-topic question; calibrated as the README's evaluation shows."""
BEST = 3
"""Passages whose words count as evidence."""


def evidence(
    words: Sequence[str],
    held: Sequence[Collection[str]],
    rarity: Mapping[str, float],
    points: int,
) -> float:
    """Sum the rarity of the key words that one of the best passages holds, and take the best sum.

    Args:
        words: Key words of the question.
        held: Terms of each of the best passages.
        rarity: IDF by term.
        points: Number of chunks in the index, which bounds the IDF.
    """
    rarest = math.log(1 + (points + 0.5) / 0.5)
    best = 0.0
    for passage in held[:BEST]:
        found = sum(
            max((rarity.get(term, 0.0) for term in parts), default=0.0)
            for word in words
            if (parts := tuple(terms(word))) and all(term in passage for term in parts)
        )
        best = max(best, found / rarest)
    return best


def missing(words: Sequence[str], held: Sequence[Collection[str]]) -> tuple[str, ...]:
    """Return the key words that stand in none of the passages."""
    everything = frozenset(term for passage in held for term in passage)
    return tuple(
        word
        for word in words
        if not all(term in everything for term in terms(word))
    )
