"""How good is search? hit@k, MRR and refusals over questions with known evidence. Pure.

A question is hit at k when its quotes (any of them, or all where the question needs all) stand
inside the texts of its first k passages, white space ignored. Hit@k is recall@k with one relevant
item; MRR is the mean reciprocal rank (Voorhees 1999).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CUTS = (1, 5, 8, 20)
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search gave for one question."""

    texts: tuple[str, ...]
    """The passages, best first."""
    refused: bool
    ms: float


@dataclass(frozen=True, slots=True)
class Row:
    """Scores of one kind of question, each in 0..1."""

    questions: int
    hits: Mapping[int, float]
    """By number of passages looked at."""
    mrr: float
    refused: float
    """Share of questions that were refused."""


@dataclass(frozen=True, slots=True)
class Table:
    """Scores by kind of question."""

    rows: Mapping[str, Row]
    """Kind to scores, ``all`` first; ``unanswerable`` has refusals only."""
    ms_median: float
    ms_p95: float
    missed: tuple[str, ...] = field(default=())
    """Ids of answerable questions not hit at the last cut."""


def evaluate(expected: Sequence[Expected], outcomes: Sequence[Outcome]) -> Table:
    """Score outcomes against what was expected, in the same order."""
    ranks = {
        each.id: _rank(each, outcome) for each, outcome in zip(expected, outcomes, strict=True)
    }
    refused = {each.id: outcome.refused for each, outcome in zip(expected, outcomes, strict=True)}
    groups: dict[str, list[Expected]] = {}
    for each in expected:
        if each.answerable:
            groups.setdefault("all", []).append(each)
            groups.setdefault(each.kind or "other", []).append(each)
    unanswerable = [each for each in expected if not each.answerable]
    if unanswerable:
        groups["unanswerable"] = unanswerable
    times = sorted(outcome.ms for outcome in outcomes)
    return Table(
        rows={
            kind: _row([ranks[each.id] for each in group], [refused[each.id] for each in group])
            for kind, group in groups.items()
        },
        ms_median=times[len(times) // 2] if times else 0.0,
        ms_p95=times[max(0, int(len(times) * 0.95) - 1)] if times else 0.0,
        missed=tuple(
            each.id
            for each in expected
            if each.answerable and (ranks[each.id] or CUTS[-1] + 1) > CUTS[-1]
        ),
    )


def _rank(expected: Expected, outcome: Outcome) -> int | None:
    """Return the number of passages needed to see the evidence, or None when they do not do."""
    texts = [_bare(text) for text in outcome.texts]
    places = [_place(_bare(quote), texts) for quote in expected.quotes]
    found = [place for place in places if place is not None]
    if not found or (expected.all_needed and len(found) < len(places)):
        return None
    return max(found) if expected.all_needed else min(found)


def _place(quote: str, texts: Sequence[str]) -> int | None:
    return next((number for number, text in enumerate(texts, start=1) if quote in text), None)


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def _row(ranks: Sequence[int | None], refused: Sequence[bool]) -> Row:
    total = len(ranks)
    return Row(
        questions=total,
        hits={cut: sum(rank is not None and rank <= cut for rank in ranks) / total for cut in CUTS},
        mrr=sum(1 / rank for rank in ranks if rank is not None) / total,
        refused=sum(refused) / total,
    )
