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
from retrieval.lexical import fold, is_chinese, latin_terms

SCORE = 1.0
CLOSENESS = 0.5
PHRASE = 0.5
HEADING = 0.5
CHARACTERS = 0.25
MOMENTS = 0.4
READ = 12
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
class _Stretch:
    """A sentence or header line; Chinese terms are looked up in its text."""

    text: str
    """Folded."""
    latin: frozenset[str]
    """Its other terms."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A chunk's text prepared for reranking."""

    header: _Stretch
    sentences: tuple[_Stretch, ...]
    stripped: str
    """Folded text without anything but letters and digits."""
    tells_moments: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question prepared for reranking."""

    chinese: tuple[tuple[str, float], ...]
    """Terms with their weights."""
    latin: Mapping[str, float]
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
        chinese=tuple((term, weight) for term, weight in weights.items() if is_chinese(term)),
        latin={term: weight for term, weight in weights.items() if not is_chinese(term)},
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
    closeness = max((_held(asked, each) for each in seen.sentences), default=0.0)
    characters = max((_known(rare, each.text) for each in seen.sentences), default=0.0)
    longest = _longest_shared(asked.stripped, seen.stripped)
    return (
        CLOSENESS * closeness / asked.total
        + PHRASE * longest / max(_SHORT_QUESTION, len(asked.stripped))
        + HEADING * _held(asked, seen.header) / asked.total
        + CHARACTERS * characters / (math.fsum(rare.values()) or 1.0)
        + MOMENTS * (asked.moment and seen.tells_moments)
    )


def _rarity(folded: str, seen: Sequence[_Seen]) -> Mapping[str, float]:
    """Weigh the question's characters by how few of the candidates have them."""
    return {
        character: math.log1p(len(seen) / (0.5 + sum(character in each.stripped for each in seen)))
        for character in dict.fromkeys(_HAN.findall(folded))
        if character not in _COMMON
    }


@lru_cache(maxsize=8_192)
def _seen(chunk: Chunk) -> _Seen:
    folded = fold(chunk.text)
    return _Seen(
        header=_stretch(fold(chunk.header)),
        sentences=tuple(_stretch(each) for each in _SENTENCE.split(folded) if each),
        stripped=_NOT_WORDS.sub("", folded),
        tells_moments=len(_MOMENT.findall(chunk.text)) >= _MOMENTS_TOLD,
    )


def _stretch(folded: str) -> _Stretch:
    return _Stretch(folded, frozenset(latin_terms(folded)))


def _held(asked: _Asked, stretch: _Stretch) -> float:
    """Sum the weights of the terms that stand in ``stretch``."""
    # A set has another order in every process, and plain sums differ by their order.
    latin = (asked.latin[term] for term in stretch.latin & asked.latin.keys())
    chinese = (weight for term, weight in asked.chinese if term in stretch.text)
    return math.fsum((*latin, *chinese))


def _known(rare: Mapping[str, float], text: str) -> float:
    return math.fsum(weight for character, weight in rare.items() if character in text)


def _longest_shared(asked: str, text: str) -> int:
    """Length of the longest stretch of ``asked`` that stands in ``text``."""
    longest = 0
    for start in range(len(asked)):
        if start + longest >= len(asked):
            break
        while start + longest < len(asked) and asked[start : start + longest + 1] in text:
            longest += 1
    return longest
