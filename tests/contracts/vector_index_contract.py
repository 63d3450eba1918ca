"""What every index of dense vectors promises, wherever its points lie."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.embedder import Matrix, Vector
from retrieval.index import Scored
from retrieval.vector_index import VectorIndex

DIMENSION = 8
CLOSE = 1e-4
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)
"""The fixture makes a new index for each example, and one promise is tried by many classes."""


def drawn(seed: int, rows: int) -> Matrix:
    """Draw vectors of length 1."""
    matrix = np.random.default_rng(seed).standard_normal((rows, DIMENSION)).astype(np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / lengths, np.float32)


def ids(*numbers: int) -> list[UUID]:
    return [UUID(int=number) for number in numbers]


def axis(number: int, sign: float = 1.0) -> Vector:
    vector = np.zeros(DIMENSION, np.float32)
    vector[number] = sign
    return vector


def numbers(found: Sequence[Scored]) -> list[int]:
    return [scored.id.int for scored in found]


class VectorIndexContract:
    """Inherit it and give a fixture ``vectors`` that returns an empty one."""

    def test_an_empty_index_finds_nothing(self, vectors: VectorIndex) -> None:
        assert (vectors.dimension, vectors.count(), vectors.ids()) == (DIMENSION, 0, set())
        assert vectors.search(axis(0), 5) == []
        assert dict(vectors.vectors(ids(1))) == {}
        vectors.remove([])
        vectors.remove(ids(9))
        vectors.upsert([], np.zeros((0, DIMENSION), np.float32))
        vectors.flush()
        assert vectors.count() == 0

    def test_score_is_the_dot_product(self, vectors: VectorIndex) -> None:
        matrix, asked = drawn(1, 30), drawn(2, 1)[0]
        vectors.upsert(ids(*range(1, 31)), matrix)
        scores = {number: float(row @ asked) for number, row in enumerate(matrix, start=1)}
        found = vectors.search(asked, 10)
        assert numbers(found) == sorted(scores, key=lambda number: -scores[number])[:10]
        assert [scored.score for scored in found] == pytest.approx(
            [scores[number] for number in numbers(found)], abs=CLOSE
        )

    def test_points_that_point_away_are_found_last(self, vectors: VectorIndex) -> None:
        vectors.upsert(ids(1, 2), np.array([axis(0, -1.0), axis(0)]))
        found = vectors.search(axis(0), 5)
        assert [(scored.id.int, scored.score) for scored in found] == [(2, 1.0), (1, -1.0)]

    def test_equal_scores_come_by_id_also_at_the_limit(self, vectors: VectorIndex) -> None:
        vectors.upsert(ids(5, 3, 4, 1, 2), np.array([axis(0)] * 5))
        assert numbers(vectors.search(axis(0), 3)) == [1, 2, 3]
        assert numbers(vectors.search(axis(0), 9)) == [1, 2, 3, 4, 5]

    def test_limit_is_kept(self, vectors: VectorIndex) -> None:
        vectors.upsert(ids(1, 2), drawn(3, 2))
        assert vectors.search(axis(0), 0) == []
        assert len(vectors.search(axis(0), 1)) == 1

    def test_only_points_within_are_found(self, vectors: VectorIndex) -> None:
        vectors.upsert(ids(1, 2, 3), np.array([axis(0), axis(1), axis(0)]))
        assert numbers(vectors.search(axis(0), 5, within=set(ids(2, 3, 77)))) == [3, 2]
        assert vectors.search(axis(0), 5, within=()) == []

    def test_a_known_id_gets_the_new_vector(self, vectors: VectorIndex) -> None:
        vectors.upsert(ids(1, 2), np.array([axis(0), axis(1)]))
        vectors.upsert(ids(1), np.array([axis(2)]))
        vectors.upsert(ids(1), np.array([axis(2)]))
        assert vectors.count() == 2
        assert numbers(vectors.search(axis(2), 1)) == [1]
        assert vectors.search(axis(0), 1)[0].score == pytest.approx(0.0, abs=CLOSE)

    def test_removed_points_are_gone(self, vectors: VectorIndex) -> None:
        vectors.upsert(ids(1, 2, 3), drawn(4, 3))
        vectors.remove(ids(2, 9))
        assert (vectors.ids(), vectors.count()) == (set(ids(1, 3)), 2)
        assert sorted(numbers(vectors.search(axis(0), 5))) == [1, 3]

    def test_vectors_come_back_as_they_were_written(self, vectors: VectorIndex) -> None:
        matrix = drawn(5, 3)
        vectors.upsert(ids(1, 2, 3), matrix)
        found = vectors.vectors(ids(3, 1, 8))
        assert set(found) == set(ids(1, 3))
        for number in (1, 3):
            assert found[UUID(int=number)].dtype == np.float32
            assert found[UUID(int=number)] == pytest.approx(matrix[number - 1], abs=CLOSE)

    def test_thousands_of_points_come_whole(self, vectors: VectorIndex) -> None:
        many, matrix = ids(*range(1, 1_301)), drawn(6, 1_300)
        vectors.upsert(many, matrix)
        assert vectors.ids() == set(many)
        assert set(vectors.vectors(many)) == set(many)
        vectors.remove(many[:700])
        assert vectors.ids() == set(many[700:])

    @settings(suppress_health_check=SHARED, deadline=None, max_examples=15)
    @given(
        seed=st.integers(0, 1_000),
        rows=st.integers(0, 40),
        gone=st.sets(st.integers(1, 40)),
        within=st.none() | st.sets(st.integers(1, 40)),
    )
    def test_any_search_finds_what_a_comparison_of_all_finds(
        self,
        fresh_vectors: Callable[[], AbstractContextManager[VectorIndex]],
        seed: int,
        rows: int,
        gone: set[int],
        within: set[int] | None,
    ) -> None:
        matrix, asked = drawn(seed, rows), drawn(seed + 5_000, 1)[0]
        with fresh_vectors() as index:
            index.upsert(ids(*range(1, rows + 1)), matrix)
            index.remove(ids(*gone))
            left = None if within is None else set(ids(*within))
            found = index.search(asked, 50, within=left)
        scores = {
            number: float(row @ asked)
            for number, row in enumerate(matrix, start=1)
            if number not in gone and (within is None or number in within)
        }
        assert {scored.id.int: scored.score for scored in found} == pytest.approx(scores, abs=CLOSE)
        assert [-scored.score for scored in found] == sorted(-scored.score for scored in found)

    def test_threads_write_and_search_at_once(self, vectors: VectorIndex) -> None:
        def work(worker: int) -> None:
            for time in range(4):
                number = worker * 100 + time
                vectors.upsert(ids(number), np.array([axis(worker % DIMENSION)]))
                found = vectors.search(axis(worker % DIMENSION), 50)
                assert number in numbers(found)
                if time:
                    vectors.remove(ids(number))

        with ThreadPoolExecutor(6) as threads:
            list(threads.map(work, range(1, 7)))
        assert vectors.ids() == set(ids(*range(100, 700, 100)))

    def test_the_block_of_an_index_gives_the_index(self, vectors: VectorIndex) -> None:
        with vectors as same:
            assert same is vectors


class DurableVectorIndexContract(VectorIndexContract):
    """Of an index that outlives the process; give ``reopen``, which opens what was left."""

    def test_what_was_flushed_is_there_when_opened_again(
        self, reopen: Callable[[], AbstractContextManager[VectorIndex]]
    ) -> None:
        matrix = drawn(7, 3)
        with reopen() as index:
            index.upsert(ids(1, 2, 3), matrix)
            index.remove(ids(2))
            index.flush()
        with reopen() as index:
            assert index.ids() == set(ids(1, 3))
            assert numbers(index.search(matrix[2], 1)) == [3]
            index.upsert(ids(4), drawn(8, 1))
        with reopen() as index:
            assert index.count() == 3

    def test_a_closed_index_takes_no_calls(
        self, reopen: Callable[[], AbstractContextManager[VectorIndex]]
    ) -> None:
        with reopen() as index:
            index.upsert(ids(1), drawn(9, 1))
        with pytest.raises(Exception, match=r"\w"):
            index.upsert(ids(1), drawn(9, 1))
        with pytest.raises(Exception, match=r"\w"):
            index.search(axis(0), 1)
