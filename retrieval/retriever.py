"""From a question to its passages: search, rerank, grow, thin out, gate."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from uuid import UUID

from retrieval import gate
from retrieval.chunk import Chunk
from retrieval.diversity import capped
from retrieval.expansion import Neighbourhood, extent, heaviest_first, reach, says_the_same
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, SparseVector
from retrieval.lexical import fold, number
from retrieval.lexical_rerank import rerank
from retrieval.names import with_names
from retrieval.passage import Passage
from retrieval.question import EARLIER, Question, Translations, key_words, read_question
from retrieval.retrieved import Retrieved
from retrieval.span import Span
from retrieval.store import ChunkStore, NoteLabel

_GROWN_AT_ONCE = 12
"""Hits whose neighbours are read together."""
_ATTEMPTS = 3
"""Times a search is done again because a sync changed meanwhile what it found."""


@dataclass(frozen=True, slots=True)
class RetrievalLimits:
    """How much a search looks at and lets through."""

    candidates: int = 50
    """Chunks the index returns before reranking."""
    per_note: int = 3
    """Passages of one note."""
    threshold: float = gate.THRESHOLD
    """Evidence below which a question is off-topic."""


@dataclass(frozen=True, slots=True)
class _Grown:
    """A hit with the neighbours it grew by."""

    hits: tuple[Hit, ...]
    chunks: tuple[Chunk, ...]
    span: Span

    @property
    def note_id(self) -> UUID:
        return self.chunks[0].note_id


class Retriever:
    """Searches the notes; `retrieval.retrieved.Searcher`. Any thread may call it."""

    def __init__(
        self,
        index: ChunkIndex,
        store: ChunkStore,
        dictionary: Translations,
        limits: RetrievalLimits | None = None,
    ) -> None:
        """Search ``index`` and look every hit up in ``store``."""
        self._index = index
        self._store = store
        self._dictionary = dictionary
        self._limits = limits or RetrievalLimits()

    def retrieve(self, question: str, limit: int = 8, *, previous: str = "") -> Retrieved:
        """Find the passages that bear on a question, best first.

        Args:
            question: What the reader asks.
            limit: Most passages to return, at least 1.
            previous: Earlier question of the conversation; its terms count for less.
        """
        started = perf_counter()
        asked = read_question(question, previous, self._dictionary)
        rarity = self._rarity(asked)
        weights = asked.weights(rarity)
        points = self._index.count()
        names = _name_weights(asked, rarity, points)
        weighed = {term: weight * rarity[term] for term, weight in weights.items()}
        for _ in range(_ATTEMPTS):
            hits = with_names(self._hits(weights), names, points, self._store)
            thinned = self._thinned(rerank(question, weighed, hits), limit)
            passages = self._passages(thinned)
            if len(passages) == len(thinned):
                break
        words = key_words(question)
        held = [_folded(passage) for passage in passages]
        evidence = gate.evidence(hits, points)
        return Retrieved(
            question=question,
            passages=passages,
            on_topic=evidence >= self._limits.threshold or gate.held_together(words, held),
            evidence=round(evidence, 3),
            weights=heaviest_first(weighed),
            missing=gate.missing(words, held),
            ms=round((perf_counter() - started) * 1000, 2),
        )

    def _rarity(self, question: Question) -> Mapping[str, float]:
        numbers = {term: number(term) for term in question.every_term}
        rarity = self._index.rarity(numbers.values())
        return {term: rarity[each] for term, each in numbers.items() if each in rarity}

    def _hits(self, weights: Mapping[str, float]) -> list[Hit]:
        """Search the index; a point without a chunk in the catalogue is dropped.

        A sync may swap a note between the search and the look-up, so that its old points have no
        chunks any more and its new ones were not there yet; then both are done again.
        """
        dimensions: dict[int, float] = {}
        for term, weight in weights.items():
            dimensions[number(term)] = max(weight, dimensions.get(number(term), 0.0))
        ordered = sorted(dimensions.items())
        vector = SparseVector(
            tuple(dimension for dimension, _ in ordered), tuple(weight for _, weight in ordered)
        )
        for _ in range(_ATTEMPTS):
            scored = self._index.search(vector, self._limits.candidates)
            chunks = self._store.by_point([each.id for each in scored])
            if len(chunks) == len(scored):
                break
        return [
            Hit(chunk, lexical_rank=rank, lexical_score=each.score)
            for rank, each in enumerate(scored, start=1)
            for chunk in chunks.get(each.id, ())
        ]

    def _thinned(self, hits: Sequence[Hit], limit: int) -> list[_Grown]:
        """Grow the best hits into passages, and leave out those of a note that has its share."""
        grown: list[_Grown] = []
        alone = len({hit.chunk.note_id for hit in hits}) == 1
        most = limit if alone else self._limits.per_note
        rest = list(hits)
        while rest and len(grown) < limit:
            self._grow(rest[:_GROWN_AT_ONCE], grown)
            shares = Counter(each.note_id for each in grown)
            rest = [hit for hit in rest[_GROWN_AT_ONCE:] if shares[hit.chunk.note_id] < most]
        return capped(((each.note_id, each) for each in grown), most, limit)

    def _grow(self, hits: Sequence[Hit], grown: list[_Grown]) -> None:
        """Add ``hits`` to ``grown`` in order; one that says the same as a better one joins it."""
        around = Neighbourhood(self._neighbours(hits))
        for hit in hits:
            chunks = around.grown(hit)
            fresh = _Grown((hit,), chunks, extent(chunks))
            twin = next(
                (
                    place
                    for place, other in enumerate(grown)
                    if other.note_id == fresh.note_id and says_the_same(fresh.span, other.span)
                ),
                None,
            )
            if twin is None:
                grown.append(fresh)
            else:
                grown[twin] = replace(grown[twin], hits=(*grown[twin].hits, hit))

    def _neighbours(self, hits: Sequence[Hit]) -> Iterator[Chunk]:
        places: dict[int, list[tuple[UUID, int]]] = {}
        for hit in hits:
            place = (hit.chunk.note_id, hit.chunk.ordinal)
            places.setdefault(reach(hit.chunk.kind), []).append(place)
        for distance, some in places.items():
            yield from self._store.around(some, distance)

    def _passages(self, grown: Sequence[_Grown]) -> tuple[Passage, ...]:
        """Return the passages with their texts, without those whose note was changed meanwhile."""
        labels = self._store.labels({each.note_id for each in grown})
        live = [each for each in grown if each.note_id in labels]
        texts = self._store.texts([(each.note_id, each.span) for each in live])
        return tuple(
            _passage(each, labels[each.note_id], text)
            for each, text in zip(live, texts, strict=True)
            if _is_of_one_version(each, text)
        )


def _is_of_one_version(grown: _Grown, text: str) -> bool:
    """Whether a text read after its chunks still holds their words at their places."""
    start = grown.span.start
    return all(
        text[chunk.span.start - start : chunk.span.end - start] == chunk.text
        for chunk in grown.chunks
    )


def _name_weights(
    question: Question, rarity: Mapping[str, float], points: int
) -> Mapping[int, float]:
    """Weigh the question's own terms as parts of names, by number."""
    rarest = gate.rarest(points)
    found = {number(term): rarity.get(term, rarest) for term in question.asked}
    for term in question.earlier:
        found.setdefault(number(term), EARLIER * rarity.get(term, rarest))
    return found


def _folded(passage: Passage) -> str:
    return fold(
        " ".join([passage.title, *passage.headings, *passage.speakers, passage.when, passage.text])
    )


def _passage(grown: _Grown, label: NoteLabel, text: str) -> Passage:
    best = grown.hits[0].chunk
    return Passage(
        note_id=label.id,
        path=label.path,
        title=label.title,
        kind=best.kind,
        span=grown.span,
        text=text,
        score=round(grown.hits[0].final, 4),
        headings=best.headings,
        speakers=tuple(
            dict.fromkeys(speaker for chunk in grown.chunks for speaker in chunk.speakers)
        ),
        when=best.when,
        link=best.link,
        page=grown.chunks[0].page,
        hits=grown.hits,
    )
