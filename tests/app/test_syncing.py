import asyncio
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.missing import NoNotesFolderError, NoSuchRunError
from app.syncing import Moment, SyncRunner, Work
from ingest.report import Progress, Report


def report(*, cancelled: bool = False) -> Report:
    return Report(1, 1, 0, 0, 0, 0, (), 3, 3, 0, (), 5, cancelled)


class MemoryRuns:
    """Runs in memory; `app.syncing.RunLog`."""

    def __init__(self, *, broken: bool = False) -> None:
        self.states: dict[UUID, object] = {}
        self.broken = broken

    def start(self) -> UUID:
        run = uuid4()
        self.states[run] = "running"
        return run

    def finish(self, run_id: UUID, report: Report) -> None:
        self.states[run_id] = report

    def forget(self, run_id: UUID) -> None:
        del self.states[run_id]

    def fail(self, run_id: UUID, error: str) -> None:
        if self.broken:
            raise OSError("disk full")
        self.states[run_id] = error


class Steps:
    """A sync whose notes are let through one by one."""

    def __init__(self, notes: int = 2) -> None:
        self.notes = notes
        self.gate = threading.Semaphore(0)
        self.syncs = 0
        self.wishes: list[tuple[bool, set[Path]]] = []

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
        only: Collection[Path] = (),
    ) -> Report:
        assert on_progress is not None
        assert cancelled is not None
        self.syncs += 1
        self.wishes.append((accept_deletions, set(only)))
        for number in range(self.notes):
            self.gate.acquire(timeout=5)
            if cancelled():
                return report(cancelled=True)
            on_progress(Progress(number + 1, self.notes, number, f"{number}.md"))
        return report()

    def let_through(self, notes: int = 1) -> None:
        for _ in range(notes):
            self.gate.release()


def test_second_start_joins_the_run_that_goes_on() -> None:
    steps, runs = Steps(), MemoryRuns()
    runner = SyncRunner(lambda: steps, runs)
    assert not runner.running
    first = runner.start()
    assert runner.running
    assert runner.start() == first
    steps.let_through(2)
    runner.wait()
    assert not runner.running
    second = runner.start()
    assert second != first
    steps.let_through(2)
    runner.wait()
    assert runs.states == {first: report(), second: report()}
    assert steps.syncs == 2


def test_moments_are_followed_to_the_report() -> None:
    steps = Steps()
    runner = SyncRunner(lambda: steps, MemoryRuns())

    async def scenario() -> tuple[UUID, list[Moment]]:
        run = runner.start()
        seen: list[Moment] = []
        async for moment in runner.follow(run):
            seen.append(moment)
            steps.let_through()
        return run, seen

    run, seen = asyncio.run(scenario())
    last = Progress(2, 2, 1, "1.md")
    assert seen[0] == Moment(run)
    assert Moment(run, Progress(1, 2, 0, "0.md")) in seen
    assert seen[-1] == Moment(run, last, report())
    assert runner.at(run) == runner.latest == seen[-1]


def test_run_that_is_over_can_still_be_followed() -> None:
    steps = Steps(0)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    first = runner.start()
    runner.wait()
    runner.start()
    runner.wait()

    async def scenario() -> list[Moment]:
        return [moment async for moment in runner.follow(first)]

    assert asyncio.run(scenario()) == [Moment(first, None, report())]


def test_unknown_run_is_an_error() -> None:
    runner = SyncRunner(Steps, MemoryRuns())

    async def scenario() -> None:
        async for _ in runner.follow(uuid4()):
            pass

    with pytest.raises(NoSuchRunError):
        asyncio.run(scenario())
    assert runner.at(uuid4()) is None
    assert runner.latest is None
    assert not runner.cancel(uuid4())
    runner.wait()


def test_cancelled_run_stops_after_its_note_and_the_next_one_does_not() -> None:
    steps, runs = Steps(), MemoryRuns()
    runner = SyncRunner(lambda: steps, runs)
    run = runner.start()
    assert runner.cancel(run)
    steps.let_through()
    runner.wait()
    assert runs.states == {run: report(cancelled=True)}
    assert not runner.cancel(run)
    again = runner.start()
    steps.let_through(2)
    runner.wait()
    assert runs.states[again] == report()


def test_closing_stops_the_run() -> None:
    steps, runs = Steps(), MemoryRuns()
    runner = SyncRunner(lambda: steps, runs)
    run = runner.start()
    steps.let_through()
    steps.let_through()
    runner.close()
    assert isinstance(runs.states[run], Report)


def no_work() -> Work:
    raise NoNotesFolderError


@pytest.mark.parametrize("broken", [False, True])
def test_failure_is_recorded_and_told(*, broken: bool) -> None:
    runs = MemoryRuns(broken=broken)
    runner = SyncRunner(no_work, runs)
    run = runner.start()
    runner.wait()
    sentence = str(NoNotesFolderError())
    assert runner.latest == Moment(run, error=sentence)
    assert runs.states == {run: "running" if broken else sentence}


def test_only_recent_runs_are_remembered() -> None:
    runner = SyncRunner(lambda: Steps(0), MemoryRuns())
    runs = []
    for _ in range(25):
        runs.append(runner.start())
        runner.wait()
    assert [runner.at(run) is not None for run in runs] == [False] * 5 + [True] * 20


def test_watcher_whose_loop_closed_does_not_stop_the_run() -> None:
    steps = Steps(1)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    run = runner.start()
    following = runner.follow(run)

    async def scenario() -> None:
        await anext(following)

    asyncio.run(scenario())
    steps.let_through()
    runner.wait()
    assert runner.latest == Moment(run, Progress(1, 1, 0, "0.md"), report())


def test_no_sync_takes_notes_in_while_another_is_alone() -> None:
    steps = Steps(notes=1)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    steps.let_through()
    with runner.alone():
        runner.start()
        assert (steps.syncs, runner.running) == (0, True)
    runner.wait()
    assert (steps.syncs, runner.running) == (1, False)


def test_alone_waits_for_the_sync_that_goes_on() -> None:
    steps = Steps(notes=1)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    runner.start()
    while not steps.syncs:
        time.sleep(0.001)
    threading.Timer(0.05, steps.let_through).start()
    with runner.alone():
        moment = runner.latest
        assert moment is not None
        assert moment.progress == Progress(1, 1, 0, "0.md")
    runner.wait()


def test_deletions_are_accepted_when_asked() -> None:
    steps = Steps(0)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    runner.start(accept_deletions=True)
    runner.wait()
    runner.start()
    runner.wait()
    assert steps.wishes == [(True, set()), (False, set())]


def test_changes_noticed_during_a_run_are_taken_in_together_after_it() -> None:
    steps, runs = Steps(1), MemoryRuns()
    runner = SyncRunner(lambda: steps, runs)
    runner.start()
    for name in ("a.md", "b.md", "a.md"):
        runner.notice([Path(name)])
    steps.let_through(1)
    _until(lambda: steps.syncs == 2)
    steps.let_through(1)
    _until(lambda: not runner.running)
    runner.wait()
    assert steps.wishes == [(False, set()), (False, {Path("a.md"), Path("b.md")})]
    assert len(runs.states) == 2


def test_a_notice_of_everything_wins_over_single_places() -> None:
    steps = Steps(1)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    runner.start()
    runner.notice([])
    runner.notice([Path("a.md")])
    steps.let_through(2)
    _until(lambda: steps.syncs == 2 and not runner.running)
    assert steps.wishes[1] == (False, set())


def test_a_noticed_run_with_nothing_to_do_leaves_no_trace() -> None:
    runs = MemoryRuns()
    runner = SyncRunner(Idle, runs)
    runner.notice([Path("a.md")])
    runner.wait()
    assert runs.states == {}
    runner.start()
    runner.wait()
    assert len(runs.states) == 1


def test_a_closed_runner_takes_no_notice() -> None:
    steps = Steps(0)
    runner = SyncRunner(lambda: steps, MemoryRuns())
    runner.close()
    runner.notice([Path("a.md")])
    runner.wait()
    assert steps.syncs == 0


class Idle:
    """A sync that finds nothing to do."""

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
        only: Collection[Path] = (),
    ) -> Report:
        del on_progress, cancelled, accept_deletions, only
        return Report(1, 0, 0, 0, 0, 1, (), 3, 0, 0, (), 5)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_file_without_end_does_not_keep_the_program() -> None:
    endless = Endless()
    runner = SyncRunner(lambda: endless, MemoryRuns())
    runner.start()
    started = time.monotonic()
    runner.close()
    assert time.monotonic() - started < 8
    endless.let_go.set()
    runner.wait()


class Endless(Idle):
    """A sync that is at one file and asks nobody whether it is to stop."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
        only: Collection[Path] = (),
    ) -> Report:
        self.let_go.wait(60)
        return super().run(on_progress, cancelled, accept_deletions=accept_deletions, only=only)
