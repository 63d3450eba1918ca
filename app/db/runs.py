"""The syncs that were started, and how they ended."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from app.db.models import RunRow
from app.db.session import Database
from ingest.report import Failure, Omission, PassedBy, Report


class RunState(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The program ended before the run did; the next sync takes up what is left."""


@dataclass(frozen=True, slots=True)
class Run:
    """One sync."""

    id: UUID
    state: RunState
    started: datetime
    finished: datetime | None
    report: Report | None
    """What it did; None while it runs and after a failure."""
    error: str
    """Of a failed run: the sentence that says why."""


class Runs:
    """Records syncs."""

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = clock or _utc_now

    def start(self) -> UUID:
        """Record that a run begins."""
        run_id = uuid4()
        with self._database.write() as session:
            session.add(
                RunRow(id=run_id, started=self._now(), state=RunState.RUNNING.value, error="")
            )
        return run_id

    def finish(self, run_id: UUID, report: Report) -> None:
        """Record what a run did; an unknown id is ignored."""
        state = RunState.CANCELLED if report.cancelled else RunState.DONE
        self._end(run_id, state, report=asdict(report))

    def fail(self, run_id: UUID, error: str) -> None:
        """Record the sentence that says why a run could not end; an unknown id is ignored."""
        self._end(run_id, RunState.FAILED, error=error)

    def forget(self, run_id: UUID) -> None:
        """Take a run out that had nothing to do; an unknown id is ignored."""
        with self._database.write() as session:
            session.execute(delete(RunRow).where(RunRow.id == run_id))

    def get(self, run_id: UUID) -> Run | None:
        """Return a run, None when there is none."""
        with self._database.read() as session:
            row = session.get(RunRow, run_id)
            return None if row is None else _run_of(row)

    def latest(self, limit: int = 10) -> tuple[Run, ...]:
        """Return the runs that started last, newest first."""
        newest = select(RunRow).order_by(RunRow.started.desc(), RunRow.id).limit(max(0, limit))
        with self._database.read() as session:
            return tuple(map(_run_of, session.scalars(newest)))

    def close_abandoned(self) -> int:
        """Mark runs that a stopped program left running; return how many there were."""
        with self._database.write() as session:
            ended = session.scalars(
                update(RunRow)
                .where(RunRow.state == RunState.RUNNING.value)
                .values(state=RunState.INTERRUPTED.value, finished=self._now())
                .returning(RunRow.id)
            )
            return len(ended.all())

    def _end(self, run_id: UUID, state: RunState, **values: object) -> None:
        with self._database.write() as session:
            session.execute(
                update(RunRow)
                .where(RunRow.id == run_id)
                .values(state=state.value, finished=self._now(), **values)
            )


def _run_of(row: RunRow) -> Run:
    return Run(
        id=row.id,
        state=RunState(row.state),
        started=row.started,
        finished=row.finished,
        report=None if row.report is None else _report_of(row.report),
        error=row.error,
    )


def _report_of(stored: Any) -> Report:  # noqa: ANN401 (JSON)
    return Report(
        **stored
        | {
            "failed": tuple(Failure(**failure) for failure in stored["failed"]),
            "left_out": tuple(Omission(**omission) for omission in stored["left_out"]),
            "held_back": tuple(stored.get("held_back", ())),
            "passed_over": tuple(PassedBy(**each) for each in stored.get("passed_over", ())),
        }
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
