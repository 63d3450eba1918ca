"""Notes embedded in the background: progress, another model, what measures the leg's weight."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from app.embedded import Embedded, Models
from app.embedding_pass import EmbeddingPass, Notes, step_back
from app.vector_places import VectorPlaces
from app.weighing import Weighing
from retrieval.embedded_leg import EmbeddedLeg, Space
from retrieval.embedder import Embedder, EmbedderUnusableError
from retrieval.failpoint import reach
from retrieval.index import IndexUnusableError

_LOG = logging.getLogger(__name__)
_IN_USE = "vectors.fingerprint"
"""State of the catalogue: fingerprint of the vectors that answer."""
_MODEL = "vectors.model"
"""State of the catalogue: name of their model."""
_LEAVING_S = 5.0
Told = Callable[[int, int], None]
"""Told how many points are embedded, and how many there are to embed."""


class _StoppedError(RuntimeError):
    """Somebody stopped it."""


class Embedding:
    """Embeds the notes, one model at a time. Any thread may call it."""

    def __init__(
        self, notes: Notes, places: VectorPlaces, models: Models, weighing: Weighing
    ) -> None:
        """Embed ``notes`` with what ``models`` says, and keep the vectors in ``places``."""
        self.leg = EmbeddedLeg()
        self._notes = notes
        self._places = places
        self._models = models
        self._weighing = weighing
        self._now = Embedded()
        self._live: Space | None = None
        self._next: Space | None = None
        self._lock = threading.RLock()
        self._choosing = threading.Lock()
        self._turn = threading.Lock()
        self._step = threading.Lock()
        self._stop = threading.Event()
        self._again = False
        self._background = False
        self._thread: threading.Thread | None = None

    @property
    def now(self) -> Embedded:
        """How it stands."""
        return self._now

    def open(self) -> None:
        """Open the vectors of the model that is chosen; without one nothing is opened.

        What cannot be used is told in `now`: searches go on by words alone.
        """
        with self._choosing:
            self.close()
            self._stop.clear()
            self._now = Embedded()
            self._told(self._open)

    def choose(self) -> None:
        """Follow the choice of a model; the one before answers until the new one is ready."""
        with self._choosing:
            self._halt()
            self._stop.clear()
            self._show(error="", cancelled=False)
            self._told(self._choose)
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
            if self._live is None:
                return False
            self._again = True
            if not self._now.running:
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
            space = self._next or self._live
            if space is None:
                return 0
            done = self._embed_all(space, on_embedded)
            self._weigh(space, whole=True)
            if space is self._next:
                self._adopt(space)
            return done

    def load_for(self, question: str) -> None:
        """Load the model for a search that would use it; for programs that search and end."""
        if self.leg.measured(question) and not self.leg.ready:
            self.leg.load()

    @contextmanager
    def paused(self) -> Iterator[EmbeddingPass | None]:
        """Keep vectors as they are while the block runs; give the pass over those in use."""
        with self._step:
            live = self._live
            yield None if live is None else EmbeddingPass(self._notes, live)

    def mended(self) -> None:
        """Say that nothing is missing any more of what was set aside."""
        self._show(damage="")
        self._cover()

    @property
    def kept(self) -> set[str]:
        """Fingerprints of the vectors that are of use."""
        known = {self._notes.catalog.state(_IN_USE) or ""}
        for space in (self._live, self._next):
            if space is not None:
                known.add(space.embedder.fingerprint)
        return known - {""}

    def leftovers(self) -> list[str]:
        """Name vectors of models that nobody uses."""
        return self._places.others(self.kept) if self._live is not None else []

    def drop_leftovers(self) -> None:
        """Take away what `leftovers` names."""
        if self._live is not None:
            self._places.drop_others(self.kept)

    def close(self) -> None:
        """Stop, wait for the texts that are being embedded, and let go of the vectors."""
        self._halt(_LEAVING_S)
        self.leg.close()
        self._drop_next()
        self._live = None

    def _halt(self, patience_s: float | None = None) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(patience_s)

    def _drop_next(self) -> None:
        if self._next is not None:
            with suppress(IndexUnusableError):
                self._next.vectors.close()
        self._next = None
        self._show(following="")

    def _told(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (EmbedderUnusableError, IndexUnusableError) as error:
            self._show(error=str(error))

    def _choose(self) -> None:
        chosen, live = self._models.chosen(), self._live
        self._drop_next()
        if chosen is None:
            self.leg.close()
            self._live, self._now = None, Embedded()
        elif live is None:
            self._open()
        elif chosen.fingerprint != live.embedder.fingerprint:
            self._next = self._space(chosen)
            self._show(following=chosen.name)

    def _open(self) -> None:
        chosen = self._models.chosen()
        if chosen is None:
            return
        state = self._notes.catalog.state
        before = state(_IN_USE)
        if before not in {None, chosen.fingerprint}:
            earlier = self._models.named(state(_MODEL) or "")
            if earlier is not None and earlier.fingerprint == before:
                self._next = self._space(chosen)
                self._serve(self._space(earlier))
                return
        self._serve(self._space(chosen))
        self._remember(chosen)

    def _space(self, embedder: Embedder) -> Space:
        opened = self._places.open(embedder.fingerprint, embedder.dimension)
        space = Space(embedder, opened.vectors)
        if opened.damage:
            self._show(damage=opened.damage)
            EmbeddingPass(self._notes, space).unsettle()
        return space

    def _serve(self, space: Space) -> None:
        self._live = space
        weighed = self._weighing.of(space.embedder.fingerprint)
        self.leg.use(space, weighed.weights)
        following = "" if self._next is None else self._next.embedder.name
        self._show(model=space.embedder.name, following=following, weighed=weighed)
        self._cover()

    def _remember(self, embedder: Embedder) -> None:
        catalog = self._notes.catalog
        if catalog.state(_IN_USE) != embedder.fingerprint:
            # In this order: a name without its vectors is looked up and found to be another one.
            catalog.remember(_MODEL, embedder.name)
            catalog.remember(_IN_USE, embedder.fingerprint)
            self._places.adopt(embedder.fingerprint)

    def _adopt(self, space: Space) -> None:
        """Answer with the model that followed, and drop the one before."""
        reach("before vector switch")
        self._next = None
        self._remember(space.embedder)
        reach("after vector switch")
        self._serve(space)
        self.leg.load()
        self._places.drop_others(self.kept)

    def _run(self) -> None:
        step_back()
        try:
            if any(self._now.weighed.weights.values()):
                self.leg.load()
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
        if not self.leg.ready and any(self._now.weighed.weights.values()):
            self.leg.load()

    def _embed_all(self, space: Space, on_embedded: Told | None) -> int:
        work, done, begun = EmbeddingPass(self._notes, space), 0, time.monotonic()
        self._show(done=0, total=0, seconds=0.0)
        with self._step:
            work.remove(work.surplus())
        while lacking := work.lacking():
            total = done + len(lacking)
            batches = work.embed(lacking)
            while True:
                self._go_on()
                with self._step:
                    embedded = next(batches, 0)
                if not embedded:
                    break
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

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _StoppedError

    def _weigh(self, space: Space, *, whole: bool) -> None:
        known = self._weighing.of(space.embedder.fingerprint)
        if self._weighing.is_due(known, space.vectors.count(), whole=whole):
            fits = self._models.fits(space.embedder)
            known = self._weighing.measure(space, fits, self._go_on)
        if space is self._live and known is not self._now.weighed:
            self.leg.weigh(known.weights)
            self._show(weighed=known)

    def _cover(self) -> None:
        if self._live is not None:
            points = self._notes.catalog.totals().points
            embedded = min(self._live.vectors.count(), points)
            self.leg.cover(embedded, points)
            self._show(embedded=embedded, points=points)

    def _show(self, **values: object) -> None:
        with self._lock:
            self._now = replace(self._now, **values)  # type: ignore[arg-type]
