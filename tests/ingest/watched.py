"""Catalogue and index with every write seen, and a crash before any of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self
from uuid import UUID

from ingest.catalog import KnownNote, NoteCatalog
from ingest.note import Note
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

    def store(self, note: Note, chunks: Sequence[Chunk], *, modified_ns: int, cutter: str) -> None:
        self._writes("store")
        self._catalog.store(note, chunks, modified_ns=modified_ns, cutter=cutter)

    def relocate(self, note_id: UUID, path: str, *, modified_ns: int) -> None:
        self._writes("relocate")
        self._catalog.relocate(note_id, path, modified_ns=modified_ns)

    def remove(self, note_id: UUID) -> None:
        self._writes("remove note")
        self._catalog.remove(note_id)

    def record_failures(self, failures: Mapping[str, str]) -> None:
        if failures:
            self._writes("record failures")
        self._catalog.record_failures(failures)

    def remember(self, key: str, value: str) -> None:
        self._writes("remember")
        self._catalog.remember(key, value)

    def known(self) -> Sequence[KnownNote]:
        return self._catalog.known()

    def chunk_ids(self, note_id: UUID) -> set[UUID]:
        return self._catalog.chunk_ids(note_id)

    def all_chunk_ids(self) -> set[UUID]:
        return self._catalog.all_chunk_ids()

    def totals(self) -> tuple[int, int]:
        return self._catalog.totals()

    def omissions(self) -> Sequence[tuple[str, int, int, str]]:
        return self._catalog.omissions()

    def chunks(self, ids: Collection[UUID] | None = None) -> Iterator[Chunk]:
        return self._catalog.chunks(ids)

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

    def search(self, vector: SparseVector, limit: int) -> list[Scored]:
        return self._index.search(vector, limit)

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        return self._index.rarity(dimensions)

    def ids(self) -> set[UUID]:
        return self._index.ids()

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
