"""What a query line leaves to be searched: filters, phrases and excluded words."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from retrieval.calendar import Period
from retrieval.chip import Chip, ChipKind
from retrieval.chunk import Chunk, kind_named
from retrieval.filters import Filters
from retrieval.growing import Grown
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, Scored, SparseVector
from retrieval.lexical import number, spellings, terms
from retrieval.query import Query
from retrieval.store import ChunkStore
from retrieval.wording import folded, stands_in

FEW = 1_000
"""Points that the index is told one by one. Of more, it is asked without, and those that do not
pass are dropped: comparing 10,000 ids takes it 12 ms."""
ENOUGH = 20
"""Points that must pass before no more are asked for."""
_GROWTH = 4
_MOST_ASKED = 3_200
_PHRASE_CANDIDATES = (100, 400)
"""Points read for a phrase: those that hold its words best."""

Searching = Callable[[int, Collection[UUID] | None], list[Scored]]
"""Finds at most so many points, among some when they are given."""


class Scope:
    """The part of the notes that one query line searches."""

    def __init__(self, store: ChunkStore, index: ChunkIndex, query: Query) -> None:
        """Find out what ``query`` leaves."""
        self._store = store
        self._index = index
        self._filters = query.filters
        self._listed = within(query.filters, query.times[0]) if query.times else query.filters
        self._phrases = tuple(map(folded, query.phrases))
        self._excluded = tuple(map(folded, query.without))
        self._passing: dict[UUID, bool] = {}
        self._passing_points: set[UUID] = set()
        self.points: Collection[UUID] | None = None
        """The points that are left, where these are few; None where all or many are."""
        if query.filters:
            found = store.points_within(query.filters, FEW + 1)
            self.points = found if len(found) <= FEW else None
            self._passing_points |= found
        for phrase in query.phrases:
            self.points = self._holding(phrase)

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self._filters or self._phrases or self._excluded)

    @property
    def left(self) -> int | None:
        """How many points are left; None where nothing or little is left out."""
        return None if self.points is None else len(self.points)

    def search(self, searching: Searching, limit: int) -> list[Scored]:
        """Find at most ``limit`` points that are left, asking for more where many are not."""
        if self.points is not None or not self._filters:
            return searching(limit * (1 + bool(self._excluded)), self.points)
        asked = limit * _GROWTH
        while True:
            scored = searching(asked, None)
            passing = self._store.points_within(self._filters, among=[each.id for each in scored])
            if len(passing) >= ENOUGH or len(scored) < asked:
                self._passing_points |= passing
                return [each for each in scored if each.id in passing][:limit]
            if asked >= _MOST_ASKED:
                return searching(limit, self._store.points_within(self._filters))
            asked *= _GROWTH

    def kept(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits whose own chunk passes: the others share its words, or came along."""
        if not self:
            return list(hits)
        unknown = {hit.chunk.id: hit.chunk for hit in hits if hit.chunk.id not in self._passing}
        unsure = self._unsure(unknown.values()) if self._filters else set()
        passing = self._store.passing(self._filters, unsure) if unsure else set()
        for key, chunk in unknown.items():
            self._passing[key] = (key not in unsure or key in passing) and self._reads(chunk)
        return [hit for hit in hits if self._passing[hit.chunk.id]]

    def _unsure(self, chunks: Collection[Chunk]) -> set[UUID]:
        """Return the ids of chunks that may not pass: where a point passes, its one chunk does."""
        points = {chunk.id: chunk.point for chunk in chunks}
        copies = Counter(points.values())
        return {
            key
            for key, point in points.items()
            if point not in self._passing_points or copies[point] > 1
        }

    def shrunk(self, grown: Sequence[Grown]) -> list[Grown]:
        """Take its neighbours from a hit that grew by a word that is excluded."""
        if not self._excluded:
            return list(grown)
        return [self._alone(each) if self._holds_excluded(each.chunks) else each for each in grown]

    def newest(self, limit: int) -> list[Hit]:
        """Return the newest chunks that are left, in the time that is named, as hits."""
        read = limit * _GROWTH if self._phrases or self._excluded else limit
        chunks = list(filter(self._reads, self._store.newest(self._listed, read)))
        return [
            Hit(chunk, lexical_rank=None, lexical_score=0.0, final=1 - place / (len(chunks) + 1))
            for place, chunk in enumerate(chunks)
        ]

    def _reads(self, chunk: Chunk) -> bool:
        if not self._phrases and not self._excluded:
            return True
        text = folded(chunk.indexed_text)
        return all(stands_in(phrase, text) for phrase in self._phrases) and not any(
            stands_in(word, text) for word in self._excluded
        )

    def _holds_excluded(self, chunks: Sequence[Chunk]) -> bool:
        texts = [folded(chunk.indexed_text) for chunk in chunks] if self._excluded else []
        return any(stands_in(word, text) for word in self._excluded for text in texts)

    @staticmethod
    def _alone(grown: Grown) -> Grown:
        chunk = grown.hits[0].chunk
        return replace(grown, hits=grown.hits[:1], chunks=(chunk,), span=chunk.span)

    def _holding(self, phrase: str) -> set[UUID]:
        """Return points whose texts hold a phrase; all of them when it is rare."""
        wanted = folded(phrase)
        dimensions = tuple(sorted({number(term) for term in terms(wanted)}))
        vector = SparseVector(dimensions, (1.0,) * len(dimensions))
        held: set[UUID] = set()
        for limit in _PHRASE_CANDIDATES:
            scored = self._index.search(vector, limit, self.points)
            held = self._with([each.id for each in scored], wanted)
            if len(held) >= ENOUGH or len(scored) < limit:
                return held
        # Its words stand in so many texts that it may be in none of the best: read them all.
        return held or self._with(self._store.holding(spellings(phrase), limit), wanted)

    def _with(self, points: Collection[UUID], phrase: str) -> set[UUID]:
        found = self._store.by_point(points)
        return {
            point
            for point, chunks in found.items()
            if (self.points is None or point in self.points)
            and stands_in(phrase, folded(chunks[0].indexed_text))
        }


def within(filters: Filters, time: Period) -> Filters:
    """Return ``filters`` for what is dated in ``time`` alone."""
    after = max(time.first, filters.after or date.min)
    return replace(filters, after=after, before=min(time.end, filters.before or date.max))


def only(chip: Chip, query: Query) -> Query:
    """Return ``query`` with the restriction of one chip alone."""
    bare = replace(query, filters=Filters(), phrases=(), without=())
    if chip.kind is ChipKind.PHRASE:
        return replace(bare, phrases=(chip.value,))
    if chip.kind is ChipKind.WITHOUT:
        return replace(bare, without=(chip.value,))
    filters = {
        ChipKind.TAG: Filters(tags=(chip.value,)),
        ChipKind.FOLDER: Filters(folders=(chip.value,)),
        ChipKind.KIND: Filters(kinds=(kind_named(chip.value),)),
        ChipKind.SPEAKER: Filters(speakers=(chip.value,)),
        ChipKind.NOTE: Filters(notes=(chip.value,)),
        ChipKind.AFTER: Filters(after=query.filters.after),
        ChipKind.BEFORE: Filters(before=query.filters.before),
    }
    return replace(bare, filters=filters.get(chip.kind, Filters()))
