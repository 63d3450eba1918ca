"""The semantic leg over embedded notes. What fails in it makes it silent, never a search fail."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from retrieval.embedder import Embedder, EmbedderUnusableError, Vector
from retrieval.in_use import InUse
from retrieval.index import IndexUnusableError, Scored
from retrieval.language import language_of
from retrieval.semantic import Coverage
from retrieval.vector_index import VectorIndex

_QUESTIONS = 256
"""Questions whose vectors are kept."""

Weights = Mapping[str, float]
"""How much the leg counts for a question, by its language."""


class _Encodes(Protocol):
    def __call__(self, text: str, /) -> Vector:
        """Return the vector of a question."""
        ...


@dataclass(frozen=True, slots=True)
class Space:
    """Vectors of one model, and the model."""

    embedder: Embedder
    vectors: VectorIndex
    encode: _Encodes = field(init=False)
    """The embedder's ``question``, which remembers."""

    def __post_init__(self) -> None:
        remembered = lru_cache(_QUESTIONS)(self.embedder.question)
        object.__setattr__(self, "encode", remembered)


class EmbeddedLeg:
    """A `retrieval.semantic.SemanticLeg`. It is silent until it has vectors and a loaded model."""

    def __init__(self) -> None:
        """Begin without vectors."""
        self._space: InUse[Space | None] = InUse(None)
        self._loaded: Space | None = None
        self._weights: Weights = {}
        self._coverage = Coverage("")
        self._silence = ""

    @property
    def coverage(self) -> Coverage:
        """How far the notes are embedded."""
        return self._coverage

    @property
    def silence(self) -> str:
        """Why the leg finds nothing now though it should; empty while it does."""
        return self._silence

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._loaded is not None

    def use(self, space: Space | None, weights: Weights) -> None:
        """Search ``space`` from now on; the vectors before are closed once no search is in them."""
        self._loaded = None
        self._weights = weights
        self._silence = ""
        self._coverage = Coverage("" if space is None else space.embedder.name)
        before = self._space.switch(space)
        if before is not None:
            with suppress(IndexUnusableError):
                before.vectors.close()

    def weigh(self, weights: Weights) -> None:
        """Count for so much from now on."""
        self._weights = weights

    def cover(self, embedded: int, points: int) -> None:
        """Say how far the notes are embedded."""
        self._coverage = replace(self._coverage, embedded=embedded, points=points)

    def load(self) -> bool:
        """Load the model, which may take seconds; False when that fails or there is none."""
        with self._space.now() as space:
            if space is None:
                return False
            try:
                space.encode("")
            except EmbedderUnusableError as error:
                self._silence = str(error)
                return False
            self._silence = ""
            self._loaded = space
            return True

    def measured(self, text: str) -> float:
        """Return how much the leg counts for such a question once the model is loaded."""
        covered = self._coverage
        share = min(1.0, covered.embedded / covered.points) if covered.points else 0.0
        return self._weights.get(language_of(text), 0.0) * share

    def weight(self, text: str) -> float:
        """Return how much the leg counts beside the lexical one for such a question, in 0..1."""
        return self.measured(text) if self.ready else 0.0

    def search(self, text: str, limit: int, within: Collection[UUID] | None = None) -> list[Scored]:
        """Return the nearest points, best first; none when the leg cannot answer now."""
        with self._space.now() as space:
            if space is None or space is not self._loaded:
                return []
            try:
                found = space.vectors.search(space.encode(text), limit, within)
            except (EmbedderUnusableError, IndexUnusableError) as error:
                self._silence = str(error)
                return []
            self._silence = ""
            return found

    def close(self) -> None:
        """Close the vectors."""
        self.use(None, {})
