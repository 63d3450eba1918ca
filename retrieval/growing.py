"""Hits grow into passages, which are thinned out and read from the catalogue."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.diversity import capped
from retrieval.expansion import LONGEST_JOINED, Neighbourhood, belong_together, extent, reach
from retrieval.hit import Hit
from retrieval.passage import Passage
from retrieval.span import Span
from retrieval.store import ChunkStore, NoteLabel

_GROWN_AT_ONCE = 12
"""Hits whose neighbours are read together."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A hit with the neighbours it grew by."""

    hits: tuple[Hit, ...]
    chunks: tuple[Chunk, ...]
    span: Span

    @property
    def note_id(self) -> UUID:
        """The note it is of."""
        return self.chunks[0].note_id

    def with_(self, other: "Grown") -> "Grown":
        """Return this one with the hits of ``other``, and with its chunks if that stays short."""
        hits = (*self.hits, *other.hits)
        if len(self.span.joined(other.span)) > LONGEST_JOINED:
            return replace(self, hits=hits)
        chunks = {chunk.ordinal: chunk for chunk in (*self.chunks, *other.chunks)}
        ordered = tuple(chunks[ordinal] for ordinal in sorted(chunks))
        return Grown(hits, ordered, extent(ordered))


class Growing:
    """Grows the hits of searches over one catalogue."""

    def __init__(self, store: ChunkStore) -> None:
        """Read neighbours and texts from ``store``."""
        self._store = store

    def thinned(self, hits: Sequence[Hit], limit: int, per_note: int) -> list[Grown]:
        """Grow the best hits into passages, and leave out those of a note that has its share."""
        grown: list[Grown] = []
        alone = len({hit.chunk.note_id for hit in hits}) == 1
        most = limit if alone else per_note
        rest = list(hits)
        shares: Counter[UUID] = Counter()
        while rest and sum(min(share, most) for share in shares.values()) < limit:
            self._grow(rest[:_GROWN_AT_ONCE], grown)
            shares = Counter(each.note_id for each in grown)
            rest = [hit for hit in rest[_GROWN_AT_ONCE:] if shares[hit.chunk.note_id] < most]
        return capped(((each.note_id, each) for each in grown), most, limit)

    def _grow(self, hits: Sequence[Hit], grown: list[Grown]) -> None:
        """Add ``hits`` to ``grown`` in order; one that overlaps a better one joins it."""
        around = Neighbourhood(self._neighbours(hits))
        for hit in hits:
            chunks = around.grown(hit)
            fresh = Grown((hit,), chunks, extent(chunks))
            twin = next(
                (
                    place
                    for place, other in enumerate(grown)
                    if other.note_id == fresh.note_id and belong_together(fresh.span, other.span)
                ),
                None,
            )
            if twin is None:
                grown.append(fresh)
            else:
                grown[twin] = grown[twin].with_(fresh)

    def _neighbours(self, hits: Sequence[Hit]) -> Iterator[Chunk]:
        places: dict[int, list[tuple[UUID, int]]] = {}
        for hit in hits:
            place = (hit.chunk.note_id, hit.chunk.ordinal)
            places.setdefault(reach(hit.chunk.kind), []).append(place)
        for distance, some in places.items():
            yield from self._store.around(some, distance)

    def passages(self, grown: Sequence[Grown]) -> tuple[Passage, ...]:
        """Return the passages with their texts, without those whose note was changed meanwhile."""
        labels = self._store.labels({each.note_id for each in grown})
        live = [each for each in grown if each.note_id in labels]
        texts = self._store.texts([(each.note_id, each.span) for each in live])
        return tuple(
            _passage(each, labels[each.note_id], text)
            for each, text in zip(live, texts, strict=True)
            if _is_of_one_version(each, text)
        )


def _is_of_one_version(grown: Grown, text: str) -> bool:
    """Whether a text read after its chunks still holds their words at their places."""
    start = grown.span.start
    return all(
        text[chunk.span.start - start : chunk.span.end - start] == chunk.text
        for chunk in grown.chunks
    )


def _passage(grown: Grown, label: NoteLabel, text: str) -> Passage:
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
