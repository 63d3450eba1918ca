"""A light reranker without a model: how closely do the question's words stand together? Pure.

Four signs, each in 0..1, weighed by what they gained on four question sets (see the README):

- the candidate's fused score;
- *closeness*: the share of the question's weight that its best single sentence holds;
- *phrase*: the longest stretch of the question that stands in it word for word;
- *heading*: the share of the question's weight that its header line (title, headings, date,
  speakers) holds.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.lexical import fold, folded_terms, terms

SCORE = 1.0
CLOSENESS = 0.5
PHRASE = 0.5
HEADING = 0.5
READ = 12
"""Best candidates that are read; those behind keep what their BM25 score gives them. Reading 50
found nothing more on the question sets and took twice as long."""
_TOTAL = SCORE + CLOSENESS + PHRASE + HEADING
_SENTENCE = re.compile(r"[。！？!?；;\r\n]+|\.\s+")
_NOT_WORDS = re.compile(r"[\W_]+")
_SHORT_QUESTION = 8
"""Characters; in a shorter question a stretch counts as if it were that long."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A chunk's text prepared for reranking."""

    header: frozenset[str]
    sentences: tuple[frozenset[str], ...]
    stripped: str
    """Folded text without anything but letters and digits."""


class LightReranker:
    """A `retrieval.reranker.Reranker` that needs no model."""

    name = "light"
    least = 0.0

    def rerank(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> list[Hit]:
        """Order ``hits``."""
        return rerank(question, weights, hits)


def rerank(question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> list[Hit]:
    """Score ``hits`` and order them, best first.

    Args:
        question: The question's text.
        weights: Weight of each of its terms, the term's rarity included.
        hits: Candidates, best first by ``fused``.
    """
    total = sum(weights.values()) or 1.0
    asked = _NOT_WORDS.sub("", fold(question))
    weighed = frozenset(weights)
    scored = []
    for hit in hits[:READ]:
        seen = _seen(hit.chunk)
        closeness = max(
            (_sum(weights, sentence & weighed) for sentence in seen.sentences), default=0.0
        )
        score = (
            SCORE * hit.fused
            + CLOSENESS * closeness / total
            + PHRASE * _longest_shared(asked, seen.stripped) / max(_SHORT_QUESTION, len(asked))
            + HEADING * _sum(weights, seen.header & weighed) / total
        ) / _TOTAL
        scored.append(replace(hit, rerank=score, final=score))
    scored.extend(replace(hit, final=SCORE * hit.fused / _TOTAL) for hit in hits[READ:])
    return sorted(scored, key=lambda hit: -hit.final)


@lru_cache(maxsize=8_192)
def _seen(chunk: Chunk) -> _Seen:
    folded = fold(chunk.text)
    return _Seen(
        header=frozenset(terms(chunk.header)),
        sentences=tuple(
            frozenset(folded_terms(sentence)) for sentence in _SENTENCE.split(folded) if sentence
        ),
        stripped=_NOT_WORDS.sub("", folded),
    )


def _sum(weights: Mapping[str, float], held: frozenset[str]) -> float:
    # A set has another order in every process, and plain sums differ by their order.
    return math.fsum(weights[term] for term in held)


def _longest_shared(asked: str, text: str) -> int:
    """Length of the longest stretch of ``asked`` that stands in ``text``."""
    longest = 0
    for start in range(len(asked)):
        if start + longest >= len(asked):
            break
        while start + longest < len(asked) and asked[start : start + longest + 1] in text:
            longest += 1
    return longest
