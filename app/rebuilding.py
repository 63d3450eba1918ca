"""The index made again from the catalogue: in its place when it is empty, else beside it."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from app.generations import Generations
from ingest.catalog import NoteCatalog
from ingest.lengths import Lengths
from ingest.repair import compare, index_chunks, mend
from retrieval.failpoint import reach
from retrieval.lexical import LexicalEncoder
from retrieval.switching import SwitchingIndex

_LOG = logging.getLogger(__name__)

Alone = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How a rebuild stands."""

    done: int = 0
    """Points written so far."""
    total: int = 0
    running: bool = False
    incomplete: bool = False
    """Whether searches find less until it is done."""
    damage: str = ""
    """Why the index before was set aside; empty when it was not."""
    error: str = ""
    """Why it could not go on; empty while it can."""
    cancelled: bool = False


class RebuildCancelledError(RuntimeError):
    """Somebody stopped the rebuild."""

    def __init__(self) -> None:
        super().__init__("The rebuild was stopped; the index is the one it was.")


class Rebuilding:
    """Makes the index again, one time after the other. Any thread may call it."""

    def __init__(
        self,
        catalog: NoteCatalog,
        index: SwitchingIndex,
        encoder: LexicalEncoder,
        generations: Generations,
    ) -> None:
        """Rebuild ``index`` from ``catalog``."""
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._generations = generations
        self._rebuild = Rebuild()
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def now(self) -> Rebuild:
        """How the rebuild stands that goes on, or how the last one ended."""
        return self._rebuild

    def opened(self, damage: str) -> None:
        """Say why the index before was set aside, if it was, and see whether this one is whole."""
        points = self._catalog.totals().points
        incomplete = self._index.count() < points
        self._rebuild = Rebuild(total=points, incomplete=incomplete, damage=damage)

    def fill(self, on_written: Callable[[int], None] | None = None) -> None:
        """Write into the index in use what it lacks; searches find what is there already."""
        self._prepare()
        difference = compare(self._catalog, self._index)
        self._show(total=len(difference.missing), incomplete=bool(difference.missing))
        mend(difference, self._catalog, self._index, self._encoder, self._teller(on_written))
        self._show(incomplete=False)

    def beside(self, on_written: Callable[[int], None] | None = None) -> None:
        """Build a second index while the first goes on answering, then use that.

        Raises:
            RebuildCancelledError: Somebody stopped it; nothing has changed.
        """
        self._prepare()
        self._show(total=self._catalog.totals().points)
        before, built = self._generations.live, self._generations.begin()

        try:
            told = self._teller(on_written)
            index_chunks(self._catalog.chunks(), built.index, self._encoder, told)
            built.index.flush()
            reach("before switch")
            self._generations.adopt(built)
        except BaseException:
            built.index.close()
            self._generations.drop(built.name)
            raise
        reach("after switch")
        self._index.switch(built.index)
        self._generations.drop(before)
        self._show(incomplete=False, damage="")

    def start(self, alone: Alone, work: Callable[[], None]) -> bool:
        """Begin ``work``, which is `fill` or `beside`, in a thread; False when one goes on.

        Args:
            alone: Keeps syncs waiting for as long as its block runs.
            work: What to do.
        """
        with self._lock:
            if self._rebuild.running:
                return False
            self._cancel.clear()
            self._rebuild = replace(self._rebuild, running=True, done=0, error="", cancelled=False)
            self._thread = threading.Thread(target=self._run, args=(alone, work), name="rebuild")
            self._thread.start()
            return True

    def cancel(self) -> None:
        """Ask the rebuild that goes on to stop."""
        self._cancel.set()

    def wait(self) -> None:
        """Wait for the rebuild that goes on, if one does."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """Stop the rebuild that goes on and wait for it."""
        self._cancel.set()
        self.wait()

    def _run(self, alone: Alone, work: Callable[[], None]) -> None:
        try:
            with alone():
                work()
        except RebuildCancelledError:
            self._show(running=False, cancelled=True)
        except Exception as error:  # noqa: BLE001 - the failure is told where it is watched
            _LOG.exception("The index could not be rebuilt.")
            self._show(running=False, error=str(error) or type(error).__name__)
        else:
            self._show(running=False)

    def _prepare(self) -> None:
        Lengths(self._catalog, self._encoder).prepare()

    def _teller(self, on_written: Callable[[int], None] | None) -> Callable[[int], None]:
        def told(written: int) -> None:
            self._show(done=written)
            if on_written is not None:
                on_written(written)
            if self._cancel.is_set():
                raise RebuildCancelledError

        return told

    def _show(self, **values: object) -> None:
        self._rebuild = replace(self._rebuild, **values)  # type: ignore[arg-type]
