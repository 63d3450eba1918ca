"""95 % confidence intervals of shares and of means. Pure: the same values give the same interval.

Shares: Wilson's score interval (1927). Means: the percentile bootstrap (Efron 1979), which draws
the questions again with replacement and asks no distribution of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 10_000
"""Times the questions are drawn again."""
_SEED = 20_240_301
_NORMAL_95 = 1.959964
_BOUNDS = (2.5, 97.5)
"""Percentiles between which 95 % lie."""
_AT_ONCE = 2_000_000
"""Numbers drawn in one step, so that large sets need little memory."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds between which a score lies with 95 % confidence."""

    low: float
    high: float


def share_interval(successes: int, total: int) -> Interval:
    """Return Wilson's interval of a share.

    Args:
        successes: In 0..total.
        total: At least 1.
    """
    share, squared = successes / total, _NORMAL_95**2
    middle = (share + squared / (2 * total)) / (1 + squared / total)
    spread = share * (1 - share) / total + squared / (4 * total**2)
    reach = _NORMAL_95 / (1 + squared / total) * sqrt(spread)
    return Interval(
        0.0 if successes == 0 else max(0.0, middle - reach),
        1.0 if successes == total else min(1.0, middle + reach),
    )


def mean_intervals(columns: Mapping[str, Sequence[float]]) -> dict[str, Interval]:
    """Return the bootstrap interval of each column's mean.

    Args:
        columns: Values by name, all of one length, at least 1; their rows are drawn together.
    """
    return {name: bounds(means) for name, means in resampled(columns).items()}


def bounds(means: "NDArray[np.float64]") -> Interval:
    """Return the middle 95 % of resampled means."""
    import numpy as np  # noqa: PLC0415 - as below

    low, high = np.percentile(means, _BOUNDS)
    return Interval(float(low), float(high))


def resampled(columns: Mapping[str, Sequence[float]]) -> "dict[str, NDArray[np.float64]]":
    """Return `RESAMPLES` means of each column, its rows drawn again each time."""
    if not columns:
        return {}
    import numpy as np  # noqa: PLC0415 - takes 0.1 s; a program that evaluates nothing does without

    values = np.array(list(columns.values()), dtype=np.float64).T
    questions = len(values)
    draws = np.random.default_rng(_SEED)
    step = max(1, _AT_ONCE // questions)
    means = np.concatenate(
        [
            _counts(draws, min(step, RESAMPLES - done), questions) @ values
            for done in range(0, RESAMPLES, step)
        ]
    )
    return dict(zip(columns, (means / questions).T, strict=True))


def _counts(draws: "np.random.Generator", times: int, questions: int) -> "NDArray[np.float64]":
    """Return how often each question was drawn, a row for each time."""
    import numpy as np  # noqa: PLC0415 - as above

    drawn = draws.integers(questions, size=(times, questions))
    drawn += np.arange(times)[:, None] * questions
    counts = np.bincount(drawn.ravel(), minlength=times * questions)
    return counts.reshape(times, questions).astype(np.float64)
