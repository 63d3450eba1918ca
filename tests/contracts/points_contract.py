"""What every index promises about giving its points back."""

from uuid import UUID, uuid5

import pytest

from retrieval.chunk import Kind
from retrieval.index import ChunkIndex, Point, SparseVector

SPACE = UUID(int=77)


def made(number: int, kind: Kind = Kind.CHAT) -> Point:
    """Make a point with weights that single precision rounds."""
    vector = SparseVector((number, 2**31, 2**32 - 1), (0.1, 2.2, 1 / 3))
    return Point(uuid5(SPACE, str(number)), kind, vector)


def by_id(points: list[Point]) -> dict[UUID, tuple[Kind, tuple[int, ...]]]:
    return {each.id: (each.kind, each.lexical.dimensions) for each in points}


class PointsContract:
    """Inherit it and give a fixture ``index`` that returns an empty one."""

    def test_points_come_back_as_they_were_written(self, index: ChunkIndex) -> None:
        written = [made(number, kind) for number, kind in enumerate(Kind, start=1)]
        index.upsert(written)
        found = index.points([each.id for each in written])
        assert by_id(found) == by_id(written)
        for point in found:
            assert point.lexical.weights == pytest.approx((0.1, 2.2, 1 / 3), rel=1e-6)

    def test_unknown_and_removed_points_are_left_out(self, index: ChunkIndex) -> None:
        first, second = made(1), made(2)
        index.upsert([first, second])
        index.remove([first.id])
        assert by_id(index.points([first.id, second.id, UUID(int=5)])) == by_id([second])
        assert index.points([]) == []

    def test_a_point_without_terms_comes_back_without_terms(self, index: ChunkIndex) -> None:
        bare = Point(UUID(int=3), Kind.ARTICLE, SparseVector((), ()))
        index.upsert([bare])
        assert index.points([bare.id]) == [bare]

    def test_thousands_of_points_come_back(self, index: ChunkIndex) -> None:
        written = [made(number) for number in range(1, 1_201)]
        index.upsert(written)
        assert by_id(index.points({each.id for each in written})) == by_id(written)
