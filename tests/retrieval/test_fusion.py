"""Two legs' candidates as one list."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunk import Chunk, Kind
from retrieval.fusion import fused
from retrieval.hit import Hit
from retrieval.index import Scored
from retrieval.span import Span


def chunk(number: int) -> Chunk:
    text = f"text {number}"
    return Chunk(UUID(int=number), UUID(int=1), number, Kind.ARTICLE, "", text, Span(0, len(text)))


def lexical(scores: dict[int, float]) -> list[Hit]:
    ordered = sorted(scores.items(), key=lambda each: -each[1])
    return [
        Hit(chunk(number), lexical_rank=rank, lexical_score=score)
        for rank, (number, score) in enumerate(ordered, start=1)
    ]


def semantic(scores: dict[int, float]) -> list[tuple[Scored, Sequence[Chunk]]]:
    ordered = sorted(scores.items(), key=lambda each: -each[1])
    return [(Scored(UUID(int=number), score), [chunk(number)]) for number, score in ordered]


def numbers(hits: Sequence[Hit]) -> list[int]:
    return [hit.chunk.id.int for hit in hits]


def test_leg_without_weight_changes_nothing() -> None:
    hits = fused(lexical({1: 4.0, 2: 2.0}), semantic({3: 0.9}), 0.0)
    assert [(hit.chunk.id.int, hit.fused, hit.dense_rank) for hit in hits] == [
        (1, 1.0, None),
        (2, 0.5, None),
    ]


def test_scores_are_scaled_by_what_they_could_be() -> None:
    hits = fused(lexical({1: 4.0, 2: 2.0}), semantic({2: 0.6, 3: 0.2, 1: -0.2}), 0.5)
    assert {hit.chunk.id.int: hit.fused for hit in hits} == pytest.approx(
        {2: 0.25 + 0.5, 1: 0.5 + 0.25, 3: 0.375}
    )
    assert {hit.chunk.id.int: hit.dense_rank for hit in hits} == {1: 3, 2: 1, 3: 2}


def test_what_is_not_embedded_is_as_far_as_the_farthest() -> None:
    hits = fused(lexical({1: 2.0, 2: 2.0}), semantic({2: 0.5, 3: 0.2}), 0.5)
    assert {hit.chunk.id.int: hit.fused for hit in hits} == pytest.approx(
        {1: 0.5 + 0.4, 2: 1.0, 3: 0.4}
    )


def test_silent_leg_keeps_the_order() -> None:
    hits = fused(lexical({1: 4.0, 2: 2.0}), [], 0.5)
    assert [(hit.chunk.id.int, hit.fused) for hit in hits] == [(1, 0.5), (2, 0.25)]


SCORES = st.dictionaries(st.integers(1, 9), st.floats(0.01, 50), max_size=6)
NEARNESS = st.dictionaries(st.integers(1, 9), st.floats(-1, 1), max_size=6)


@given(words=SCORES, meant=NEARNESS, weight=st.floats(0, 1))
def test_every_candidate_comes_once_with_a_score_in_0_1(
    words: dict[int, float], meant: dict[int, float], weight: float
) -> None:
    hits = fused(lexical(words), semantic(meant), weight)
    expected = set(words) | set(meant) if weight else set(words)
    assert sorted(numbers(hits)) == sorted(expected)
    assert all(0 <= hit.fused <= 1 + 1e-9 for hit in hits)
    assert [-hit.fused for hit in hits] == sorted(-hit.fused for hit in hits)


def test_a_chunk_in_a_language_that_the_model_does_not_know_keeps_its_lexical_score() -> None:
    known = {1: 0.0, 2: 1.0, 3: 0.5}
    hits = fused(
        lexical({1: 2.0, 2: 1.0}),
        semantic({1: 0.9, 2: 0.9, 3: 0.9}),
        0.8,
        lambda chunk: known[chunk.id.int],
    )
    assert {hit.chunk.id.int: hit.fused for hit in hits} == pytest.approx(
        {1: 1.0, 2: 0.2 * 0.5 + 0.8, 3: 0.5}
    )
