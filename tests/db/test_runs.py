from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from app.db.runs import Run, Runs, RunState
from app.db.session import Database
from ingest.report import Failure, Omission, Report

REPORT = Report(
    notes=3,
    added=2,
    changed=1,
    moved=0,
    deleted=0,
    unchanged=0,
    failed=(Failure("坏.md", "It is no text."),),
    chunks=40,
    chunks_written=40,
    embedded=0,
    left_out=(Omission("a.md", 0, 90, "navigation"),),
    ms=120,
)

Clock = Callable[[], datetime]


def minute(number: int) -> datetime:
    return datetime(2024, 3, 1, 9, number, tzinfo=UTC)


def test_a_run_is_running_until_it_ends(database: Database, clock: Clock) -> None:
    runs = Runs(database, clock)
    run_id = runs.start()
    assert runs.get(run_id) == Run(run_id, RunState.RUNNING, minute(1), None, None, "")
    runs.finish(run_id, REPORT)
    assert runs.get(run_id) == Run(run_id, RunState.DONE, minute(1), minute(2), REPORT, "")


def test_a_cancelled_run_keeps_its_report(database: Database, clock: Clock) -> None:
    runs = Runs(database, clock)
    run_id = runs.start()
    report = Report(0, 0, 0, 0, 0, 0, (), 0, 0, 0, (), 5, cancelled=True)
    runs.finish(run_id, report)
    assert runs.get(run_id) == Run(run_id, RunState.CANCELLED, minute(1), minute(2), report, "")


def test_a_failed_run_says_why(database: Database, clock: Clock) -> None:
    runs = Runs(database, clock)
    run_id = runs.start()
    runs.fail(run_id, "The index is held by another process.")
    assert runs.get(run_id) == Run(
        run_id,
        RunState.FAILED,
        minute(1),
        minute(2),
        None,
        "The index is held by another process.",
    )


def test_runs_left_behind_are_closed_as_interrupted(database: Database) -> None:
    runs = Runs(database)
    done, left = runs.start(), runs.start()
    runs.finish(done, REPORT)
    assert runs.close_abandoned() == 1
    assert runs.close_abandoned() == 0
    states = {run.id: run.state for run in runs.latest()}
    assert states == {done: RunState.DONE, left: RunState.INTERRUPTED}


def test_the_latest_runs_come_first(database: Database, clock: Clock) -> None:
    runs = Runs(database, clock)
    started = [runs.start() for _ in range(4)]
    assert [run.id for run in runs.latest(2)] == [started[3], started[2]]
    assert runs.latest(0) == ()


def test_an_unknown_run_is_none(database: Database) -> None:
    runs = Runs(database)
    runs.fail(uuid4(), "nobody asked")
    assert runs.get(uuid4()) is None
    assert runs.latest() == ()
