"""The figures of the README, measured through the command line."""

import pytest

from tests.load.figures import REAL, Figure, of_many_notes, of_real_notes, while_serving

pytestmark = pytest.mark.full


def missed(figures: list[Figure]) -> list[Figure]:
    return [each for each in figures if not each.held]


@pytest.mark.skipif(not REAL.exists(), reason="needs the collection beside the checkout")
def test_a_real_collection_is_taken_in_within_seconds() -> None:
    assert missed(of_real_notes()) == []


def test_a_hundred_thousand_notes_are_taken_in_within_two_minutes() -> None:
    assert missed(of_many_notes()) == []


def test_a_server_answers_while_it_takes_notes_in_and_finds_an_edit_within_a_second() -> None:
    assert missed(while_serving()) == []
