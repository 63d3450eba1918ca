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

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt

from retrieval.chunk import Chunk
from retrieval.embedder import Embedder, Vector
from retrieval.fusion import fused
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, Scored, SparseVector
from retrieval.intervals import mean_intervals
from retrieval.language import Language, language_of
from retrieval.lexical import LexicalEncoder, content_terms, fold, terms
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
_MOST_QUERIES, _MOST_REWORDED = 150, 100
_CANDIDATES = 50
_SHORTEST_TEXT = 40
"""Characters of a section below which nobody could find it by its meaning."""
_ENCODED_AT_ONCE = 32
Ranks = npt.NDArray[np.float64]
"""A row for each query: reciprocal ranks by words alone, then fused at each of `WEIGHTS`."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


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
class Query:
    """A heading and the section that it stands over."""

    heading: str
    target: Chunk
    text: str
    """The target's own words, without headings."""
    reworded: bool
    """Whether the heading's words mostly do not stand in it."""
    aside: frozenset[UUID] = field(default_factory=frozenset)
    """Points that stand under the heading too."""


@dataclass(frozen=True, slots=True)
class Legs:
    """What both legs search, and how."""

    index: ChunkIndex
    encoder: LexicalEncoder
    vectors: VectorIndex
    embedder: Embedder
    store: ChunkStore


def queries(chunks: Iterable[Chunk]) -> dict[Language, list[Query]]:
    """Make queries of the headings that name one section, some of each language.

    Args:
        chunks: One of each point that can be found.

    Returns:
        By language, headings as they come, then further ones in other words than their section's.
        Which ones does not depend on the order of ``chunks``.
    """
    sections: dict[str, list[Chunk]] = defaultdict(list)
    owners: dict[str, set[tuple[UUID, tuple[str, ...]]]] = defaultdict(set)
    for chunk in chunks:
        for depth, heading in enumerate(chunk.headings):
            key = fold(heading).strip()
            sections[key].append(chunk)
            owners[key].add((chunk.note_id, chunk.headings[: depth + 1]))
    found: dict[Language, list[Query]] = {language: [] for language in LANGUAGES}
    for key, some in sections.items():
        if len(owners[key]) == 1 and len(content_terms(key)) > 1:
            found_here = _query(key, some)
            if found_here is not None:
                found[language_of(found_here.heading)].append(found_here)
    return {language: _some(each) for language, each in found.items()}


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
        total, in_other_words = min(len(some), _MOST_QUERIES), sum(reworded)
        if total < LEAST_QUERIES or in_other_words < LEAST_REWORDED:
            untested = CAUTIOUS if language in known else 0.0
            found[language] = Measured(untested, total, in_other_words)
        else:
            rows = np.array(list(_reciprocal_ranks(legs, some, between)))
            found[language] = _measured(rows[:_MOST_QUERIES], rows[np.array(reworded)])
    return found


def _some(found: Sequence[Query]) -> list[Query]:
    drawn = sorted(found, key=_drawn)  # the same ones each time, from all over
    first = drawn[:_MOST_QUERIES]
    wanted = max(0, _MOST_REWORDED - sum(query.reworded for query in first))
    rest = [query for query in drawn[_MOST_QUERIES:] if query.reworded]
    return [*first, *rest[:wanted]]


def _query(key: str, section: Sequence[Chunk]) -> Query | None:
    """Ask for the first text right below a heading."""
    below = [chunk for chunk in section if fold(chunk.headings[-1]).strip() == key]
    if not below:
        return None
    target = min(below, key=lambda chunk: chunk.ordinal)
    text = _without_headings(target)
    if len(text) < _SHORTEST_TEXT:
        return None
    aside = frozenset(chunk.point for chunk in section) - {target.point}
    heading = target.headings[-1]
    named, told = set(content_terms(heading)), set(terms(text))
    return Query(heading, target, text, 2 * len(named & told) < len(named), aside)


def _without_headings(chunk: Chunk) -> str:
    """Return the words of a chunk without the lines that are headings of it."""
    headings = {_bare(heading) for heading in chunk.headings}
    lines = (line for line in chunk.text.splitlines() if _bare(line) not in headings)
    return "\n".join(lines).strip()


def _bare(line: str) -> str:
    """Return the letters and digits of a line, without marks of its format."""
    return "".join(character for character in fold(line) if character.isalnum())


def _drawn(query: Query) -> str:
    return hashlib.sha256(
        f"{query.heading}\0{query.target.point}".encode("utf-8", "replace")
    ).hexdigest()


def _measured(all_rows: Ranks, reworded: Ranks) -> Measured:
    """Choose a weight by each query's reciprocal ranks: lexical alone, then at each weight."""
    means, in_other_words = all_rows.mean(axis=0), reworded.mean(axis=0)
    harmless = [place for place in range(1, len(means)) if means[place] >= means[0]]
    tried = harmless or range(1, len(means))
    best = max(tried, key=lambda place: (means[place] + in_other_words[place], -place))
    gain = mean_intervals({"gain": (reworded[:, best] - reworded[:, 0]).tolist()})["gain"]
    return Measured(
        weight=WEIGHTS[best - 1] if harmless and gain.low > 0 else 0.0,
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
        for number, query in enumerate(some):
            between()
            lexical = _lexical(legs, query)
            semantic = _semantic(legs, query, texts[number], lexical)
            yield [
                _reciprocal_rank(fused(lexical, semantic, weight), query)
                for weight in (0.0, *WEIGHTS)
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
    legs: Legs, query: Query, text: Vector, lexical: Sequence[Hit]
) -> list[tuple[Scored, Sequence[Chunk]]]:
    """Search by meaning; lexical candidates are told too, as in a search."""
    question = legs.embedder.question(query.heading)
    found = legs.vectors.search(question, _CANDIDATES)
    rest = {hit.chunk.point for hit in lexical} - {each.id for each in found}
    found += legs.vectors.search(question, len(rest), rest)
    return _among(legs, query, found, float(text @ question))


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
