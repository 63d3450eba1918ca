"""How much the semantic leg counts, measured on the notes themselves, for each language.

Known-item search (Azzopardi, de Rijke and Balog, "Building Simulated Queries for Known-Item
Topics", 2007): the heading of a section is asked, and the section's own words, without any
heading, are to be found among everything else. What stands under the same heading is no wrong
answer and left out.

Most sections repeat the words of their heading, and there words alone do well. People ask in other
words; so the headings whose words mostly do not stand in their section are looked at on their own.
The leg counts only when its gain on those does not vanish in a paired bootstrap, and only as much
as takes nothing away over all headings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.chunk import Chunk
from retrieval.embedder import Embedder, Vector
from retrieval.fusion import fused
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, Scored, SparseVector
from retrieval.intervals import mean_intervals
from retrieval.known_items import MOST_QUERIES, Query
from retrieval.language import Language
from retrieval.lexical import LexicalEncoder
from retrieval.store import ChunkStore
from retrieval.vector_index import VectorIndex

WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Weights that are tried."""
LEAST_QUERIES = 40
"""Headings of a language below which nothing can be measured."""
LEAST_REWORDED = 20
"""Headings in other words than their section's, below which nothing can be measured."""
CAUTIOUS = 0.3
"""Weight of a leg that is known to fit a language of which there are too few queries."""
_CANDIDATES = 50
_ENCODED_AT_ONCE = 32
Ranks = npt.NDArray[np.float64]
"""A row for each query: reciprocal ranks by words alone, then fused at each of `WEIGHTS`, then the
same with the vector of another query: what chance gives, which is much among few points."""
_PLACES = range(1, len(WEIGHTS) + 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out about one language; scores are mean reciprocal ranks."""

    weight: float
    """In 0..1; 0 leaves the leg out."""
    queries: int
    """Headings that were asked, as they come."""
    reworded: int = 0
    """Headings in other words than their section's that were asked."""
    lexical: float = 0.0
    """Headings as they come, by words alone."""
    fused: float = 0.0
    """The same with the leg at its weight, or at the best that was tried."""
    reworded_lexical: float = 0.0
    """Headings in other words, by words alone."""
    reworded_fused: float = 0.0
    low: float = 0.0
    """Bounds of the gain in other words, with 95 % confidence."""
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Meant:
    """The vector of what is asked, and that of the target's own words."""

    question: Vector
    text: Vector


@dataclass(frozen=True, slots=True)
class Legs:
    """What both legs search, and how."""

    index: ChunkIndex
    encoder: LexicalEncoder
    vectors: VectorIndex
    embedder: Embedder
    store: ChunkStore


def calibrate(
    legs: Legs,
    asked: Mapping[Language, Sequence[Query]],
    fits: Iterable[str],
    between: Callable[[], None] = lambda: None,
) -> dict[Language, Measured]:
    """Measure the leg's weight for each language.

    Args:
        legs: Lexical and semantic search over the same notes.
        asked: Queries, as `queries` makes them.
        fits: Languages that the model is known to be made for.
        between: Called now and then; what it raises ends the measuring.
    """
    known = frozenset(fits)
    found: dict[Language, Measured] = {}
    for language, some in asked.items():
        reworded = [query.reworded for query in some]
        total, in_other_words = min(len(some), MOST_QUERIES), sum(reworded)
        if total < LEAST_QUERIES or in_other_words < LEAST_REWORDED:
            untested = CAUTIOUS if language in known else 0.0
            found[language] = Measured(untested, total, in_other_words)
        else:
            rows = np.array(list(_reciprocal_ranks(legs, some, between)))
            found[language] = _measured(rows[:MOST_QUERIES], rows[np.array(reworded)])
    return found


def _measured(all_rows: Ranks, reworded: Ranks) -> Measured:
    """Choose a weight by each query's reciprocal ranks: lexical alone, then at each weight."""
    means, in_other_words = all_rows.mean(axis=0), reworded.mean(axis=0)
    harmless = [place for place in _PLACES if means[place] >= means[0]]
    tried = harmless or _PLACES
    best = max(tried, key=lambda place: (means[place] + in_other_words[place], -place))
    own = reworded[:, best]
    gains = {"gain": own - reworded[:, 0], "over chance": own - reworded[:, len(WEIGHTS) + best]}
    intervals = mean_intervals({name: column.tolist() for name, column in gains.items()})
    gain = intervals["gain"]
    is_sure = all(interval.low > 0 for interval in intervals.values())
    return Measured(
        weight=WEIGHTS[best - 1] if harmless and is_sure else 0.0,
        queries=len(all_rows),
        reworded=len(reworded),
        lexical=round(float(means[0]), 4),
        fused=round(float(means[best]), 4),
        reworded_lexical=round(float(in_other_words[0]), 4),
        reworded_fused=round(float(in_other_words[best]), 4),
        low=round(gain.low, 4),
        high=round(gain.high, 4),
    )


def _reciprocal_ranks(
    legs: Legs, asked: Sequence[Query], between: Callable[[], None]
) -> Iterator[list[float]]:
    """Yield each query's reciprocal rank: lexical alone, then fused at each weight."""
    for start in range(0, len(asked), _ENCODED_AT_ONCE):
        some = asked[start : start + _ENCODED_AT_ONCE]
        texts = legs.embedder.passages([query.text for query in some])
        questions = [legs.embedder.question(query.heading) for query in some]
        for number, query in enumerate(some):
            between()
            lexical = _lexical(legs, query)
            own = _semantic(legs, query, Meant(questions[number], texts[number]), lexical)
            strange = Meant(questions[number - 1], texts[number])
            chance = _semantic(legs, query, strange, lexical)
            yield [
                _reciprocal_rank(lexical, query),
                *(_reciprocal_rank(fused(lexical, own, weight), query) for weight in WEIGHTS),
                *(_reciprocal_rank(fused(lexical, chance, weight), query) for weight in WEIGHTS),
            ]


def _lexical(legs: Legs, query: Query) -> list[Hit]:
    question = legs.encoder.question(query.heading)
    found = legs.index.search(question, _CANDIDATES)
    score = _score(legs, question, legs.encoder.passage(query.text)[0])
    return [
        Hit(chunk, lexical_rank=rank, lexical_score=scored.score)
        for rank, (scored, (chunk,)) in enumerate(_among(legs, query, found, score), start=1)
    ]


def _semantic(
    legs: Legs, query: Query, meant: Meant, lexical: Sequence[Hit]
) -> list[tuple[Scored, Sequence[Chunk]]]:
    """Search by meaning; lexical candidates are told too, as in a search."""
    question = meant.question
    found = legs.vectors.search(question, _CANDIDATES)
    rest = {hit.chunk.point for hit in lexical} - {each.id for each in found}
    found += legs.vectors.search(question, len(rest), rest)
    score = float(meant.text @ question)
    nearer = sum(each.score > score for each in found[:_CANDIDATES])
    if nearer == _CANDIDATES and all(hit.chunk.id != query.target.id for hit in lexical):
        score = 0.0  # no search would see it
    return _among(legs, query, found, score)


def _among(
    legs: Legs, query: Query, found: Sequence[Scored], score: float
) -> list[tuple[Scored, Sequence[Chunk]]]:
    """Put the target, with the score of its text alone, among the candidates."""
    target = query.target.point
    others = [each for each in found if each.id != target and each.id not in query.aside]
    chunks = legs.store.by_point([each.id for each in others])
    rows: list[tuple[Scored, Sequence[Chunk]]] = [
        (each, chunks[each.id][:1]) for each in others if each.id in chunks
    ]
    if score > 0:
        rows.append((Scored(target, score), [query.target]))
    rows.sort(key=lambda row: (-row[0].score, row[0].id))
    return rows


def _score(legs: Legs, question: SparseVector, passage: SparseVector) -> float:
    """Return what the index would give a passage that it does not hold."""
    rarity = legs.index.rarity(question.dimensions)
    asked = dict(zip(question.dimensions, question.weights, strict=True))
    return sum(
        asked[dimension] * weight * rarity.get(dimension, 0.0)
        for dimension, weight in zip(passage.dimensions, passage.weights, strict=True)
        if dimension in asked
    )


def _reciprocal_rank(hits: Sequence[Hit], query: Query) -> float:
    for rank, hit in enumerate(hits, start=1):
        if hit.chunk.id == query.target.id:
            return 1 / rank
    return 0.0
