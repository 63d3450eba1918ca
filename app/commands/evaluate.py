"""``footnote eval``: how good search is on questions with known evidence."""

import argparse
import sys

from app.backend import opened
from app.commands.printing import document
from app.home import existing
from app.question_set import read_question_set
from app.settings import Settings
from retrieval.evaluation import CUTS, Outcome, Row, Table, evaluate


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", metavar="FILE", help="JSON lines with questions and evidence")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Search every question and print the table."""
    existing(settings.home)
    expected = read_question_set(given.file)
    outcomes = []
    with opened(settings) as backend:
        if expected:
            backend.search(expected[0].question, 1)  # what is read once is not timed
        for number, each in enumerate(expected, start=1):
            if sys.stderr.isatty():
                print(f"\r{number}/{len(expected)}", end="", file=sys.stderr, flush=True)
            found = backend.search(each.question, CUTS[-1], each.previous)
            texts = tuple(passage.text for passage in found.passages)
            outcomes.append(Outcome(texts, refused=not found.on_topic, ms=found.ms))
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    table = evaluate(expected, outcomes)
    if given.json:
        document(_as_json(table))
    else:
        print(_as_text(table))
    return 0


def _as_json(table: Table) -> dict[str, object]:
    return {
        "rows": {
            kind: {
                "n": row.questions,
                **{f"hit@{cut}": round(share, 3) for cut, share in row.hits.items()},
                "mrr": round(row.mrr, 3),
                "refused": round(row.refused, 3),
            }
            for kind, row in table.rows.items()
        },
        "ms_p50": table.ms_median,
        "ms_p95": table.ms_p95,
        "missed": list(table.missed),
    }


def _as_text(table: Table) -> str:
    cuts = "".join(f"{f'hit@{cut}':>8}" for cut in CUTS)
    lines = [f"{'kind':<14}{'n':>4}{cuts}{'MRR':>8}{'refused':>9}"]
    lines += [_line(kind, row) for kind, row in table.rows.items()]
    lines.append(f"search: median {table.ms_median:.1f} ms, p95 {table.ms_p95:.1f} ms")
    return "\n".join(lines)


def _line(kind: str, row: Row) -> str:
    if kind == "unanswerable":
        blank = " " * (8 * (len(CUTS) + 1))
        return f"{kind:<14}{row.questions:>4}{blank}{row.refused:>9.2f}"
    hits = "".join(f"{share:>8.2f}" for share in row.hits.values())
    return f"{kind:<14}{row.questions:>4}{hits}{row.mrr:>8.2f}{row.refused:>9.2f}"
