from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from retrieval.embedder import Matrix
from retrieval.precision import Measured, Precision, as_directions, fastest, measured, to_use


def result(precision: Precision, speed: float, least: float = 1.0) -> Measured:
    return Measured(precision, speed, speed * 10, least, least)


@pytest.mark.parametrize(
    ("speed", "least", "expected"),
    [
        (30.0, 0.995, Precision.BF16),
        (30.0, 0.98, Precision.FP32),
        (10.2, 1.0, Precision.FP32),
        (5.0, 1.0, Precision.FP32),
    ],
)
def test_the_fastest_that_is_true_and_worth_it_is_taken(
    speed: float, least: float, expected: Precision
) -> None:
    results = [result(Precision.FP32, 10.0), result(Precision.BF16, speed, least)]
    assert fastest(results).precision == expected


@pytest.mark.parametrize(
    ("before", "full", "half", "least", "expected"),
    [
        (None, 10.0, 11.0, 1.0, Precision.BF16),
        (Precision.FP32, 10.0, 11.9, 1.0, Precision.FP32),
        (Precision.FP32, 10.0, 12.0, 1.0, Precision.BF16),
        (Precision.BF16, 11.9, 10.0, 1.0, Precision.BF16),
        (Precision.BF16, 12.0, 10.0, 1.0, Precision.FP32),
        (Precision.BF16, 10.0, 30.0, 0.98, Precision.FP32),
    ],
)
def test_the_format_in_use_stays_unless_another_is_much_faster(
    before: Precision | None, full: float, half: float, least: float, expected: Precision
) -> None:
    results = [result(Precision.FP32, full), result(Precision.BF16, half, least)]
    assert to_use(results, before) == expected


def test_each_format_is_timed_in_turns_and_compared_with_full_precision() -> None:
    spent = [2.0, 1.0, 9.0, 0.5, 1.5, 7.0]  # the medians are 2 and 1
    ticks: Iterator[float] = iter([tick for each in spent for tick in (0.0, each)])
    rows = {Precision.FP32: [[1.0, 0.0], [0.0, 1.0]], Precision.BF16: [[1.0, 0.0], [0.6, 0.8]]}

    def encoder(precision: Precision) -> Callable[[Sequence[str]], Matrix]:
        return lambda texts: np.array(rows[precision], np.float32)[: len(texts)]

    found = measured(encoder, ["four", "sixsix"], lambda: next(ticks))
    assert found[0] == Measured(Precision.FP32, 1.0, 5.0, 1.0, 1.0)
    cosines = round(found[1].mean_cosine, 4), round(found[1].least_cosine, 4)
    assert (found[1].passages_per_s, found[1].characters_per_s, cosines) == (2.0, 10.0, (0.9, 0.8))


def test_scores_that_differ_by_a_tenth_fall_below_the_bound() -> None:
    directions = as_directions([0.0, 1.0, 0.5, 0.6])
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, atol=1e-6)
    assert float(directions[2] @ directions[3]) == pytest.approx(0.9877, abs=1e-4)
