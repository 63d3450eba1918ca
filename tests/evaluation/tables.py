"""Figures of question sets, and as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.intervals import mean_intervals
from tests.evaluation.running import Answered

CUTS = (1, 5, 8, 20)
_OF_95 = 0.95


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one question set under one setting."""

    name: str
    """Question set, and kind of question where it is one kind alone."""
    stage: str
    questions: int
    hits: tuple[float, ...]
    """Share whose answer is in the first passages, by `CUTS`."""
    mrr: float
    gained: float
    """Mean reciprocal rank gained over the stage before."""
    low: float
    high: float
    """Ends of its 95 % interval."""
    ms: float
    """Milliseconds that 95 of 100 searches stay below."""


def line(name: str, stage: str, found: Sequence[Answered], before: Sequence[Answered]) -> Line:
    """Return the figures of ``found``, compared with the same questions ``before``."""
    gains = [_reciprocal(new) - _reciprocal(old) for old, new in zip(before, found, strict=True)]
    gained = mean_intervals({"": gains})[""]
    return Line(
        name=name,
        stage=stage,
        questions=len(found),
        hits=tuple(_share([(each.rank or cut + 1) <= cut for each in found]) for cut in CUTS),
        mrr=sum(map(_reciprocal, found)) / len(found),
        gained=sum(gains) / len(gains),
        low=gained.low,
        high=gained.high,
        ms=at_most([each.ms for each in found]),
    )


def at_most(values: Sequence[float]) -> float:
    """Return what 95 of 100 values stay below."""
    return sorted(values)[max(0, int(len(values) * _OF_95) - 1)]


def table(lines: Sequence[Line]) -> str:
    """Return a Markdown table."""
    cuts = " | ".join(f"hit@{cut}" for cut in CUTS)
    head = f"| questions | stage | {cuts} | MRR | gain, 95 % | p95 |"
    return "\n".join([head, "| --- | --- |" + " ---: |" * (len(CUTS) + 3), *map(_row, lines)])


def refusals(rows: Sequence[tuple[str, str, int, float]]) -> str:
    """Return a Markdown table of notes, questions, their number and the share refused."""
    body = [f"| {notes} | {asked} ({n}) | {share:.1%} |" for notes, asked, n, share in rows]
    return "\n".join(["| notes | questions | refused |", "| --- | --- | ---: |", *body])


def _row(each: Line) -> str:
    hits = " | ".join(f"{hit:.3f}" for hit in each.hits)
    sure = " *" if each.low > 0 or each.high < 0 else ""
    gain = f"{each.gained:+.3f} ({each.low:+.3f} … {each.high:+.3f}){sure}"
    name = f"{each.name} ({each.questions})"
    return f"| {name} | {each.stage} | {hits} | {each.mrr:.3f} | {gain} | {each.ms:.1f} ms |"


def _reciprocal(found: Answered) -> float:
    return 1 / found.rank if found.rank else 0.0


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held)
