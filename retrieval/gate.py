"""Does a question bear on the notes at all? Pure.

*Evidence* is the best candidate's lexical score in units of the rarest a term can be in this
collection. Off-topic questions share common words with the notes, hardly ever several rare ones. A
short question of common words scores low too; it passes when one passage holds every key word.
Neither says whether an on-topic question is answered.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from retrieval.hit import Hit
from retrieval.lexical import terms

THRESHOLD = 1.25
"""Least evidence of an on-topic question; calibrated as the README's evaluation shows."""
_SHORTEST_STEMMED = 3


def evidence(hits: Sequence[Hit], points: int) -> float:
    """Return the best lexical score among ``hits``, in units of the highest IDF there can be.

    Args:
        hits: Candidates of the lexical leg.
        points: Number of chunks in the index, which bounds the IDF.
    """
    return max((hit.lexical_score for hit in hits), default=0.0) / rarest(points)


def rarest(points: int) -> float:
    """Return the highest IDF that a term can have among ``points`` texts."""
    return math.log(1 + (points + 0.5) / 0.5)


def held_together(words: Sequence[str], passages: Sequence[str]) -> bool:
    """Whether one passage holds every key word of the question, and there is one.

    Args:
        words: Key words, folded.
        passages: Folded texts with their titles and headings.
    """
    return bool(words) and any(all(_holds(text, word) for word in words) for text in passages)


def missing(words: Sequence[str], passages: Sequence[str]) -> tuple[str, ...]:
    """Return the key words that stand in none of the folded ``passages``."""
    return tuple(word for word in words if not any(_holds(text, word) for text in passages))


def _holds(text: str, word: str) -> bool:
    """Whether ``word`` stands in ``text``: a Chinese one anywhere, an English one in any form."""
    return bool(_sought(word).search(text))


@lru_cache(maxsize=1_024)
def _sought(word: str) -> re.Pattern[str]:
    if not word.isascii():
        return re.compile(re.escape(word))
    if len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")
    # Every form begins as the stem does, but for one letter: memory and memories are memori.
    stem = terms(word)[0]
    begins = f"{stem[:-1]}[iy]" if stem.endswith("i") else stem
    return re.compile(f"(?<![a-z])(?:{begins}|{word})")
