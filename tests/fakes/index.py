"""An index in memory that keeps the contract of `retrieval.index.ChunkIndex`."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from threading import RLock
from types import TracebackType
from typing import Self
from uuid import UUID

from retrieval.index import Point, Scored, SparseVector


class FakeIndex:
    def __init__(self) -> None:
        self._points: dict[UUID, dict[int, float]] = {}
        self._whole: dict[UUID, Point] = {}
        self._lock = RLock()

    def upsert(self, points: Sequence[Point]) -> None:
        with self._lock:
            for point in points:
                self._whole[point.id] = point
                vector = point.lexical
                self._points[point.id] = dict(zip(vector.dimensions, vector.weights, strict=True))

    def remove(self, ids: Collection[UUID]) -> None:
        with self._lock:
            for identifier in ids:
                self._points.pop(identifier, None)

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        with self._lock:
            rarity = self.rarity(vector.dimensions)
            asked = dict(zip(vector.dimensions, vector.weights, strict=True))
            found = [
                Scored(
                    identifier,
                    sum(
                        weight * weights[dimension] * rarity[dimension]
                        for dimension, weight in asked.items()
                        if dimension in weights
                    ),
                )
                for identifier, weights in self._points.items()
                if within is None or identifier in within
            ]
        found.sort(key=lambda scored: (-scored.score, scored.id))
        return [scored for scored in found if scored.score > 0][: max(0, limit)]

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        with self._lock:
            total = len(self._points)
            having = Counter(
                dimension
                for weights in self._points.values()
                for dimension in set(dimensions)
                if dimension in weights
            )
        return {
            dimension: math.log(1 + (total - count + 0.5) / (count + 0.5))
            for dimension, count in having.items()
        }

    def ids(self) -> set[UUID]:
        return set(self._points)

    def points(self, ids: Collection[UUID]) -> list[Point]:
        with self._lock:
            return [self._whole[each] for each in ids if each in self._points]

    def count(self) -> int:
        return len(self._points)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
