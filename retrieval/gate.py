"""Does a question bear on the notes at all? Pure.

*Evidence* is how likely it does, in 0..1: a logistic function of four signs, fitted to six question
sets over notes of five sizes and to questions about something else (see the README's evaluation):

- the best candidate's lexical score, in units of the rarest a term can be in this collection;
- the share of the question's key words, the rarer the heavier, that its best passage holds;
- the number of its key words: of many, fewer stand together;
- the number of texts: among many, something shares a few words with anything.

A short question of common words has little evidence; it passes when one passage holds every key
word. Neither says whether an on-topic question is answered.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from retrieval.hit import Hit
from retrieval.lexical import terms

THRESHOLD = 0.33
"""Least evidence of an on-topic question."""
READ = 8
"""Passages whose words are looked at."""
_SCORE, _SHARE, _WORDS, _TEXTS, _START = 5.9, 8.2, 1.8, -0.96, -5.0
_SHORTEST_STEMMED = 3


def evidence(
    hits: Sequence[Hit],
    words: Sequence[str],
    rarity: Mapping[str, float],
    passages: Sequence[str],
    points: int,
) -> float:
    """Return how likely a question bears on the notes, in 0..1.

    Args:
        hits: Candidates of the lexical leg.
        words: Key words, folded.
        rarity: IDF of the terms that the index has.
        passages: Folded texts with their titles and headings, best first.
        points: Number of chunks in the index, which bounds the IDF.
    """
    score = max((hit.lexical_score for hit in hits), default=0.0) / rarest(points)
    sign = (
        _START
        + _SCORE * math.log1p(score)
        + _SHARE * _share(weighed(words, rarity, points), passages[:READ])
        + _WORDS * math.log1p(len(words))
        + _TEXTS * math.log1p(points)
    )
    return 1 / (1 + math.exp(-sign)) if hits else 0.0


def weighed(words: Sequence[str], rarity: Mapping[str, float], points: int) -> dict[str, float]:
    """Weigh key words: by the rarest of their terms; one that no text holds as the rarest."""
    found = {}
    for word in words:
        those = terms(word)
        known = [rarity[term] for term in those if term in rarity]
        found[word] = max(known) if known and len(known) == len(those) else rarest(points)
    return found


def _share(words: Mapping[str, float], passages: Sequence[str]) -> float:
    """Return the share of the words' weight that the passage with most of it holds."""
    if not words:
        return 1.0
    held = (
        math.fsum(weight for word, weight in words.items() if _holds(text, word))
        for text in passages
    )
    return max(held, default=0.0) / (math.fsum(words.values()) or 1.0)


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
