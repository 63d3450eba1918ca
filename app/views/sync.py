"""The page that reads the notes in: progress, report, history."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.rendering import label
from app.texts import Texts
from app.views.library import FailureRow, failure_row
from app.views.moments import Moment, count, duration, moment
from ingest.planning import Plan
from ingest.report import Progress, Report

_MOST_PATHS = 30
"""Paths of one sort that are shown."""


class Run(Protocol):
    """A stored run; `app.db.runs` has them."""

    @property
    def started(self) -> datetime:
        """When it began, aware."""
        ...

    @property
    def state(self) -> str:
        """One of running, done, failed, cancelled, interrupted."""
        ...

    @property
    def report(self) -> Report | None:
        """What it did, when it came to an end."""
        ...

    @property
    def error(self) -> str:
        """The sentence that says why it failed, or empty."""
        ...


@dataclass(frozen=True, slots=True)
class Syncing:
    """What is known of the runs."""

    folder: str
    """The notes folder; empty when none is set."""
    runs: Sequence[Run]
    """The latest ones, newest first."""
    running: UUID | None = None
    progress: Progress | None = None
    plan: Plan | None = None
    """What a sync would do now, when the reader asked for that."""
    problem: str = ""
    """Why that cannot be said."""
    watching: bool = False
    """Whether changes are taken in by themselves."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A line of a report: how many notes of a sort."""

    sign: str
    name: str
    number: str
    none: bool


@dataclass(frozen=True, slots=True)
class OmissionRow:
    """What was left out of one note."""

    path: str
    reasons: str


@dataclass(frozen=True, slots=True)
class PathList:
    """Some paths of one sort; not all of them are shown when they are many."""

    sign: str
    name: str
    number: str
    paths: tuple[str, ...]
    more: str
    """How many are not shown, in words; empty when all are."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the history, with its report."""

    started: Moment
    state: str
    state_name: str
    summary: str
    error: str


@dataclass(frozen=True, slots=True)
class RunningView:
    """A run that goes on."""

    url: str
    cancel_url: str
    done: int
    total: int
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class SyncView:
    """The page that reads the notes in."""

    folder: str
    running: RunningView | None
    last: RunRow | None
    tallies: tuple[Tally, ...]
    failures: tuple[FailureRow, ...]
    proof: str
    """That files, catalogue and index hold the same; empty where the last report does not say."""
    proven: bool
    held_back: PathList | None
    passed_over: tuple[FailureRow, ...]
    preview: tuple[PathList, ...] | None
    """What a sync would do, sort by sort; none when nobody asked."""
    problem: str
    watching: bool
    omissions: tuple[OmissionRow, ...]
    history: tuple[RunRow, ...]


def sync_view(texts: Texts, syncing: Syncing, now: datetime) -> SyncView:
    """Arrange the runs: the one that goes on, the last one's report, the earlier ones."""
    ended = [run for run in syncing.runs if run.state != "running"]
    rows = tuple(_row(texts, run, now) for run in ended)
    report = next((run.report for run in ended if run.report is not None), None)
    # Only a look at everything tells what is missing and whether both sides agree.
    full = next((run.report for run in ended if run.report and run.report.files is not None), None)
    held_back = (report and report.held_back) or (full and full.held_back) or ()
    return SyncView(
        folder=label(syncing.folder),
        running=_running(texts, syncing),
        last=rows[0] if rows else None,
        tallies=_tallies(texts, report) if report else (),
        failures=tuple(
            failure_row(failure.path, failure.reason)
            for failure in (report.failed if report else ())
        ),
        proof=_proof(texts, full) if full is not None and full is report else "",
        proven=full is not None and _is_proven(full),
        held_back=_paths(texts, "？", "held_back", held_back),
        passed_over=tuple(
            failure_row(passed.path, passed.reason)
            for passed in (report.passed_over if report else ())
        ),
        preview=None if syncing.plan is None else _preview(texts, syncing.plan),
        problem=label(syncing.problem),
        watching=syncing.watching,
        omissions=_omissions(texts, report) if report else (),
        history=rows[1:],
    )


def _running(texts: Texts, syncing: Syncing) -> RunningView | None:
    if syncing.running is None:
        return None
    progress = syncing.progress or Progress(0, 0, 0, "")
    url = f"/api/ingest/{syncing.running}"
    said = texts("sync.progress", done=count(progress.done), total=count(progress.total))
    return RunningView(
        url,
        f"/sync/{syncing.running}/cancel",
        progress.done,
        progress.total,
        said,
        label(progress.path),
    )


def _row(texts: Texts, run: Run, now: datetime) -> RunRow:
    return RunRow(
        started=moment(texts, run.started, now),
        state=run.state,
        state_name=texts.either(f"sync.state_{run.state}", run.state),
        summary=_summary(texts, run.report) if run.report else "",
        error=label(run.error or ""),
    )


def _summary(texts: Texts, report: Report) -> str:
    return texts(
        "sync.summary", n=report.notes, notes=count(report.notes), chunks=count(report.chunks),
        time=duration(report.ms),
    )  # fmt: skip


def _tallies(texts: Texts, report: Report) -> tuple[Tally, ...]:
    numbers = (
        ("＋", "added", report.added),
        ("～", "changed", report.changed),
        ("→", "moved", report.moved),
        ("－", "deleted", report.deleted),
        ("＝", "unchanged", report.unchanged),
        ("！", "failed", len(report.failed)),
    )
    return tuple(
        Tally(sign, texts(f"sync.{name}"), count(number), number == 0)
        for sign, name, number in numbers
    )


def _is_proven(report: Report) -> bool:
    return report.files == report.notes == report.searchable and not report.orphans


def _proof(texts: Texts, report: Report) -> str:
    key = "sync.proof" if _is_proven(report) else "sync.no_proof"
    return texts(
        key, files=count(report.files or 0), notes=count(report.notes),
        searchable=count(report.searchable), orphans=count(report.orphans),
    )  # fmt: skip


def _paths(texts: Texts, sign: str, name: str, paths: Sequence[str]) -> PathList | None:
    if not paths:
        return None
    more = len(paths) - _MOST_PATHS
    return PathList(
        sign,
        texts(f"sync.{name}"),
        count(len(paths)),
        tuple(label(path) for path in paths[:_MOST_PATHS]),
        texts("sync.more", n=more, number=count(more)) if more > 0 else "",
    )


def _preview(texts: Texts, plan: Plan) -> tuple[PathList, ...]:
    sorts = (
        ("＋", "added", [step.found.path for step in plan.added]),
        ("～", "changed", [step.found.path for step in plan.changed]),
        ("→", "moved", [step.found.path for step in plan.moved]),
        ("－", "deleted", [note.path for note in plan.deleted]),
        ("？", "held_back", [note.path for note in plan.held_back]),
        ("！", "failed", [failure.path for failure in plan.failed]),
    )
    lists = (_paths(texts, *each) for each in sorts)
    return tuple(each for each in lists if each is not None)


def _omissions(texts: Texts, report: Report) -> tuple[OmissionRow, ...]:
    by_path: dict[str, Counter[str]] = {}
    for omission in report.left_out:
        size = omission.end - omission.start
        by_path.setdefault(omission.path, Counter())[omission.reason] += size
    return tuple(
        OmissionRow(
            label(path),
            "、".join(
                texts(
                    "sync.omission",
                    reason=texts.either(f"reason.{reason}", label(reason)),
                    number=count(size),
                )
                for reason, size in reasons.items()
            ),
        )
        for path, reasons in by_path.items()
    )
