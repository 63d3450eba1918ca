"""Vectors in memory that keep the contract of `retrieval.vector_index.VectorIndex`."""

from collections.abc import Collection, Mapping, Sequence
from threading import RLock
from types import TracebackType
from typing import Self
from uuid import UUID

from retrieval.embedder import Matrix, Vector
from retrieval.index import IndexUnreachableError, Scored


class FakeVectors:
    """While ``broken`` is set, nothing can be done."""

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension
        self._vectors: dict[UUID, Vector] = {}
        self._lock = RLock()
        self.broken = False
        self.closed = False

    @property
    def dimension(self) -> int:
        return self._dimension

    def upsert(self, ids: Sequence[UUID], vectors: Matrix) -> None:
        self._see()
        with self._lock:
            self._vectors.update(zip(ids, vectors, strict=True))

    def remove(self, ids: Collection[UUID]) -> None:
        self._see()
        with self._lock:
            for identifier in ids:
                self._vectors.pop(identifier, None)

    def search(
        self, vector: Vector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        self._see()
        with self._lock:
            found = [
                Scored(identifier, float(each @ vector))
                for identifier, each in self._vectors.items()
                if within is None or identifier in within
            ]
        found.sort(key=lambda scored: (-scored.score, scored.id))
        return found[: max(0, limit)]

    def vectors(self, ids: Collection[UUID]) -> Mapping[UUID, Vector]:
        self._see()
        with self._lock:
            return {each: self._vectors[each] for each in ids if each in self._vectors}

    def ids(self) -> set[UUID]:
        self._see()
        with self._lock:
            return set(self._vectors)

    def count(self) -> int:
        return len(self.ids())

    def flush(self) -> None:
        self._see()

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _see(self) -> None:
        if self.broken:
            raise IndexUnreachableError("nowhere", "it was broken for this test")
