"""One index used by many threads at once: counts are exact, and nothing half written is seen."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from retrieval.chunk import Kind
from retrieval.edge import EdgeIndex
from retrieval.index import Point, SparseVector

THREADS = 8
ROUNDS = 60
POINTS = 25
_EVERY = 0
"""A dimension that all points have."""


def point(thread: int, number: int) -> Point:
    """Return a point with a dimension of its own, one of its thread's and one of all."""
    own = 1_000 + thread * 10_000 + number
    vector = SparseVector((_EVERY, thread + 1, own), (1.0, 1.0, 1.0))
    return Point(UUID(int=own), Kind.ARTICLE, vector)


def own_dimension(each: Point) -> SparseVector:
    return SparseVector(each.lexical.dimensions[2:], (1.0,))


def work(index: EdgeIndex, thread: int) -> set[UUID]:
    """Write, search and take out points of this thread's own; return those that are left."""
    choose = random.Random(thread)  # noqa: S311 - drawn, not secret
    there: dict[UUID, Point] = {}
    for _ in range(ROUNDS):
        written = [point(thread, choose.randrange(400)) for _ in range(POINTS)]
        index.upsert(written)
        there.update((each.id, each) for each in written)
        gone = choose.sample(sorted(there), k=min(len(there), POINTS // 2))
        index.remove(gone)
        for key in gone:
            absent = index.search(own_dimension(there.pop(key)), 5)
            assert [each.id for each in absent] == []
        some = choose.choice(sorted(there))
        assert [each.id for each in index.search(own_dimension(there[some]), 5)] == [some]
        everything = index.search(SparseVector((_EVERY,), (1.0,)), 10)
        assert len(everything) == len({each.id for each in everything})
        index.rarity([_EVERY, thread + 1])
    return set(there)


def test_threads_that_write_search_and_remove_find_exactly_what_is_there(tmp_path: Path) -> None:
    with EdgeIndex.open(tmp_path / "index") as index:
        with ThreadPoolExecutor(THREADS) as threads:
            left = list(threads.map(lambda thread: work(index, thread), range(THREADS)))
        assert index.ids() == set[UUID]().union(*left)
        assert index.count() == sum(map(len, left))
    with EdgeIndex.open(tmp_path / "index") as again:
        assert again.ids() == set[UUID]().union(*left)
