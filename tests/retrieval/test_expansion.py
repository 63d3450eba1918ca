from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunk import Chunk, Kind
from retrieval.expansion import (
    LONGEST,
    REACH,
    Neighbourhood,
    belong_together,
    extent,
    heaviest_first,
    says_the_same,
)
from retrieval.hit import Hit
from retrieval.span import Span

NOTE = UUID(int=1)


def chunk(ordinal: int, span: Span, section: int = 0, note: UUID = NOTE) -> Chunk:
    text = "字" * len(span)
    return Chunk(UUID(int=ordinal), note, ordinal, Kind.ARTICLE, "", text, span, section=section)


def row(*lengths: int, sections: tuple[int, ...] = ()) -> list[Chunk]:
    """Chunks of these lengths, one after the other."""
    found: list[Chunk] = []
    for ordinal, length in enumerate(lengths):
        start = found[-1].span.end if found else 0
        section = sections[ordinal] if sections else 0
        found.append(chunk(ordinal, Span(start, start + length), section))
    return found


def grown(chunks: list[Chunk], ordinal: int) -> list[int]:
    hit = Hit(chunks[ordinal], 1, 1.0)
    return [each.ordinal for each in Neighbourhood(chunks).grown(hit)]


def test_a_hit_grows_to_both_sides_by_its_reach() -> None:
    assert grown(row(*[100] * 9), 4) == [2, 3, 4, 5, 6]
    assert REACH == 2


def test_growth_ends_with_the_note() -> None:
    assert grown(row(100, 100, 100), 0) == [0, 1, 2]
    assert grown(row(100), 0) == [0]


def test_growth_stays_in_its_section() -> None:
    chunks = row(100, 100, 100, 100, 100, sections=(0, 0, 1, 1, 2))
    assert grown(chunks, 2) == [2, 3]
    assert grown(chunks, 1) == [0, 1]
    assert grown(chunks, 4) == [4]


def test_growth_stays_within_the_longest_passage() -> None:
    assert grown(row(600, 600, 600, 600), 1) == [0, 1]
    assert grown(row(LONGEST, 10), 0) == [0]
    assert grown(row(LONGEST - 10, 10), 0) == [0, 1]
    assert grown(row(100, LONGEST + 1, 100), 1) == [1]


def test_a_side_that_does_not_fit_leaves_room_for_the_other() -> None:
    assert grown(row(1_400, 200, 500, 500), 1) == [1, 2, 3]


def test_a_gap_in_the_notes_chunks_ends_growth() -> None:
    chunks = row(100, 100, 100, 100)
    del chunks[1]
    assert grown(chunks, 1) == [2, 3]


def test_chunks_of_other_notes_are_no_neighbours() -> None:
    other = chunk(1, Span(100, 200), note=UUID(int=2))
    assert grown([chunk(0, Span(0, 100)), other], 0) == [0]


@given(
    lengths=st.lists(st.integers(1, 900), min_size=1, max_size=9),
    sections=st.lists(st.integers(0, 1), min_size=9, max_size=9),
    data=st.data(),
)
def test_a_passage_is_contiguous_and_covers_its_hit(
    lengths: list[int], sections: list[int], data: st.DataObject
) -> None:
    chunks = row(*lengths, sections=tuple(sorted(sections)))
    hit = chunks[data.draw(st.integers(0, len(chunks) - 1))]
    members = Neighbourhood(chunks).grown(Hit(hit, 1, 1.0))
    ordinals = [each.ordinal for each in members]
    assert hit in members
    assert ordinals == list(range(ordinals[0], ordinals[-1] + 1))
    assert all(abs(each - hit.ordinal) <= REACH for each in ordinals)
    assert {each.section for each in members} == {hit.section}
    assert extent(members).covers(hit.span)
    assert len(extent(members)) <= max(LONGEST, len(hit.span))


def test_extent_covers_overlapping_chunks() -> None:
    windows = [chunk(0, Span(5, 30)), chunk(1, Span(12, 40)), chunk(2, Span(20, 35))]
    assert extent(windows) == Span(5, 40)


@pytest.mark.parametrize(
    ("span", "other", "same"),
    [
        (Span(0, 10), Span(0, 10), True),
        (Span(0, 10), Span(4, 20), True),
        (Span(0, 10), Span(5, 20), False),
        (Span(0, 10), Span(10, 20), False),
        (Span(0, 10), Span(30, 40), False),
        (Span(0, 100), Span(40, 50), False),
        (Span(40, 50), Span(0, 100), True),
    ],
)
def test_a_passage_that_another_one_mostly_covers_says_the_same(
    span: Span, other: Span, *, same: bool
) -> None:
    assert says_the_same(span, other) is same


def test_terms_come_heaviest_first_and_equal_ones_by_name() -> None:
    assert heaviest_first({"b": 1.0, "c": 2.0, "a": 1.0}) == (("c", 2.0), ("a", 1.0), ("b", 1.0))
    assert heaviest_first({}) == ()


@pytest.mark.parametrize(
    ("span", "other", "together"),
    [
        (Span(0, 1_000), Span(900, 1_900), True),
        (Span(900, 1_900), Span(0, 1_000), True),
        (Span(0, 1_000), Span(1_000, 1_500), False),
        (Span(0, 1_500), Span(1_400, 2_900), False),
        (Span(0, 1_500), Span(600, 2_100), True),
    ],
)
def test_passages_that_overlap_belong_together_unless_they_are_too_long(
    span: Span, other: Span, *, together: bool
) -> None:
    assert belong_together(span, other) is together
