"""What goes into a prompt when not everything fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.answer import Source, Turn
from serving.budget import MOST_TURNS, Room, Selection, selection, token_estimate
from tests.serving.passages import passage

TURN = Turn("问" * 10, "答" * 10)
LARGE = Room(prompt=10_000, sources=6_000)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("大模型", 3),
        ("，。", 2),
        ("the", 1),
        ("transformer", 4),
        ("a b", 2),
        ("2024", 4),
        ("x = 1\n", 4),
        ("        x", 3),
        ("👍", 2),
        ("é", 1),
        ("\ud800", 2),
    ],
)
def test_tokens_are_estimated_by_the_documented_rule(text: str, tokens: int) -> None:
    assert token_estimate(text) == tokens


@given(st.text(), st.text())
def test_the_estimate_of_two_texts_is_at_most_one_off_for_the_seam(a: str, b: str) -> None:
    assert abs(token_estimate(a) + token_estimate(b) - token_estimate(a + b)) <= 1


def test_everything_goes_in_when_there_is_room() -> None:
    first, second = passage("甲" * 100), passage("乙" * 100, start=500)

    chosen = selection([first, second], [TURN], 500, LARGE)

    assert chosen == Selection((Source(1, first), Source(2, second)), (TURN,))


def test_a_passage_that_does_not_fit_is_left_out_and_numbers_stay_without_a_gap() -> None:
    first, long, last = passage("甲" * 100), passage("乙" * 9_000), passage("丙" * 100)

    chosen = selection([first, long, last], (), 500, LARGE)

    assert chosen.sources == (Source(1, first), Source(2, last))


def test_history_gives_way_to_sources() -> None:
    first = passage("甲" * 1_000)

    chosen = selection([first], [TURN] * 3, 500, Room(prompt=1_640, sources=6_000))

    assert chosen == Selection((Source(1, first),), (TURN,))


def test_the_latest_turns_are_kept() -> None:
    turns = [Turn(str(n), "a") for n in range(10)]

    assert selection([], turns, 500, LARGE) == Selection((), tuple(turns[-MOST_TURNS:]))


def test_the_best_passage_is_shortened_when_nothing_fits() -> None:
    (source,) = selection([passage("甲" * 9_000, start=70)], (), 500, LARGE).sources

    assert 5_000 < len(source.passage.text) < 6_000
    assert source.passage.span.start == 70
    assert len(source.passage.span) == len(source.passage.text)


def test_something_of_the_best_passage_goes_in_even_into_a_tiny_prompt() -> None:
    (source,) = selection([passage("甲" * 9_000)], (), 500, Room(prompt=100, sources=100)).sources

    assert len(source.passage.text) > 50
