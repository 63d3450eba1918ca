"""How good is search? Scores over questions whose evidence is known. Pure.

A quote stands at the first passage whose text holds it, white space ignored. A question is hit at
k when what it needs stands within the first k passages: any of its quotes, or all of them where it
needs all. Recall@k is the share of the needed quotes among the first k. MRR is the mean reciprocal
rank (Voorhees 1999). nDCG@k (Järvelin and Kekäläinen 2002) gives each needed quote a gain of one,
once; quotes of one passage count as if they stood in passages one after the other, so that the
ideal order scores 1.
"""

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, log2

from retrieval.intervals import Interval, mean_intervals, share_interval

CUTS = (1, 5, 8, 20)
"""Numbers of passages looked at."""
REFUSED = "refused"
MRR = "mrr"
METRICS = (
    *(f"hit@{cut}" for cut in CUTS),
    MRR,
    *(f"recall@{cut}" for cut in CUTS),
    *(f"ndcg@{cut}" for cut in CUTS),
    REFUSED,
)
"""What a question with evidence is scored by, each in 0..1."""
ALL = "all"
UNANSWERABLE = "unanswerable"
OTHER = "other"
_OURS = frozenset({"", ALL, UNANSWERABLE})
"""Kinds of questions that would be mistaken for rows of the table."""
_SHARES = frozenset({*(f"hit@{cut}" for cut in CUTS), REFUSED})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Expected:
    """A question and what answers it."""

    id: str
    question: str
    kind: str = ""
    answerable: bool = True
    quotes: tuple[str, ...] = ()
    """Words of the notes; none for a question that the notes do not answer."""
    all_needed: bool = False
    previous: str = ""
    """The question before it in the conversation."""

    @property
    def open(self) -> bool:
        """Whether nobody has said yet what answers it; then only changes can be seen."""
        return self.answerable and not self.quotes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search gave for one question."""

    texts: tuple[str, ...]
    """The passages, best first."""
    refused: bool
    ms: float


@dataclass(frozen=True, slots=True)
class Grade:
    """How one question went."""

    expected: Expected
    rank: int | None
    """Passages needed to see the evidence; None when they do not show it, or none is known."""
    scores: Mapping[str, float]
    """By metric; a question without evidence has ``refused`` alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """Scores of one kind of question, each in 0..1."""

    questions: int
    scores: Mapping[str, float]
    """Mean by metric; where nothing is to be found, ``refused`` alone."""
    intervals: Mapping[str, Interval]
    """95 % confidence interval of each score."""

    @property
    def hits(self) -> Mapping[int, float]:
        """Share of questions hit, by number of passages looked at."""
        return {cut: self.scores.get(f"hit@{cut}", 0.0) for cut in CUTS}

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank."""
        return self.scores.get(MRR, 0.0)

    @property
    def refused(self) -> float:
        """Share of questions that were refused."""
        return self.scores[REFUSED]


@dataclass(frozen=True, slots=True)
class Table:
    """Scores by kind of question."""

    rows: Mapping[str, Row]
    """Kind to scores, ``all`` answerable questions first; of those whose right answer is a
    refusal, ``unanswerable`` are all; their kinds follow where there are several."""
    ms_median: float
    ms_p95: float
    missed: tuple[str, ...] = field(default=())
    """Ids of answerable questions not hit at the last cut."""
    open: tuple[str, ...] = field(default=())
    """Ids of questions of which nobody has said what answers them; they are in no row."""


def graded(expected: Sequence[Expected], outcomes: Sequence[Outcome]) -> tuple[Grade, ...]:
    """Score each outcome against what was expected, in the same order."""
    pairs = zip(expected, outcomes, strict=True)
    return tuple(_grade(each, outcome) for each, outcome in pairs)


def tabled(grades: Sequence[Grade], times: Sequence[float]) -> Table:
    """Put grades together by kind.

    Args:
        grades: One for each question.
        times: Milliseconds of each search.
    """
    ordered = sorted(times)
    return Table(
        rows={kind: _row(group) for kind, group in _by_kind(grades).items()},
        ms_median=statistics.median(ordered) if ordered else 0.0,
        ms_p95=ordered[ceil(len(ordered) * 95 / 100) - 1] if ordered else 0.0,
        missed=tuple(
            grade.expected.id for grade in grades if grade.scores.get(f"hit@{CUTS[-1]}") == 0
        ),
        open=tuple(grade.expected.id for grade in grades if grade.expected.open),
    )


def evaluate(expected: Sequence[Expected], outcomes: Sequence[Outcome]) -> Table:
    """Score outcomes against what was expected, in the same order."""
    return tabled(graded(expected, outcomes), [outcome.ms for outcome in outcomes])


def _grade(expected: Expected, outcome: Outcome) -> Grade:
    refused = {REFUSED: float(outcome.refused)}
    if not expected.answerable or expected.open:
        return Grade(expected, None, refused)
    texts = [_bare(text) for text in outcome.texts]
    every = [_place(_bare(quote), texts) for quote in expected.quotes]
    found = sorted(place for place in every if place is not None)
    # Where one quote is enough, the first that is seen is the whole of what is needed.
    places, needed = (found, len(every)) if expected.all_needed else (found[:1], 1)
    rank = places[-1] if len(places) == needed else None
    scores = {f"hit@{cut}": float(rank is not None and rank <= cut) for cut in CUTS}
    scores[MRR] = 0.0 if rank is None else 1 / rank
    for cut in CUTS:
        scores[f"recall@{cut}"] = sum(place <= cut for place in places) / needed
        scores[f"ndcg@{cut}"] = _gain(places, cut) / _gain(range(1, needed + 1), cut)
    return Grade(expected, rank, scores | refused)


def _gain(places: Iterable[int], cut: int) -> float:
    """Return the discounted cumulative gain of quotes at ``places``, ascending."""
    ranks = (max(place, number) for number, place in enumerate(places, start=1))
    return sum(1 / log2(rank + 1) for rank in ranks if rank <= cut)


def _place(quote: str, texts: Sequence[str]) -> int | None:
    return next((number for number, text in enumerate(texts, start=1) if quote in text), None)


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def _by_kind(grades: Sequence[Grade]) -> Mapping[str, Sequence[Grade]]:
    groups: dict[str, list[Grade]] = {}
    for grade in grades:
        if grade.expected.answerable and not grade.expected.open:
            kind = grade.expected.kind
            groups.setdefault(ALL, []).append(grade)
            groups.setdefault(OTHER if kind in _OURS else kind, []).append(grade)
    unanswerable = [grade for grade in grades if not grade.expected.answerable]
    if unanswerable:
        groups[UNANSWERABLE] = unanswerable
    apart: dict[str, list[Grade]] = {}
    for grade in unanswerable:
        apart.setdefault(grade.expected.kind or UNANSWERABLE, []).append(grade)
    # One kind alone would only say again what all of them say.
    return groups | {kind: apart[kind] for kind in apart if len(apart) > 1 and kind not in groups}


def _row(grades: Sequence[Grade]) -> Row:
    metrics = [metric for metric in METRICS if metric in grades[0].scores]
    columns = {metric: [grade.scores[metric] for grade in grades] for metric in metrics}
    means = {metric: values for metric, values in columns.items() if metric not in _SHARES}
    shares = {
        metric: share_interval(round(sum(values)), len(values))
        for metric, values in columns.items()
        if metric in _SHARES
    }
    intervals = shares | mean_intervals(means)
    return Row(
        questions=len(grades),
        scores={metric: sum(values) / len(values) for metric, values in columns.items()},
        intervals={metric: intervals[metric] for metric in metrics},
    )
