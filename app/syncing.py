"""One sync at a time, in a thread of its own, with its progress for whoever watches."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from app.missing import NoSuchRunError
from ingest.report import Progress, Report

_LOG = logging.getLogger(__name__)
_MOST_REMEMBERED = 20
_LEAVING_S = 5.0


class Work(Protocol):
    """A sync of the notes folder, as `ingest.sync.Sync` is one."""

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
        only: Collection[Path] = (),
    ) -> Report:
        """Take the notes in."""
        ...


class RunLog(Protocol):
    """Where runs are remembered, as `app.db.runs.Runs` does it."""

    def start(self) -> UUID:
        """Record that a run began."""
        ...

    def finish(self, run_id: UUID, report: Report) -> None:
        """Record what a run did."""
        ...

    def fail(self, run_id: UUID, error: str) -> None:
        """Record why a run ended early."""
        ...

    def forget(self, run_id: UUID) -> None:
        """Take a run out that had nothing to do."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """How a run stands."""

    run: UUID
    progress: Progress | None = None
    """The latest note, or None before the first."""
    report: Report | None = None
    """What it did, once it ended."""
    error: str = ""
    """Why it could not go on."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.report is not None or bool(self.error)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a run is to do."""

    accept_deletions: bool = False
    only: frozenset[Path] = frozenset()
    """Places that changed; none means everything."""
    noticed: bool = False
    """Whether nobody asked for it but a change of the folders."""


class SyncRunner:
    """Starts syncs, one at a time, and tells how they go. Any thread may call it."""

    def __init__(
        self, work: Callable[[], Work], runs: RunLog, after: Callable[[], None] | None = None
    ) -> None:
        """Take ``work``, which makes the sync of one run: what it raises is the run's failure.

        Args:
            work: Makes a sync.
            runs: Where runs are remembered.
            after: Called once a sync has ended well, before that is told.
        """
        self._work = work
        self._after = after
        self._runs = runs
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._cancel = threading.Event()
        self._moments: dict[UUID, Moment] = {}
        self._watchers: set[Callable[[], None]] = set()
        self._noticed: set[Path] | None = None
        self._closed = False

    @property
    def latest(self) -> Moment | None:
        """The run that is going on, or the last one of this program."""
        moments = tuple(self._moments.values())
        return moments[-1] if moments else None

    @property
    def running(self) -> bool:
        """Whether a sync is going on."""
        moment = self.latest
        return moment is not None and not moment.over

    def start(self, *, accept_deletions: bool = False) -> UUID:
        """Begin a sync and return its run; while one goes on, return that one's.

        Args:
            accept_deletions: Take missing notes out however many they are.
        """
        with self._lock:
            moment = self.latest
            if moment is not None and not moment.over:
                return moment.run
            return self._begin(_Wish(accept_deletions))

    def notice(self, places: Collection[Path]) -> None:
        """Take changes in, as soon as no other sync goes on; those that come meanwhile together.

        Args:
            places: What changed; none means that anything may have.
        """
        with self._lock:
            everything = not places or self._noticed == set()
            self._noticed = set() if everything else {*(self._noticed or ()), *places}
            if not self._closed and not self.running:
                self._begin_noticed()

    def cancel(self, run: UUID) -> bool:
        """Ask ``run`` to stop after the note it is at; False when it is not going on."""
        moment = self._moments.get(run)
        if moment is None or moment.over:
            return False
        self._cancel.set()
        return True

    def at(self, run: UUID) -> Moment | None:
        """Return how ``run`` stands; None when it is not a recent run of this program."""
        return self._moments.get(run)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for the sync that goes on; none takes notes in while the block runs."""
        with self._turn:
            yield

    def wait(self) -> None:
        """Wait for the sync that goes on, if one does."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Stop the sync that goes on and wait for it; changes are noticed no more.

        One that is long at a single file is not waited for: it ends with the program, as in a
        crash, and the next one goes on from what is stored.
        """
        with self._lock:
            waited, self._closed = self._closed, True
        self._cancel.set()
        if self._thread is not None and not waited:
            self._thread.join(_LEAVING_S)

    async def follow(self, run: UUID) -> AsyncIterator[Moment]:
        """Yield how ``run`` stands, now and whenever that changes, until it is over.

        Changes that come faster than they are taken are passed over; the last one never is.

        Raises:
            NoSuchRunError: It is not a run of this program.
        """
        changed = asyncio.Event()
        with self._watched(changed):
            while True:
                changed.clear()
                moment = self._moments.get(run)
                if moment is None:
                    raise NoSuchRunError
                yield moment
                if moment.over:
                    return
                await changed.wait()

    @contextmanager
    def _watched(self, changed: asyncio.Event) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the watcher's loop has closed
                loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._watchers.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._watchers.discard(wake)

    def _begin(self, wish: _Wish) -> UUID:
        """Begin a sync; the lock is held."""
        run = self._runs.start()
        self._cancel.clear()
        if len(self._moments) >= _MOST_REMEMBERED:
            del self._moments[next(iter(self._moments))]
        self._moments[run] = Moment(run)
        self._thread = threading.Thread(
            target=self._sync, args=(run, wish), name="sync", daemon=True
        )
        self._thread.start()
        return run

    def _begin_noticed(self) -> None:
        """Begin a sync of what was noticed; the lock is held."""
        if self._noticed is None:
            return
        wish = _Wish(only=frozenset(self._noticed), noticed=True)
        self._noticed = None
        self._begin(wish)

    def _sync(self, run: UUID, wish: _Wish) -> None:
        try:
            with self._turn:
                report = self._work().run(
                    lambda progress: self._show(Moment(run, progress)),
                    self._cancel.is_set,
                    accept_deletions=wish.accept_deletions,
                    only=wish.only,
                )
            if wish.noticed and _is_idle(report):
                self._runs.forget(run)
            else:
                self._runs.finish(run, report)
            if self._after is not None:
                self._after()
        except Exception as error:  # noqa: BLE001 - the run's failure is told where it is watched
            _LOG.exception("A sync could not go on.")
            self._show(Moment(run, error=self._failed(run, error)))
        else:
            self._show(Moment(run, self._moments[run].progress, report))
        with self._lock:
            if not self._closed and not self.running:
                self._begin_noticed()

    def _failed(self, run: UUID, error: Exception) -> str:
        sentence = str(error) or type(error).__name__
        try:
            self._runs.fail(run, sentence)
        except Exception:  # noqa: BLE001 - the database may be what failed
            _LOG.exception("The failure of a sync could not be recorded.")
        return sentence

    def _show(self, moment: Moment) -> None:
        self._moments[moment.run] = moment
        with self._lock:
            watchers = tuple(self._watchers)
        for wake in watchers:
            wake()


def _is_idle(report: Report) -> bool:
    """Whether a run found nothing to do."""
    counts = (report.added, report.changed, report.moved, report.deleted, report.chunks_written)
    return not any(counts) and not report.failed and not report.held_back
