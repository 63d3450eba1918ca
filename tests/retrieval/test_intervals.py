import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intervals import (
    RESAMPLES,
    Interval,
    mean_intervals,
    resampled,
    share_interval,
)


def test_a_share_has_the_interval_of_the_textbook() -> None:
    # 8 of 10: Wilson gives 0.490 to 0.943.
    found = share_interval(8, 10)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_none_and_all_reach_the_end() -> None:
    assert share_interval(0, 5).low == 0.0
    assert share_interval(5, 5).high == 1.0


@given(st.integers(1, 500), st.data())
def test_a_share_lies_in_its_interval(total: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, total))
    found = share_interval(successes, total)
    assert 0 <= found.low <= successes / total <= found.high <= 1


def test_equal_values_leave_no_doubt() -> None:
    assert mean_intervals({"a": [0.5] * 7}) == {"a": Interval(0.5, 0.5)}


def test_the_bootstrap_agrees_with_the_normal_interval_of_many_values() -> None:
    values = [0.0, 1.0] * 200
    found = mean_intervals({"a": values})["a"]
    reach = 1.96 * 0.5 / np.sqrt(len(values))
    assert (found.low, found.high) == pytest.approx((0.5 - reach, 0.5 + reach), abs=0.006)


def test_the_same_values_give_the_same_interval() -> None:
    values = {"a": [0.1, 0.9, 0.4], "b": [1.0, 0.0, 0.0]}
    assert mean_intervals(values) == mean_intervals(values)


def test_large_sets_are_drawn_in_steps() -> None:
    means = resampled({"a": [0.0, 1.0] * 1_500})["a"]
    assert means.shape == (RESAMPLES,)
    assert abs(float(means.mean()) - 0.5) < 0.005


def test_no_columns_have_no_intervals() -> None:
    assert mean_intervals({}) == {}
