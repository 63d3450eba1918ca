"""The measured weights of the semantic leg, as the catalogue remembers them."""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Protocol
from uuid import UUID

from app.generations import State
from ingest.lengths import figures
from retrieval.chunk import Chunk
from retrieval.embedded_leg import Space
from retrieval.index import ChunkIndex
from retrieval.known_items import queries
from retrieval.language import Language
from retrieval.lexical import LexicalEncoder
from retrieval.store import ChunkStore

_WEIGHTS = "vectors.weights"
"""State of the catalogue: what was measured, of which model, over how many points."""
_ENOUGH = 1_000
"""Points from which on it is worth measuring before all are embedded."""
_DRIFT = 0.2
"""Share of points by which the notes change before it is measured again."""


class WeighedNotes(State, ChunkStore, Protocol):
    """What weighing asks of the catalogue."""

    def chunks(self, points: Collection[UUID] | None = None) -> Iterable[Chunk]:
        """Return one live chunk of each point, or of those among ``points``."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageWeight:
    """What was measured for the questions of one language."""

    language: Language
    weight: float
    queries: int
    """Headings of the notes that were asked."""
    reworded: int
    """Headings in other words than their section's that were asked."""
    lexical: float
    """Mean reciprocal rank of the headings' sections by words alone."""
    fused: float
    """The same with the semantic leg."""
    reworded_lexical: float
    """Mean reciprocal rank where the heading is in other words, by words alone."""
    reworded_fused: float
    low: float
    """Bounds of the gain in other words, with 95 % confidence."""
    high: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was measured, and on what."""

    fingerprint: str
    points: int
    """Points that were embedded then."""
    languages: tuple[LanguageWeight, ...]

    @property
    def weights(self) -> dict[str, float]:
        """Weight by language."""
        return {each.language: each.weight for each in self.languages}


NOTHING_WEIGHED = Weighed("", 0, ())


class Weighing:
    """Measures how much the semantic leg counts, and remembers it."""

    def __init__(self, catalog: WeighedNotes, index: ChunkIndex) -> None:
        """Measure against lexical search in ``index`` over the notes of ``catalog``."""
        self._catalog = catalog
        self._index = index

    def of(self, fingerprint: str) -> Weighed:
        """Return what was measured of a model; nothing when it was not, or cannot be read."""
        stored = self._catalog.state(_WEIGHTS)
        try:
            values = json.loads(stored or "{}")
            languages = tuple(LanguageWeight(**each) for each in values["languages"])
            found = Weighed(str(values["fingerprint"]), int(values["points"]), languages)
        except (ValueError, KeyError, TypeError):
            return NOTHING_WEIGHED
        return found if found.fingerprint == fingerprint else NOTHING_WEIGHED

    def is_due(self, known: Weighed, embedded: int, *, whole: bool) -> bool:
        """Whether it is time to measure.

        Args:
            known: What was measured before.
            embedded: Points that are embedded now.
            whole: Whether those are all there are.
        """
        if not embedded:
            return False
        if not whole:
            return embedded >= max(_ENOUGH, 2 * known.points)
        return abs(embedded - known.points) > _DRIFT * known.points

    def measure(self, space: Space, fits: Collection[str], between: Callable[[], None]) -> Weighed:
        """Measure the leg over ``space`` and remember what came of it.

        Args:
            space: The vectors and their model, which may be some of the notes'.
            fits: Languages that the model is known to be made for.
            between: Called now and then; what it raises ends the measuring.
        """
        # A program without a model does without numpy.
        from retrieval.calibration import Legs, calibrate  # noqa: PLC0415

        embedded = space.vectors.ids()
        average = figures(self._catalog).average  # what the index was built with
        encoder = LexicalEncoder() if average is None else LexicalEncoder(average)
        legs = Legs(self._index, encoder, space.vectors, space.embedder, self._catalog)
        measured = calibrate(legs, queries(self._catalog.chunks(embedded)), fits, between)
        weighed = Weighed(
            space.embedder.fingerprint,
            len(embedded),
            tuple(
                LanguageWeight(language, **asdict(each))  # the fields have the same names
                for language, each in measured.items()
            ),
        )
        self._catalog.remember(_WEIGHTS, json.dumps(asdict(weighed)))
        return weighed
