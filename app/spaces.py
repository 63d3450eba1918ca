"""The vectors of the model that answers, and of the one that is to follow it."""

from collections.abc import Collection
from contextlib import suppress

from app.embedded import Models
from app.embedding_pass import EmbeddingPass, Notes
from app.vector_places import VectorPlaces
from app.weighing import Weighing
from retrieval.embedded_leg import EmbeddedLeg, Space
from retrieval.embedder import Embedder
from retrieval.failpoint import reach
from retrieval.index import IndexUnusableError

_IN_USE = "vectors.fingerprint"
"""State of the catalogue: fingerprint of the vectors that answer."""
_MODEL = "vectors.model"
"""State of the catalogue: name of their model."""


class Spaces:
    """Opens vectors as models are chosen; one thread at a time changes what is open."""

    def __init__(
        self, notes: Notes, places: VectorPlaces, models: Models, weighing: Weighing
    ) -> None:
        """Open the vectors of ``notes`` in ``places``, as ``models`` says."""
        self.leg = EmbeddedLeg()
        self.live: Space | None = None
        """The one that answers."""
        self.next: Space | None = None
        """The one that answers once it has all vectors; None when no other model was chosen."""
        self.damage = ""
        """Why vectors were set aside; empty when they were not, or are whole again."""
        self._notes = notes
        self._places = places
        self._models = models
        self._weighing = weighing

    def open(self) -> None:
        """Open the vectors of the model that is chosen; without one nothing is opened.

        When another one answered before, it goes on if it can still be used.

        Raises:
            EmbedderUnusableError: The model cannot be used.
            IndexUnusableError: The vectors cannot be opened.
        """
        chosen = self._models.chosen()
        if chosen is None:
            return
        state = self._notes.catalog.state
        before = state(_IN_USE)
        if before not in {None, chosen.fingerprint}:
            earlier = self._models.named(state(_MODEL) or "")
            if earlier is not None and earlier.fingerprint == before:
                self.next = self._opened(chosen)
                self._serve(self._opened(earlier))
                return
        self._serve(self._opened(chosen))
        self._remember(chosen)
        self.drop_leftovers()  # a program that was killed may have switched and no more

    def choose(self) -> None:
        """Follow the choice of a model; the one before answers until the new one is ready.

        Raises:
            EmbedderUnusableError: The model cannot be used; everything is as it was.
            IndexUnusableError: The vectors cannot be opened.
        """
        chosen = self._models.chosen()
        if chosen is None:
            self.close()
        elif self.live is None:
            self.open()
        else:
            self._close_next()
            if chosen.fingerprint != self.live.embedder.fingerprint:
                self.next = self._opened(chosen)

    def adopt(self) -> None:
        """Answer with the model that was to follow, and drop the vectors of the one before."""
        if self.next is None:
            return
        reach("before vector switch")
        space, self.next = self.next, None
        self._remember(space.embedder)
        reach("after vector switch")
        self._serve(space)
        self.leg.load()
        self.drop_leftovers()

    def fits(self, space: Space) -> Collection[str]:
        """Return the languages that the model of ``space`` is known to be made for."""
        return self._models.fits(space.embedder)

    def leftovers(self) -> list[str]:
        """Name vectors of models that nobody uses."""
        return [] if self.live is None else self._places.others(self._kept())

    def drop_leftovers(self) -> None:
        """Take away what `leftovers` names."""
        if self.live is not None:
            self._places.drop_others(self._kept())

    def close(self) -> None:
        """Let go of all vectors."""
        self.leg.close()
        self._close_next()
        self.live, self.damage = None, ""

    def _kept(self) -> set[str]:
        kept = {self._notes.catalog.state(_IN_USE) or ""}
        kept |= {space.embedder.fingerprint for space in (self.live, self.next) if space}
        return kept - {""}

    def _opened(self, embedder: Embedder) -> Space:
        opened = self._places.open(embedder.fingerprint, embedder.dimension)
        space = Space(embedder, opened.vectors)
        if opened.damage:
            self.damage = opened.damage
            EmbeddingPass(self._notes, space).unsettle()
        return space

    def _serve(self, space: Space) -> None:
        self.live = space
        self.leg.use(space, self._weighing.of(space.embedder.fingerprint).weights)

    def _remember(self, embedder: Embedder) -> None:
        catalog = self._notes.catalog
        if catalog.state(_IN_USE) != embedder.fingerprint:
            # In this order: a name that fits no fingerprint is seen to be another model's.
            catalog.remember(_MODEL, embedder.name)
            catalog.remember(_IN_USE, embedder.fingerprint)
            self._places.adopt(embedder.fingerprint)

    def _close_next(self) -> None:
        if self.next is not None:
            with suppress(IndexUnusableError):
                self.next.vectors.close()
        self.next = None
