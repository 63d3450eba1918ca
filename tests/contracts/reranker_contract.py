"""What every reranker promises, whatever it reads with."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.chunk import Chunk, Kind
from retrieval.hit import Hit
from retrieval.lexical import content_terms
from retrieval.reranker import Reranker
from retrieval.span import Span

TEXT = st.text("显存模型 ab。，\n\ud800😀", max_size=24)
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


def hit(number: int, text: str, *, fused: float = 1.0, header: str = "") -> Hit:
    """A candidate of both legs."""
    chunk = Chunk(
        UUID(int=number), UUID(int=99), number, Kind.ARTICLE, header, text, Span(0, len(text))
    )
    return Hit(chunk, lexical_rank=number, lexical_score=fused, dense_rank=1, fused=fused)


def reranked(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Rerank with every term of the question weighing the same."""
    return reranker.rerank(question, dict.fromkeys(content_terms(question), 1.0), hits)


def order(hits: Sequence[Hit]) -> list[int]:
    """The numbers of hits."""
    return [each.chunk.ordinal for each in hits]


def many(count: int = 60) -> list[Hit]:
    """Candidates, best first by ``fused``."""
    return [
        hit(number, f"第{number}段讲显存{'估算' * (number % 3)}。", fused=1 - number / 100)
        for number in range(1, count + 1)
    ]


class RerankerContract:
    """Inherit it and give a fixture ``reranker``."""

    @pytest.fixture
    def reranker(self) -> Reranker:
        raise NotImplementedError

    @settings(suppress_health_check=SHARED, deadline=None, max_examples=40)
    @given(st.lists(st.tuples(TEXT, st.floats(0, 1)), max_size=70), TEXT)
    def test_every_hit_comes_back_once_best_first_with_scores_from_0_to_1(
        self, reranker: Reranker, given_hits: list[tuple[str, float]], question: str
    ) -> None:
        given_hits.sort(key=lambda each: -each[1])
        hits = [hit(place, text, fused=fused) for place, (text, fused) in enumerate(given_hits)]
        found = reranked(reranker, question, hits)
        assert sorted(order(found)) == list(range(len(hits)))
        assert [each.final for each in found] == sorted((e.final for e in found), reverse=True)
        assert all(0 <= score <= 1 for each in found for score in (each.final, each.rerank))
        assert all(each.judged is None or 0 <= each.judged <= 1 for each in found)

    def test_the_other_fields_stay(self, reranker: Reranker) -> None:
        hits = many(5)
        found = reranked(reranker, "显存估算", hits)
        bare = [replace(each, rerank=0.0, final=0.0, judged=None) for each in found]
        assert sorted(bare, key=lambda each: each.chunk.ordinal) == hits

    def test_nothing_gives_nothing(self, reranker: Reranker) -> None:
        assert reranked(reranker, "显存", []) == []

    def test_the_same_candidates_give_the_same_order(self, reranker: Reranker) -> None:
        first = reranked(reranker, "显存估算", many())
        assert reranked(reranker, "显存估算", many()) == first

    def test_equal_candidates_keep_their_places(self, reranker: Reranker) -> None:
        hits = [hit(number, "显存不够。") for number in (3, 1, 2)]
        assert order(reranked(reranker, "显存", hits)) == [3, 1, 2]

    def test_any_thread_may_call_it(self, reranker: Reranker) -> None:
        expected = reranked(reranker, "显存估算", many())
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: reranked(reranker, "显存估算", many()), range(8)))
        assert found == [expected] * 8

    def test_it_is_named_and_says_from_which_judgement_on_a_hit_answers(
        self, reranker: Reranker
    ) -> None:
        assert reranker.name
        assert 0.0 <= reranker.least < 1.0
