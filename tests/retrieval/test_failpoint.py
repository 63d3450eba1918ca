from collections.abc import Iterator

import pytest

from retrieval import failpoint
from retrieval.failpoint import arm, reach


@pytest.fixture
def happened() -> Iterator[list[str]]:
    """What the armed places did; nothing stays armed afterwards."""
    yield []
    arm("", 1, lambda: None)
    reach("")


def test_a_place_that_is_not_armed_does_nothing(happened: list[str]) -> None:
    reach("here")
    arm("there", 1, lambda: happened.append("there"))
    reach("here")
    assert happened == []


def test_an_armed_place_acts_once_at_the_time_that_was_named(happened: list[str]) -> None:
    arm("here", 3, lambda: happened.append("here"))
    reach("here")
    reach("there")
    reach("here")
    assert happened == []
    reach("here")
    reach("here")
    assert happened == ["here"]


def test_arming_again_takes_the_place_of_what_was_armed(happened: list[str]) -> None:
    arm("here", 1, lambda: happened.append("first"))
    arm("there", 1, lambda: happened.append("second"))
    reach("here")
    reach("there")
    assert happened == ["second"]


def test_an_action_that_ends_the_program_is_not_armed_any_more(happened: list[str]) -> None:
    def end() -> None:
        happened.append("end")
        raise KeyboardInterrupt

    arm("here", 1, end)
    with pytest.raises(KeyboardInterrupt):
        reach("here")
    reach("here")
    assert happened == ["end"]
    assert failpoint._armed is None
