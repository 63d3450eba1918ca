"""``footnote ingest``: takes the notes in now."""

import argparse
import sys
import time
from collections.abc import Sequence

from app.backend import opened
from app.commands.printing import document, plain
from app.run_replies import PlanReply, ReportReply
from app.settings import Settings
from ingest.report import Progress

SOME_FAILED = 1
_SIGNS = (("+", "added"), ("~", "changed"), (">", "moved"), ("-", "deleted"))
_SECONDS_BETWEEN_LINES = 2.0
_LONGEST_PATH = 60
_NAMED = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--accept-deletions",
        action="store_true",
        help="take notes whose files are missing out, however many they are",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Take the notes in, or say what would be done, and print the outcome."""
    with opened(settings) as backend:
        if given.dry_run:
            plan = backend.plan(accept_deletions=given.accept_deletions)
            document(plan) if given.json else _show_plan(plan)
            return SOME_FAILED if plan.failed or plan.held_back else 0
        shown = not given.json or sys.stderr.isatty()
        line, embedding = ProgressLine(shown=shown), ProgressLine(shown=shown, things="embedded")
        try:
            report = backend.sync(line, embedding, accept_deletions=given.accept_deletions)
        finally:
            line.end()
            embedding.end()
    document(report) if given.json else _show(report)
    return SOME_FAILED if report.failed or report.held_back else 0


class ProgressLine:
    """One line on stderr that is written over; in a file, a line now and then."""

    def __init__(self, *, shown: bool, things: str = "notes") -> None:
        self._shown = shown
        self._things = things
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._open = False

    def __call__(self, progress: Progress) -> None:
        """Show how far the sync is."""
        now = time.monotonic()
        waits = 0.05 if self._terminal else _SECONDS_BETWEEN_LINES
        if not self._shown or (now - self._last < waits and progress.done < progress.total):
            return
        self._last = now
        path = plain(progress.path)[-_LONGEST_PATH:]
        text = f"{progress.done}/{progress.total} {self._things}, {progress.chunks} chunks  {path}"
        if self._terminal:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(text, file=sys.stderr)

    def end(self) -> None:
        """Leave the line."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._open = False


def _show(report: ReportReply) -> None:
    done = ", ".join(
        f"{count} {what}"
        for what, count in (
            ("added", report.added),
            ("changed", report.changed),
            ("moved", report.moved),
            ("deleted", report.deleted),
            ("unchanged", report.unchanged),
        )
        if count
    )
    print(
        f"{report.notes} notes ({done or 'nothing to do'}), {report.chunks} chunks, "
        f"{f'{report.embedded} texts embedded, ' if report.embedded else ''}"
        f"{report.ms / 1000:.1f} s."
    )
    if report.left_out:
        print(f"{len(report.left_out)} stretches (navigation, advertising) left out of the index.")
    for passed in report.passed_over[:_NAMED]:
        print(plain(f"o {passed.path}: {passed.reason}"))
    if len(report.passed_over) > _NAMED:
        print(f"o and {len(report.passed_over) - _NAMED} more files that are no notes")
    for failure in report.failed:
        print(plain(f"! {failure.path}: {failure.reason}"))
    _show_held_back(report.held_back)
    print(
        f"{report.files} files = {report.notes} in the catalogue = {report.searchable} searchable, "
        f"{report.orphans} orphans."
        if report.files == report.notes == report.searchable
        else f"{report.files} files, {report.notes} in the catalogue, {report.searchable} "
        f"searchable, {report.orphans} orphans."
    )


def _show_held_back(paths: Sequence[str]) -> None:
    if not paths:
        return
    for path in paths[:_NAMED]:
        print(plain(f"? {path}: its file is missing"))
    if len(paths) > _NAMED:
        print(f"? and {len(paths) - _NAMED} more")
    print(
        f"{len(paths)} notes are missing at once, so they were kept. If they are gone for good: "
        "`footnote ingest --accept-deletions`; if a disk is missing, put it back and sync again."
    )


def _show_plan(plan: PlanReply) -> None:
    for sign, name in _SIGNS:
        for path in getattr(plan, name):
            print(plain(f"{sign} {path}"))
    for failure in plan.failed:
        print(plain(f"! {failure.path}: {failure.reason}"))
    _show_held_back(plan.held_back)
    print(f"{len(plan.unchanged)} unchanged.")
