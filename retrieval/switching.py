"""An index that can be exchanged for another one while it is searched."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Self
from uuid import UUID

from retrieval.in_use import InUse
from retrieval.index import ChunkIndex, IndexUnusableError, Point, Scored, SparseVector


class SwitchingIndex:
    """A `retrieval.index.ChunkIndex` that hands every call to the index in use.

    A call that has begun ends in the index it began in, which is closed only when the last one
    has left it; one that begins after a switch goes to the new index.
    """

    def __init__(self, index: ChunkIndex) -> None:
        """Begin with ``index``."""
        self._held = InUse(index)

    def switch(self, index: ChunkIndex) -> None:
        """Use ``index`` from now on; return once the one before is closed."""
        before = self._held.switch(index)
        with suppress(IndexUnusableError):
            before.close()  # a broken one may be what was exchanged

    def in_use(self) -> AbstractContextManager[ChunkIndex]:
        """Give the index in use; it stays open for as long as the block runs."""
        return self._held.now()

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        with self.in_use() as index:
            index.upsert(points)

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        with self.in_use() as index:
            index.remove(ids)

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points that share terms with ``vector``, among ``within`` when it is given."""
        with self.in_use() as index:
            return index.search(vector, limit, within)

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        """IDF of each dimension that at least one point has."""
        with self.in_use() as index:
            return index.rarity(dimensions)

    def ids(self) -> set[UUID]:
        """Return the ids of all points."""
        with self.in_use() as index:
            return index.ids()

    def points(self, ids: Collection[UUID]) -> list[Point]:
        """Return those points of ``ids`` that are there, as they were written."""
        with self.in_use() as index:
            return index.points(ids)

    def count(self) -> int:
        """Return the number of points."""
        with self.in_use() as index:
            return index.count()

    def flush(self) -> None:
        """Make earlier changes durable."""
        with self.in_use() as index:
            index.flush()

    def close(self) -> None:
        """Release the index in use, once no call is in it."""
        with self._held.alone() as index:
            index.close()

    def __enter__(self) -> Self:
        """Return the open index."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the index."""
        self.close()
