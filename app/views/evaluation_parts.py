"""The tables of an evaluation: scores by kind, and what two settings differ in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.evaluation_replies import DifferenceReply, EvaluationReply, RowReply
from app.rendering import label
from app.texts import Texts
from app.views.moments import count
from retrieval.evaluation import ALL, CUTS, MRR, REFUSED, UNANSWERABLE
from retrieval.paired_bootstrap import RIGHTLY_REFUSED, WRONGLY_REFUSED

HITS = tuple(f"hit@{cut}" for cut in CUTS)
_FOUND = (*HITS, MRR)
_FINER = tuple(f"{metric}@{cut}" for metric in ("recall", "ndcg") for cut in CUTS)
_NAMES: Mapping[str, str] = {
    MRR: "MRR",
    **{metric: metric.replace("ndcg", "nDCG") for metric in _FINER},
}
_FEWER = frozenset({WRONGLY_REFUSED})
"""What is better the less there is of it."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A score, or the scores of both settings."""

    value: str
    interval: str
    """Its 95 % confidence interval; empty where there is no score."""
    before: str = ""
    """The score under A, where ``value`` is that under B; empty with one setting."""
    change: str = ""
    """``better`` or ``worse`` than A; empty where it is neither."""


@dataclass(frozen=True, slots=True)
class LineView:
    """One kind of question."""

    name: str
    questions: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """Scores by kind."""

    heads: tuple[str, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """One metric under both settings."""

    name: str
    before: str
    after: str
    difference: str
    interval: str
    chance: str
    """Share of resamples in which B is better."""
    change: str
    """``better`` or ``worse`` when the interval leaves 0 out; else empty."""


def found_table(texts: Texts, reply: EvaluationReply) -> TableView | None:
    """Arrange what was found, by kind; None where no question has evidence."""
    return _table(texts, reply, _FOUND)


def finer_table(texts: Texts, reply: EvaluationReply) -> TableView | None:
    """Arrange recall and nDCG, by kind."""
    return _table(texts, reply, _FINER)


def refused_table(texts: Texts, reply: EvaluationReply) -> TableView | None:
    """Arrange what was refused: rightly, then wrongly."""
    if not reply.sides:
        return None
    kinds = [kind for kind, row in reply.sides[0].rows.items() if _refusable(row)]
    wrongly = [ALL] if ALL in reply.sides[0].rows else []
    lines = [
        _line(texts, reply, kind, (REFUSED,), fewer=kind == ALL) for kind in (*kinds, *wrongly)
    ]
    names = {UNANSWERABLE: texts("eval.rightly"), ALL: texts("eval.wrongly")}
    named = (
        LineView(names.get(kind, line.name), line.questions, line.cells)
        for kind, line in zip((*kinds, *wrongly), lines, strict=True)
    )
    return TableView((texts("eval.refused"),), tuple(named)) if lines else None


def difference_views(texts: Texts, reply: EvaluationReply) -> tuple[DifferenceView, ...]:
    """Arrange what B gained against A, metric by metric."""
    shown = (*HITS, MRR, "recall@8", "ndcg@8", WRONGLY_REFUSED, RIGHTLY_REFUSED)
    named = {
        WRONGLY_REFUSED: texts("eval.wrongly_refused"),
        RIGHTLY_REFUSED: texts("eval.rightly_refused"),
    }
    return tuple(
        _difference(
            named.get(metric, _NAMES.get(metric, metric)),
            reply.differences[metric],
            fewer=metric in _FEWER,
        )
        for metric in shown
        if metric in reply.differences
    )


def kind_name(texts: Texts, kind: str) -> str:
    """Name a kind of question: ours in the page's words, the reader's own as they are."""
    return texts.either(f"eval.kind_{kind}", label(kind))


def score(value: float) -> str:
    """Write a score: ``0.87``, ``1.00``."""
    return f"{value:.2f}"


def _table(texts: Texts, reply: EvaluationReply, metrics: Sequence[str]) -> TableView | None:
    if not reply.sides or ALL not in reply.sides[0].rows:
        return None
    kinds = [kind for kind, row in reply.sides[0].rows.items() if not _refusable(row)]
    return TableView(
        heads=tuple(_NAMES.get(metric, metric) for metric in metrics),
        lines=tuple(_line(texts, reply, kind, metrics) for kind in kinds),
    )


def _refusable(row: RowReply) -> bool:
    return set(row.scores) == {REFUSED}


def _line(
    texts: Texts,
    reply: EvaluationReply,
    kind: str,
    metrics: Sequence[str],
    *,
    fewer: bool = False,
) -> LineView:
    rows = [side.rows[kind] for side in reply.sides]
    cells = tuple(_cell(rows, metric, fewer=fewer) for metric in metrics)
    return LineView(kind_name(texts, kind), count(rows[0].questions), cells)


def _cell(rows: Sequence[RowReply], metric: str, *, fewer: bool) -> CellView:
    last = rows[-1]
    low, high = last.intervals[metric]
    value, interval = score(last.scores[metric]), f"{score(low)}–{score(high)}"
    if len(rows) == 1:
        return CellView(value, interval)
    gain = last.scores[metric] - rows[0].scores[metric]
    return CellView(value, interval, score(rows[0].scores[metric]), _change(gain, fewer=fewer))


def _change(gain: float, *, fewer: bool) -> str:
    if not gain:
        return ""
    return "better" if (gain < 0) == fewer else "worse"


def _difference(name: str, found: DifferenceReply, *, fewer: bool) -> DifferenceView:
    sure = found.low > 0 or found.high < 0
    chance = 1 - found.above if fewer else found.above
    alike = found.low == found.high == found.difference == 0
    return DifferenceView(
        name=name,
        before=score(found.before),
        after=score(found.after),
        difference=_signed(found.difference),
        interval=f"[{_signed(found.low)}, {_signed(found.high)}]",
        chance="–" if alike else f"{chance:.0%}",
        change=_change(found.difference, fewer=fewer) if sure else "",
    )


def _signed(value: float) -> str:
    text = f"{value:+.3f}".replace("-", "−")
    return "0" if text[1:] == "0.000" else text
