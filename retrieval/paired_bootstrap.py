"""Are other settings better? The same questions under two settings, compared pair by pair. Pure.

The paired bootstrap (Efron and Tibshirani 1993; for systems compared on one question set,
Sakai 2006) draws the questions again and looks at the mean difference each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.evaluation import METRICS, REFUSED, Grade, Outcome
from retrieval.intervals import bounds, resampled

WRONGLY_REFUSED = "wrongly refused"
"""Share of answerable questions that were refused."""
RIGHTLY_REFUSED = "rightly refused"
"""Share of refused ones among those whose right answer is a refusal."""
_LOOKED_AT = 8
"""Passages that an answer is made from; a change after them is none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one metric gained, B against A."""

    before: float
    after: float
    low: float
    """Bounds of the difference, 95 % confidence."""
    high: float
    above: float
    """Share of resamples in which B scores higher than A, in 0..1."""

    @property
    def difference(self) -> float:
        """B minus A."""
        return self.after - self.before

    @property
    def sure(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """B against A."""

    differences: Mapping[str, Difference]
    """By metric, in the order of `METRICS`."""
    better: tuple[int, ...]
    """Positions of the questions that went better, the largest gain first."""
    worse: tuple[int, ...]
    """The same for those that went worse."""
    moved: tuple[int, ...]
    """Positions of open questions whose first passages or refusal changed."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What one setting gave."""

    grades: Sequence[Grade]
    outcomes: Sequence[Outcome]
    """In the same order."""


def compare(before: Graded, after: Graded) -> Comparison:
    """Compare two settings over the same questions, in the same order."""
    pairs = list(zip(before.grades, after.grades, strict=True))
    gains = [_gain(old, new) for old, new in pairs]
    better = [place for place, gain in enumerate(gains) if gain > 0]
    worse = [place for place, gain in enumerate(gains) if gain < 0]
    return Comparison(
        differences=_differences(pairs),
        better=tuple(sorted(better, key=lambda place: -gains[place])),
        worse=tuple(sorted(worse, key=lambda place: gains[place])),
        moved=tuple(
            place
            for place, (grade, _) in enumerate(pairs)
            if grade.expected.open and _seen(before.outcomes[place]) != _seen(after.outcomes[place])
        ),
    )


def _gain(before: Grade, after: Grade) -> float:
    """How much better a question went: its rank first, then whether it was refused."""
    if before.expected.open:
        return 0.0
    refused = after.scores[REFUSED] - before.scores[REFUSED]
    if not before.expected.answerable:
        return refused
    ranks = (0.0 if grade.rank is None else 1 / grade.rank for grade in (before, after))
    old, new = ranks
    return new - old or -refused


def _seen(outcome: Outcome) -> tuple[bool, tuple[str, ...]]:
    return outcome.refused, outcome.texts[:_LOOKED_AT]


def _differences(pairs: Sequence[tuple[Grade, Grade]]) -> dict[str, Difference]:
    answerable = [pair for pair in pairs if len(pair[0].scores) > 1]
    refusable = [pair for pair in pairs if not pair[0].expected.answerable]
    found = _compared(answerable, METRICS)
    if REFUSED in found:
        found[WRONGLY_REFUSED] = found.pop(REFUSED)
    if refusable:
        found[RIGHTLY_REFUSED] = _compared(refusable, (REFUSED,))[REFUSED]
    return found


def _compared(
    pairs: Sequence[tuple[Grade, Grade]], metrics: Sequence[str]
) -> dict[str, Difference]:
    if not pairs:
        return {}
    columns = {
        metric: [after.scores[metric] - before.scores[metric] for before, after in pairs]
        for metric in metrics
    }
    found = {}
    for metric, means in resampled(columns).items():
        interval = bounds(means)
        before = sum(pair[0].scores[metric] for pair in pairs) / len(pairs)
        after = sum(pair[1].scores[metric] for pair in pairs) / len(pairs)
        above = float((means > 0).mean())
        found[metric] = Difference(before, after, interval.low, interval.high, above)
    return found
