"""A light reranker without a model: how closely do the question's words stand together? Pure.

Six signs, each in 0..1, weighed by what they gained on the question sets (see the README):

- the candidate's fused score;
- *closeness*: the share of the question's weight that its best single sentence holds;
- *phrase*: the longest stretch of the question that stands in it word for word;
- *heading*: the share of the question's weight that its header line (title, headings, date,
  speakers) holds;
- *characters*: the share of the question's Chinese characters, the rarer among the candidates the
  heavier, that its best single sentence holds: 招人 and 招聘 share one, and no term;
- *moments*: whether it tells times of a recording, when the question asks for one.
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
CHARACTERS = 0.25
MOMENTS = 0.4
READ = 20
"""Best candidates that are read; those behind keep what their BM25 score gives them. Reading 50
found nothing more on the question sets and took twice as long."""
_TOTAL = SCORE + CLOSENESS + PHRASE + HEADING + CHARACTERS + MOMENTS
_SENTENCE = re.compile(r"[。！？!?；;\r\n]+|\.\s+")
_NOT_WORDS = re.compile(r"[\W_]+")
_SHORT_QUESTION = 8
"""Characters; in a shorter question a stretch counts as if it were that long."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COMMON = frozenset(
    "的了是在和与或吗呢吧啊有被把给为对从到就都也还又很最这那哪谁几么个不要说怎什他她它们我你"
    "后前会能可以样里上下中人得让没去来多大小"
)
"""Characters that stand everywhere."""
_ASKS_MOMENT = re.compile(
    r"几分几秒|几分钟|时间点|什么时间|哪个时间|什么时候开始|(?:从哪里|哪里|几分)开始"
    r"|what time|which minute|timestamp"
)
_MOMENT = re.compile(r"\d{1,2}:\d{2}")
_MOMENTS_TOLD = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    """A chunk's text prepared for reranking."""

    header: frozenset[str]
    sentences: tuple[frozenset[str], ...]
    characters: tuple[frozenset[str], ...]
    """Chinese characters of each sentence."""
    tells_moments: bool
    stripped: str
    """Folded text without anything but letters and digits."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question prepared for reranking."""

    weights: Mapping[str, float]
    total: float
    stripped: str
    """As `_Seen.stripped`."""
    moment: bool
    """Whether it asks for a time in a recording."""


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
    folded = fold(question)
    asked = _Asked(
        weights=weights,
        total=sum(weights.values()) or 1.0,
        stripped=_NOT_WORDS.sub("", folded),
        moment=_ASKS_MOMENT.search(folded) is not None,
    )
    seen = [_seen(hit.chunk) for hit in hits[:READ]]
    rare = _rarity(folded, seen)
    scored = []
    for hit, each in zip(hits, seen, strict=False):
        score = (SCORE * hit.fused + _signs(asked, rare, each)) / _TOTAL
        scored.append(replace(hit, rerank=score, final=score))
    scored.extend(replace(hit, final=SCORE * hit.fused / _TOTAL) for hit in hits[READ:])
    return sorted(scored, key=lambda hit: -hit.final)


def _signs(asked: _Asked, rare: Mapping[str, float], seen: _Seen) -> float:
    """Weigh everything about a candidate but the score it came with."""
    weighed = asked.weights.keys()
    closeness = max((_sum(asked.weights, each & weighed) for each in seen.sentences), default=0.0)
    characters = max((_sum(rare, each & rare.keys()) for each in seen.characters), default=0.0)
    longest = _longest_shared(asked.stripped, seen.stripped)
    return (
        CLOSENESS * closeness / asked.total
        + PHRASE * longest / max(_SHORT_QUESTION, len(asked.stripped))
        + HEADING * _sum(asked.weights, seen.header & weighed) / asked.total
        + CHARACTERS * characters / (math.fsum(rare.values()) or 1.0)
        + MOMENTS * (asked.moment and seen.tells_moments)
    )


def _rarity(folded: str, seen: Sequence[_Seen]) -> Mapping[str, float]:
    """Weigh the question's characters by how few of the candidates have them."""
    texts = [frozenset().union(*each.characters) for each in seen]
    return {
        character: math.log1p(len(texts) / (0.5 + sum(character in each for each in texts)))
        for character in dict.fromkeys(_HAN.findall(folded))
        if character not in _COMMON
    }


@lru_cache(maxsize=8_192)
def _seen(chunk: Chunk) -> _Seen:
    folded = fold(chunk.text)
    sentences = [sentence for sentence in _SENTENCE.split(folded) if sentence]
    return _Seen(
        header=frozenset(terms(chunk.header)),
        sentences=tuple(frozenset(folded_terms(sentence)) for sentence in sentences),
        characters=tuple(frozenset(_HAN.findall(sentence)) for sentence in sentences),
        tells_moments=len(_MOMENT.findall(chunk.text)) >= _MOMENTS_TOLD,
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
