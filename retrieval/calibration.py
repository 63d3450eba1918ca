"""How much the semantic leg counts, measured on the notes themselves, for each language.

Known-item search (Azzopardi, de Rijke and Balog, "Building Simulated Queries for Known-Item
Topics", 2007): the heading of a section is asked, and the section's own words, without any
heading, are to be found among everything else. What stands under the same heading is no wrong
answer and left out. The leg gets the weight with the best mean reciprocal rank, and only when its
gain over lexical search alone does not vanish in a paired bootstrap; else it gets none.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.embedder import Embedder, Matrix
from retrieval.fusion import fused
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, Scored, SparseVector
from retrieval.intervals import mean_intervals
from retrieval.language import Language, language_of
from retrieval.lexical import LexicalEncoder, content_terms, fold
from retrieval.store import ChunkStore
from retrieval.vector_index import VectorIndex

WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Weights that are tried."""
LEAST_QUERIES = 40
"""Queries of a language below which nothing can be measured."""
CAUTIOUS = 0.3
"""Weight of a leg that is known to fit a language of which there are too few queries."""
_MOST_QUERIES = 200
_CANDIDATES = 50
_SHORTEST_TEXT = 40
"""Characters of a section below which nobody could find it by its meaning."""
_ENCODED_AT_ONCE = 32
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out about one language."""

    weight: float
    """In 0..1; 0 leaves the leg out."""
    queries: int
    lexical: float = 0.0
    """Mean reciprocal rank of lexical search alone."""
    fused: float = 0.0
    """The same with the leg at the best weight that was tried."""
    low: float = 0.0
    """Lower bound of the gain, with 95 % confidence."""
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Query:
    """A heading and the section that it stands over."""

    heading: str
    target: Chunk
    text: str
    """The target's own words, without headings."""
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


def queries(chunks: Iterable[Chunk], most: int = _MOST_QUERIES) -> dict[Language, list[Query]]:
    """Make queries of the headings that name one section, some of each language.

    Args:
        chunks: One of each point that can be found; with those of other notes' copies left out.
        most: Most queries of a language; which ones does not depend on the order of ``chunks``.
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
    return {
        language: sorted(some, key=_drawn)[:most]  # the same ones each time, from all over
        for language, some in found.items()
    }


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
        if len(some) < LEAST_QUERIES:
            found[language] = Measured(CAUTIOUS if language in known else 0.0, len(some))
        else:
            found[language] = _measured(list(_reciprocal_ranks(legs, some, between)))
    return found


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
    return Query(target.headings[-1], target, text, aside)


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


def _measured(rows: Sequence[Sequence[float]]) -> Measured:
    """Choose a weight by each query's reciprocal ranks: lexical alone, then at each weight."""
    alone = [row[0] for row in rows]
    means = {weight: _mean([row[place] for row in rows]) for place, weight in enumerate(WEIGHTS, 1)}
    best = max(means, key=lambda weight: (means[weight], -weight))
    place = WEIGHTS.index(best) + 1
    gain = mean_intervals({"gain": [row[place] - row[0] for row in rows]})["gain"]
    return Measured(
        weight=best if gain.low > 0 else 0.0,
        queries=len(rows),
        lexical=round(_mean(alone), 4),
        fused=round(means[best], 4),
        low=round(gain.low, 4),
        high=round(gain.high, 4),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


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
            semantic = _semantic(legs, query, texts, number)
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
    legs: Legs, query: Query, texts: Matrix, number: int
) -> list[tuple[Scored, Sequence[Chunk]]]:
    question = legs.embedder.question(query.heading)
    found = legs.vectors.search(question, _CANDIDATES)
    return _among(legs, query, found, float(texts[number] @ question))


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
    return rows[:_CANDIDATES]


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
