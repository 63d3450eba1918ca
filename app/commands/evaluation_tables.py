"""What ``footnote eval`` prints: tables for people, one document for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.commands.printing import plain
from app.measuring import Measured
from retrieval.evaluation import CUTS, METRICS, MRR, REFUSED, Row, Table
from retrieval.paired_bootstrap import Comparison, compare

_SHOWN = (*(f"hit@{cut}" for cut in CUTS), MRR, "recall@8", "ndcg@8", REFUSED)
_NAMES = {MRR: "MRR", "recall@8": "rec@8", "ndcg@8": "nDCG@8"}
_LISTED = 20
"""Questions that went better or worse, at most."""


def as_json(found: Sequence[Measured]) -> dict[str, Any]:
    """Return the document: the last side, and what it was compared with."""
    last = found[-1]
    reply = {**_side(last), "settings": last.settings.named}
    if len(found) == 1:
        return reply
    ids = [grade.expected.id for grade in last.graded.grades]
    comparison = compare(found[0].graded, last.graded)
    return {
        **reply,
        "against": {**_side(found[0]), "settings": found[0].settings.named},
        "differences": {
            metric: {
                "before": round(each.before, 3),
                "after": round(each.after, 3),
                "difference": round(each.difference, 3),
                "interval": [round(each.low, 3), round(each.high, 3)],
                "above": round(each.above, 4),
            }
            for metric, each in comparison.differences.items()
        },
        "better": [ids[place] for place in comparison.better],
        "worse": [ids[place] for place in comparison.worse],
        "moved": [ids[place] for place in comparison.moved],
    }


def as_text(found: Sequence[Measured]) -> str:
    """Return the tables as lines of a terminal."""
    last = found[-1]
    lines = [] if not last.settings.named else [f"settings: {last.settings.written}", ""]
    lines += _table(last.table)
    if len(found) > 1:
        against = found[0].settings.written or "the usual settings"
        lines += ["", f"against {against}:", *_compared(found)]
    return "\n".join(lines)


def _side(side: Measured) -> dict[str, Any]:
    table = side.table
    return {
        "rows": {kind: _row(row) for kind, row in table.rows.items()},
        "ms_p50": table.ms_median,
        "ms_p95": table.ms_p95,
        "missed": list(table.missed),
        "open": list(table.open),
    }


def _row(row: Row) -> dict[str, Any]:
    # A row without anything to find has zeros there, as it always had.
    scores = {**{f"hit@{cut}": share for cut, share in row.hits.items()}, MRR: row.mrr}
    scores |= {metric: row.scores[metric] for metric in METRICS if metric in row.scores}
    return {
        "n": row.questions,
        **{metric: round(score, 3) for metric, score in scores.items()},
        "intervals": {
            metric: [round(each.low, 3), round(each.high, 3)]
            for metric, each in row.intervals.items()
        },
    }


def _table(table: Table) -> Iterator[str]:
    heads = "".join(f"{_NAMES.get(metric, metric):>8}" for metric in _SHOWN)
    yield f"{'kind':<14}{'n':>4}{heads}"
    for kind, row in table.rows.items():
        yield plain(f"{kind:<14}{row.questions:>4}") + _cells(row.scores)
        if kind in {"all", "unanswerable"}:
            yield f"{'  95 % from':<18}" + _cells({m: i.low for m, i in row.intervals.items()})
            yield f"{'       to':<18}" + _cells({m: i.high for m, i in row.intervals.items()})
    if table.open:
        yield f"without evidence yet: {', '.join(table.open)}"
    yield f"search: median {table.ms_median:.1f} ms, p95 {table.ms_p95:.1f} ms"


def _cells(scores: Mapping[str, float]) -> str:
    return "".join(f"{scores[metric]:>8.2f}" if metric in scores else " " * 8 for metric in _SHOWN)


def _compared(found: Sequence[Measured]) -> Iterator[str]:
    comparison = compare(found[0].graded, found[-1].graded)
    yield f"{'metric':<18}{'before':>8}{'after':>8}{'diff':>8}  {'95 %':<16}{'above 0':>8}"
    for metric, each in comparison.differences.items():
        interval = f"{each.low:+.2f} .. {each.high:+.2f}"
        sure = " *" if each.sure else ""
        yield (
            f"{metric:<18}{each.before:>8.2f}{each.after:>8.2f}{each.difference:>+8.2f}"
            f"  {interval:<16}{each.above:>8.2f}{sure}"
        )
    yield from _went(found, comparison)


def _went(found: Sequence[Measured], comparison: Comparison) -> Iterator[str]:
    before, after = found[0].graded.grades, found[-1].graded.grades
    for name, places in (("better", comparison.better), ("worse", comparison.worse)):
        if places:
            yield f"{name}: {len(places)}"
        for place in places[:_LISTED]:
            ranks = f"{before[place].rank or '-'} -> {after[place].rank or '-'}"
            expected = after[place].expected
            yield plain(f"  {ranks:<10}{expected.id}  {' '.join(expected.question.split())}")
    if comparison.moved:
        yield f"other passages, evidence unknown: {len(comparison.moved)}"
