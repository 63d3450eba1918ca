"""Catalogue and index with every write seen, and a crash before any of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self
from uuid import UUID

from ingest.catalog import CutNote, KnownNote, Move, NoteCatalog, PassedOver, Totals
from ingest.note import NoteLink
from retrieval.chunk import Chunk
from retrieval.index import ChunkIndex, Point, Scored, SparseVector


class KilledError(BaseException):
    """The process died here: nothing of ours may catch it."""


class Writes:
    """Remembers the writes of a sync in order, and stops it before one of them."""

    def __init__(
        self, stop_before: int | None = None, error: Callable[[], BaseException] = KilledError
    ) -> None:
        """Raise ``error`` instead of doing write number ``stop_before``, counted from 0."""
        self.names: list[str] = []
        self.points = 0
        self._stop_before = stop_before
        self._error = error

    def __call__(self, name: str) -> None:
        """Note that a write begins."""
        if len(self.names) == self._stop_before:
            self._stop_before = None
            raise self._error()
        self.names.append(name)


class WatchedCatalog:
    """Passes everything on to another catalogue; `ingest.catalog.NoteCatalog`."""

    def __init__(self, catalog: NoteCatalog, writes: Writes) -> None:
        self._catalog = catalog
        self._writes = writes

    def store(self, notes: Sequence[CutNote]) -> None:
        self._writes("store")
        self._catalog.store(notes)

    def relocate(self, moves: Sequence[Move]) -> None:
        self._writes("relocate")
        self._catalog.relocate(moves)

    def remove(self, note_ids: Collection[UUID]) -> None:
        self._writes("remove note")
        self._catalog.remove(note_ids)

    def record_passed_over(self, files: Sequence[PassedOver]) -> None:
        if list(files) != list(self._catalog.passed_over()):
            self._writes("record passed over")
        self._catalog.record_passed_over(files)

    def record_failures(self, failures: Mapping[str, str]) -> None:
        if failures:
            self._writes("record failures")
        self._catalog.record_failures(failures)

    def remember(self, key: str, value: str) -> None:
        self._writes("remember")
        self._catalog.remember(key, value)

    def known(self, paths: Collection[str] | None = None) -> Sequence[KnownNote]:
        return self._catalog.known(paths)

    def holds_below(self, folder: str) -> bool:
        return self._catalog.holds_below(folder)

    def failures(self) -> Mapping[str, str]:
        return self._catalog.failures()

    def totals(self) -> Totals:
        return self._catalog.totals()

    def points(self, note_ids: Collection[UUID]) -> set[UUID]:
        return self._catalog.points(note_ids)

    def live_points(self, points: Collection[UUID] | None = None) -> set[UUID]:
        return self._catalog.live_points(points)

    def notes_of(self, points: Collection[UUID]) -> set[UUID]:
        return self._catalog.notes_of(points)

    def note_chunks(self, note_id: UUID) -> Sequence[Chunk]:
        return self._catalog.note_chunks(note_id)

    def links(self, note_id: UUID) -> Sequence[NoteLink]:
        return self._catalog.links(note_id)

    def passed_over(self) -> Sequence[PassedOver]:
        return self._catalog.passed_over()

    def omissions(self) -> Sequence[tuple[str, int, int, str]]:
        return self._catalog.omissions()

    def chunks(self, points: Collection[UUID] | None = None) -> Iterator[Chunk]:
        return self._catalog.chunks(points)

    def state(self, key: str) -> str | None:
        return self._catalog.state(key)


class WatchedIndex:
    """Passes everything on to another index; `retrieval.index.ChunkIndex`."""

    def __init__(self, index: ChunkIndex, writes: Writes) -> None:
        self._index = index
        self._writes = writes

    def upsert(self, points: Sequence[Point]) -> None:
        if points:
            self._writes("upsert")
            self._writes.points += len(points)
        self._index.upsert(points)

    def remove(self, ids: Collection[UUID]) -> None:
        if ids:
            self._writes("remove points")
        self._index.remove(ids)

    def flush(self) -> None:
        self._writes("flush")
        self._index.flush()

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        return self._index.search(vector, limit, within)

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        return self._index.rarity(dimensions)

    def ids(self) -> set[UUID]:
        return self._index.ids()

    def points(self, ids: Collection[UUID]) -> list[Point]:
        return self._index.points(ids)

    def count(self) -> int:
        return self._index.count()

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
