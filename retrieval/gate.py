"""Does a question bear on the notes at all? Pure.

*Evidence* is the best candidate's lexical score in units of the rarest a term can be in this
collection. Off-topic questions share common words with the notes, hardly ever several rare ones. A
short question of common words scores low too; it passes when one passage holds every key word.
Neither says whether an on-topic question is answered.
"""

import math
from collections.abc import Sequence

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


def held_together(words: Sequence[str], passages: Sequence[str]) -> bool:
    """Whether one passage holds every key word of the question, and there is one.

    Args:
        words: Key words, folded.
        passages: Folded texts with their titles and headings.
    """
    sought = [_sought(word) for word in words]
    return bool(sought) and any(all(each in text for each in sought) for text in passages)


def missing(words: Sequence[str], passages: Sequence[str]) -> tuple[str, ...]:
    """Return the key words that stand in none of the folded ``passages``."""
    return tuple(word for word in words if not any(_sought(word) in text for text in passages))


def _sought(word: str) -> str:
    """Return the part of a word that all its forms share: of an English word its stem."""
    return terms(word)[0] if word.isascii() and word.isalpha() else word
