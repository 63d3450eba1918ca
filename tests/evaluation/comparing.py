"""Is one setting better than another on the same questions? The paired bootstrap. Pure.

The questions are drawn again with replacement, thousands of times, each with what both settings
made of it (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 16).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

RESAMPLES = 10_000
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True)
class Difference:
    """What a setting gains over another."""

    mean: float
    low: float
    """Lower end of the 95 % interval."""
    high: float

    @property
    def is_gain(self) -> bool:
        """Whether the interval lies above 0."""
        return self.low > 0

    @property
    def is_loss(self) -> bool:
        """Whether the interval lies below 0."""
        return self.high < 0


def difference(before: Sequence[float], after: Sequence[float], seed: int = 1) -> Difference:
    """Return the mean gain of ``after`` over ``before`` with its interval.

    Args:
        before: A score for each question under one setting.
        after: The same questions under the other.
        seed: Of the resampling.
    """
    gains = [second - first for first, second in zip(before, after, strict=True)]
    if not any(gains):
        return Difference(0.0, 0.0, 0.0)
    draw = random.Random(seed)
    count = len(gains)
    means = sorted(sum(draw.choices(gains, k=count)) / count for _ in range(RESAMPLES))
    return Difference(
        sum(gains) / count, means[int(RESAMPLES * _LOW)], means[int(RESAMPLES * _HIGH) - 1]
    )
