"""Notes embedded in the background, with progress; what measures the leg's weight."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.embedded import Embedded
from app.embedding_pass import EmbeddingPass, Notes, step_back
from app.spaces import Spaces
from app.weighing import Weighing
from retrieval.embedded_leg import EmbeddedLeg, Space
from retrieval.embedder import EmbedderUnusableError
from retrieval.index import IndexUnusableError

_LOG = logging.getLogger(__name__)
_LEAVING_S = 5.0
Told = Callable[[int, int], None]
"""Told how many points are embedded, and how many there are to embed."""


class _StoppedError(RuntimeError):
    """Somebody stopped it."""


class Embedding:
    """Embeds the notes with one model at a time. Any thread may call it."""

    def __init__(self, notes: Notes, spaces: Spaces, weighing: Weighing) -> None:
        """Embed ``notes`` into ``spaces``."""
        self._notes = notes
        self._spaces = spaces
        self._weighing = weighing
        self._now = Embedded()
        self._lock = threading.RLock()
        self._choosing = threading.Lock()
        self._turn = threading.Lock()
        self._step = threading.Lock()
        self._stop = threading.Event()
        self._again = False
        self._held = False
        self._background = False
        self._thread: threading.Thread | None = None

    @property
    def leg(self) -> EmbeddedLeg:
        """What searches the vectors."""
        return self._spaces.leg

    @property
    def spaces(self) -> Spaces:
        """The vectors that are open."""
        return self._spaces

    @property
    def now(self) -> Embedded:
        """How it stands."""
        return self._now

    def open(self) -> None:
        """Open the vectors of the model that is chosen; without one nothing is opened.

        What cannot be used is told in `now`: searches go on by words alone.
        """
        with self._choosing:
            self._held = False
            self._now = Embedded()
            self._told(self._spaces.open)

    def choose(self) -> None:
        """Follow the choice of a model; the one before answers until the new one is ready."""
        with self._choosing:
            self._halt()
            try:
                self._stop.clear()
                self._show(error="", cancelled=False)
                self._told(self._spaces.choose)
            finally:
                self._held = False
        self.resume()

    def begin(self) -> None:
        """Embed from now on whenever something lacks a vector."""
        self._background = True
        self.resume()

    def resume(self) -> None:
        """Go on in the background, if that was begun and nobody stopped it."""
        if self._background and not self._now.cancelled:
            self.start()

    def start(self) -> bool:
        """Embed what lacks a vector, in a thread; False when no model is chosen."""
        with self._lock:
            if self._spaces.live is None:
                return False
            self._again = True
            if not self._now.running and not self._held:
                self._stop.clear()
                self._show(running=True, error="", cancelled=False)
                self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
                self._thread.start()
            return True

    def cancel(self) -> None:
        """Stop after the texts that are being embedded."""
        with self._lock:
            if self._now.running:
                self._show(cancelled=True)
                self._stop.set()

    def wait(self) -> None:
        """Wait for the embedding that goes on, if one does."""
        if self._thread is not None:
            self._thread.join()

    def work(self, on_embedded: Told | None = None) -> int:
        """Embed what lacks a vector, now and here; return how many points that were.

        Raises:
            EmbedderUnusableError: The model cannot be used.
            IndexUnusableError: The vectors cannot be written.
        """
        with self._turn:
            space = self._spaces.next or self._spaces.live
            if space is None:
                return 0
            done = self._embed_all(space, on_embedded)
            self._weigh(space, whole=True)
            if space is self._spaces.next:
                self._spaces.adopt()
                self._mirror()
            elif self._spaces.next is None:
                self._spaces.drop_leftovers()  # of a model that was to follow, and was given up
            return done

    def load_for(self, question: str) -> None:
        """Load the model for a search that would use it; for programs that search and end."""
        if self.leg.measured(question) and not self.leg.ready:
            self.leg.load()

    @contextmanager
    def paused(self) -> Iterator[EmbeddingPass | None]:
        """Keep vectors as they are while the block runs; give the pass over those in use."""
        with self._step:
            live = self._spaces.live
            yield None if live is None else EmbeddingPass(self._notes, live)

    def mended(self) -> None:
        """Say that nothing is missing any more of what was set aside."""
        self._spaces.damage = ""
        self._mirror()

    def close(self) -> None:
        """Stop, wait for the texts that are being embedded, and let go of the vectors."""
        self._halt(_LEAVING_S)
        self._spaces.close()

    def _halt(self, patience_s: float | None = None) -> None:
        """Stop, and let nobody begin again meanwhile."""
        with self._lock:
            self._held = True
            self._stop.set()
            thread = self._thread
        if thread is not None:
            thread.join(patience_s)

    def _told(self, work: Callable[[], None]) -> None:
        try:
            work()
            self._mirror()
        except (EmbedderUnusableError, IndexUnusableError) as error:
            self._show(error=str(error))

    def _run(self) -> None:
        step_back()
        try:
            self._load_if_of_use()
            while self._again and not self._stop.is_set():
                self._again = False
                self.work()
                self._load_if_of_use()
        except _StoppedError:
            pass
        except Exception as error:  # noqa: BLE001 - told on the status page
            if not self._stop.is_set():  # else the vectors were closed meanwhile
                _LOG.exception("The notes could not be embedded.")
                self._show(error=str(error) or type(error).__name__)
        with self._lock:
            self._show(running=False)
            again = self._again and not self._stop.is_set() and not self._now.error
        if again:
            self.start()

    def _load_if_of_use(self) -> None:
        """Load the model, unless it was measured to be of no use."""
        if not self.leg.ready and any(self._now.weighed.weights.values()):
            self.leg.load()

    def _embed_all(self, space: Space, on_embedded: Told | None) -> int:
        work, done, begun = EmbeddingPass(self._notes, space), 0, time.monotonic()
        self._show(done=0, total=0, seconds=0.0)
        with self._step:
            work.remove(work.surplus())
        while lacking := work.lacking():
            total, batches = done + len(lacking), work.embed(lacking)
            while embedded := self._next_of(batches):
                done += embedded
                self._show(done=done, total=total, seconds=time.monotonic() - begun)
                self._cover()
                if on_embedded is not None:
                    on_embedded(done, total)
                self._weigh(space, whole=False)
        with self._step:
            work.remove(work.surplus())
            if not work.is_settled:
                work.settle()
        self.mended()
        return done

    def _next_of(self, batches: Iterator[int]) -> int:
        self._go_on()
        with self._step:
            return next(batches, 0)

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _StoppedError

    def _weigh(self, space: Space, *, whole: bool) -> None:
        known = self._weighing.of(space.embedder.fingerprint)
        if self._weighing.is_due(known, space.vectors.count(), whole=whole):
            known = self._weighing.measure(space, self._spaces.fits(space), self._go_on)
        if space is self._spaces.live and known != self._now.weighed:
            self.leg.weigh(known.weights)
            self._show(weighed=known)

    def _mirror(self) -> None:
        """Show which models there are."""
        live, following, damage = self._spaces.live, self._spaces.next, self._spaces.damage
        if live is None:
            self._now = replace(Embedded(), error=self._now.error)
            return
        self._show(
            model=live.embedder.name,
            following="" if following is None else following.embedder.name,
            weighed=self._weighing.of(live.embedder.fingerprint),
            damage=damage,
        )
        self._cover()

    def _cover(self) -> None:
        live = self._spaces.live
        if live is not None:
            points = self._notes.catalog.totals().points
            embedded = min(live.vectors.count(), points)
            self.leg.cover(embedded, points)
            self._show(embedded=embedded, points=points)

    def _show(self, **values: object) -> None:
        with self._lock:
            self._now = replace(self._now, **values)  # type: ignore[arg-type]
