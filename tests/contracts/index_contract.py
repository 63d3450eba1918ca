"""What every index promises, wherever its points lie."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.chunk import Kind
from retrieval.index import ChunkIndex, Point, Scored, SparseVector

CLOSE = 1e-4
"""Relative error that single precision may make."""
DIMENSIONS = st.one_of(st.integers(0, 12), st.sampled_from([2**31, 2**32 - 1]))
WEIGHTS = st.floats(0.125, 8.0, width=32)
VECTORS = st.dictionaries(DIMENSIONS, WEIGHTS, max_size=6)
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)
"""The fixture makes a new index for each example, and one promise is tried by many classes."""
Terms = Mapping[int, float]


def vector(terms: Terms) -> SparseVector:
    ordered = sorted(terms.items())
    return SparseVector(tuple(each for each, _ in ordered), tuple(each for _, each in ordered))


def point(number: int, terms: Terms) -> Point:
    return Point(UUID(int=number), Kind.ARTICLE, vector(terms))


def points(*terms: Terms) -> list[Point]:
    """Make points with ids 1, 2, 3, ..."""
    return [point(number, each) for number, each in enumerate(terms, start=1)]


def numbers(found: Sequence[Scored]) -> list[int]:
    return [scored.id.int for scored in found]


def idf(total: int, having: int) -> float:
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def expected(stored: Mapping[int, Terms], asked: Terms) -> dict[int, float]:
    """Score every point by the formula of the contract; those that share no term are left out."""
    having = {each: sum(each in terms for terms in stored.values()) for each in asked}
    scores = {
        number: sum(
            weight * terms[each] * idf(len(stored), having[each])
            for each, weight in asked.items()
            if each in terms
        )
        for number, terms in stored.items()
    }
    return {number: score for number, score in scores.items() if score > 0}


class IndexContract:
    """Inherit it and give a fixture ``index`` that returns an empty one."""

    def test_an_empty_index_finds_nothing(self, index: ChunkIndex) -> None:
        assert index.count() == 0
        assert index.ids() == set()
        assert index.search(vector({1: 1.0}), 5) == []
        assert dict(index.rarity([1, 2])) == {}
        index.remove([])
        index.remove([UUID(int=9)])
        index.upsert([])
        index.flush()
        assert index.count() == 0

    def test_what_is_written_is_found_at_once(self, index: ChunkIndex) -> None:
        index.upsert(points({1: 1.0, 2: 1.0}, {2: 1.0, 3: 1.0}))
        assert numbers(index.search(vector({1: 1.0}), 5)) == [1]
        assert numbers(index.search(vector({3: 1.0}), 5)) == [2]
        assert index.count() == 2
        assert index.ids() == {UUID(int=1), UUID(int=2)}

    def test_score_and_rarity_follow_the_formula(self, index: ChunkIndex) -> None:
        stored = {1: {1: 2.0, 2: 0.5}, 2: {2: 1.5, 3: 1.0}, 3: {2: 0.25}, 4: {4: 3.0}}
        index.upsert([point(number, terms) for number, terms in stored.items()])
        asked = {1: 1.0, 2: 0.85, 3: 0.5, 99: 1.0}
        assert dict(index.rarity([1, 2, 3, 99])) == pytest.approx(
            {1: idf(4, 1), 2: idf(4, 3), 3: idf(4, 1)}, rel=CLOSE
        )
        found = index.search(vector(asked), 10)
        scores = expected(stored, asked)
        assert numbers(found) == sorted(scores, key=lambda number: -scores[number]) == [1, 2, 3]
        assert [scored.score for scored in found] == pytest.approx(
            [scores[number] for number in numbers(found)], rel=CLOSE
        )

    def test_rarity_follows_what_is_added(self, index: ChunkIndex) -> None:
        index.upsert(points({1: 1.0}, {2: 1.0}))
        before = dict(index.rarity([1]))
        index.upsert([point(3, {3: 1.0})])
        assert before == pytest.approx({1: idf(2, 1)}, rel=CLOSE)
        assert dict(index.rarity([1, 3])) == pytest.approx({1: idf(3, 1), 3: idf(3, 1)}, rel=CLOSE)

    def test_rarity_of_many_dimensions_comes_whole(self, index: ChunkIndex) -> None:
        index.upsert([point(1, dict.fromkeys(range(350), 1.0)), point(2, {400: 1.0})])
        assert dict(index.rarity(range(500))) == pytest.approx(
            dict.fromkeys([*range(350), 400], idf(2, 1)), rel=CLOSE
        )
        assert dict(index.rarity([])) == {}

    def test_only_points_within_are_found_and_score_as_among_all(self, index: ChunkIndex) -> None:
        index.upsert(points({1: 1.0}, {1: 2.0}, {1: 3.0, 2: 1.0}, {2: 1.0}))
        everywhere = {scored.id: scored.score for scored in index.search(vector({1: 1.0}), 9)}
        within = {UUID(int=2), UUID(int=3), UUID(int=4), UUID(int=77)}
        found = index.search(vector({1: 1.0}), 9, within=within)
        assert numbers(found) == [3, 2]
        assert [scored.score for scored in found] == pytest.approx(
            [everywhere[scored.id] for scored in found], rel=CLOSE
        )
        assert numbers(index.search(vector({1: 1.0}), 1, within=within)) == [3]
        assert index.search(vector({1: 1.0}), 9, within=()) == []
        assert index.search(vector({1: 1.0}), 9, within=frozenset({UUID(int=4)})) == []

    def test_limit_is_kept(self, index: ChunkIndex) -> None:
        index.upsert(points(*({1: float(number)} for number in range(1, 31))))
        assert numbers(index.search(vector({1: 1.0}), 4)) == [30, 29, 28, 27]
        assert len(index.search(vector({1: 1.0}), 100)) == 30
        assert index.search(vector({1: 1.0}), 0) == []

    def test_equal_scores_are_ordered_by_id(self, index: ChunkIndex) -> None:
        equal = [point(number, {1: 1.0}) for number in (9, 3, 12, 1, 7)]
        index.upsert([*equal, point(20, {1: 2.0}), point(21, {5: 1.0})])
        for _ in range(3):
            assert numbers(index.search(vector({1: 1.0}), 10)) == [20, 1, 3, 7, 9, 12]
            assert numbers(index.search(vector({1: 1.0}), 3)) == [20, 1, 3]

    def test_an_empty_vector_finds_nothing(self, index: ChunkIndex) -> None:
        index.upsert(points({1: 1.0}))
        assert index.search(vector({}), 5) == []

    def test_a_point_without_terms_exists_and_is_never_found(self, index: ChunkIndex) -> None:
        index.upsert(points({}, {1: 1.0}))
        assert index.ids() == {UUID(int=1), UUID(int=2)}
        assert numbers(index.search(vector({1: 1.0}), 5)) == [2]

    def test_dimensions_reach_from_0_to_the_largest(self, index: ChunkIndex) -> None:
        index.upsert(points({0: 1.0}, {2**32 - 1: 1.0}))
        assert numbers(index.search(vector({0: 1.0}), 5)) == [1]
        assert numbers(index.search(vector({2**32 - 1: 1.0}), 5)) == [2]

    def test_a_known_id_is_replaced(self, index: ChunkIndex) -> None:
        index.upsert(points({1: 1.0}, {2: 1.0}))
        index.upsert([point(1, {3: 1.0})])
        assert index.count() == 2
        assert index.search(vector({1: 1.0}), 5) == []
        assert numbers(index.search(vector({3: 1.0}), 5)) == [1]

    def test_the_same_points_again_change_nothing(self, index: ChunkIndex) -> None:
        twice = points({1: 1.0, 2: 0.5}, {2: 1.0}, {3: 1.0})
        index.upsert(twice)
        before = index.search(vector({1: 1.0, 2: 1.0}), 5)
        index.upsert(twice)
        assert index.count() == 3
        assert numbers(index.search(vector({1: 1.0, 2: 1.0}), 5)) == numbers(before)

    def test_of_one_id_twice_in_one_call_the_last_stays(self, index: ChunkIndex) -> None:
        index.upsert([point(1, {1: 1.0}), point(1, {2: 1.0})])
        assert index.count() == 1
        assert index.search(vector({1: 1.0}), 5) == []
        assert numbers(index.search(vector({2: 1.0}), 5)) == [1]

    def test_what_is_removed_is_gone_and_the_rest_stays(self, index: ChunkIndex) -> None:
        index.upsert(points({1: 1.0}, {1: 2.0}, {2: 1.0}))
        index.remove({UUID(int=2), UUID(int=99)})
        assert index.ids() == {UUID(int=1), UUID(int=3)}
        assert index.count() == 2
        assert set(numbers(index.search(vector({1: 1.0, 2: 1.0}), 5))) == {1, 3}
        index.remove([UUID(int=2)])
        index.upsert([point(2, {1: 2.0})])
        assert index.count() == 3

    def test_rarity_of_a_term_that_no_point_has_any_more_is_left_out(
        self, index: ChunkIndex
    ) -> None:
        index.upsert(points({1: 1.0}, {2: 1.0}))
        assert set(index.rarity([1, 2])) == {1, 2}
        index.remove([UUID(int=1)])
        assert set(index.rarity([1, 2])) == {2}

    def test_thousands_of_points_come_back(self, index: ChunkIndex) -> None:
        many = [point(number, {number % 50: 1.0, 1000: 1.0}) for number in range(1, 1_301)]
        index.upsert(many)
        assert index.count() == 1_300
        assert index.ids() == {each.id for each in many}
        index.remove([each.id for each in many[:1_200]])
        assert index.ids() == {each.id for each in many[1_200:]}

    @settings(suppress_health_check=SHARED, deadline=None, max_examples=20)
    @given(stored=st.dictionaries(st.integers(1, 40), VECTORS, max_size=12), asked=VECTORS)
    def test_any_search_finds_what_the_formula_says(
        self,
        fresh_index: Callable[[], AbstractContextManager[ChunkIndex]],
        stored: dict[int, dict[int, float]],
        asked: dict[int, float],
    ) -> None:
        lexical = {number: terms for number, terms in stored.items() if terms}
        with fresh_index() as index:
            index.upsert([point(number, terms) for number, terms in lexical.items()])
            found = index.search(vector(asked), 50)
            rarity = dict(index.rarity(asked))
        scores = expected(lexical, asked)
        assert {scored.id.int: scored.score for scored in found} == pytest.approx(scores, rel=CLOSE)
        assert [-scored.score for scored in found] == sorted(-scored.score for scored in found)
        having = {each: sum(each in terms for terms in lexical.values()) for each in asked}
        assert rarity == pytest.approx(
            {each: idf(len(lexical), count) for each, count in having.items() if count}, rel=CLOSE
        )

    def test_threads_write_and_search_at_once(self, index: ChunkIndex) -> None:
        def work(worker: int) -> list[list[int]]:
            seen = []
            for time in range(5):
                number = worker * 100 + time
                index.upsert([point(number, {worker: 1.0, 500: 1.0})])
                seen.append(numbers(index.search(vector({worker: 1.0}), 50)))
                assert set(index.rarity([worker, 500])) == {worker, 500}
                if time:
                    index.remove([UUID(int=number)])
            return seen

        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(work, range(1, 9)))
        assert [[sorted(each) for each in seen] for seen in found] == [
            [[first], *([first, first + time] for time in range(1, 5))]
            for first in range(100, 900, 100)
        ]
        assert index.ids() == {UUID(int=first) for first in range(100, 900, 100)}

    def test_the_block_of_an_index_gives_the_index(self, index: ChunkIndex) -> None:
        with index as same:
            assert same is index


class DurableIndexContract(IndexContract):
    """Of an index that outlives the process; give ``reopen``, which opens what was left."""

    def test_what_was_flushed_is_there_when_opened_again(
        self, reopen: Callable[[], AbstractContextManager[ChunkIndex]]
    ) -> None:
        with reopen() as index:
            index.upsert(points({1: 1.0}, {2: 1.0}, {3: 1.0}))
            index.remove([UUID(int=2)])
            index.flush()
        with reopen() as index:
            assert index.ids() == {UUID(int=1), UUID(int=3)}
            assert index.count() == 2
            assert numbers(index.search(vector({3: 1.0}), 5)) == [3]
            assert index.search(vector({2: 1.0}), 5) == []
            index.upsert([point(4, {4: 1.0})])
        with reopen() as index:
            assert index.count() == 3

    def test_a_closed_index_takes_no_calls(
        self, reopen: Callable[[], AbstractContextManager[ChunkIndex]]
    ) -> None:
        with reopen() as index:
            index.upsert(points({1: 1.0}))
        with pytest.raises(Exception, match=r"\w"):
            index.upsert(points({1: 1.0}))
        with pytest.raises(Exception, match=r"\w"):
            index.search(vector({1: 1.0}), 1)
