"""One pass over the notes: every live point gets a vector, and no other keeps one."""

import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.generations import State
from ingest.catalog import Totals
from retrieval.chunk import Chunk
from retrieval.embedded_leg import Space
from retrieval.failpoint import reach
from retrieval.vector_index import VectorIndex

_SETTLED = "vectors.settled"
"""State of the catalogue: digest of the model and the points that are all embedded."""
_REMOVED_AT_ONCE = 1_000
_FIRST_BATCH, _LARGEST_BATCH = 16, 2_048
_NICENESS = 10
_BATCH_S = (0.4, 1.2)
"""Seconds that a batch takes; smaller ones are made larger, larger ones smaller."""


Newest = Callable[[], Sequence[UUID]]


class EmbeddedNotes(State, Protocol):
    """What embedding asks of the catalogue."""

    def live_points(self, points: Collection[UUID] | None = None) -> set[UUID]:
        """Return the points that have a chunk."""
        ...

    def chunks(self, points: Collection[UUID] | None = None) -> Iterable[Chunk]:
        """Return one live chunk of each point, or of those among ``points``."""
        ...

    def totals(self) -> Totals:
        """Return how much is live."""
        ...


@dataclass(frozen=True, slots=True)
class Notes:
    """What is embedded."""

    catalog: EmbeddedNotes
    newest: Newest
    """Gives the live points, those of the newest notes first."""


class EmbeddingPass:
    """Makes the vectors of one model follow the catalogue. Every step may be done again."""

    def __init__(self, notes: Notes, space: Space) -> None:
        """Embed ``notes`` into ``space``."""
        self._catalog = notes.catalog
        self._newest = notes.newest
        self._space = space

    @property
    def vectors(self) -> VectorIndex:
        """Where the vectors are."""
        return self._space.vectors

    def surplus(self) -> set[UUID]:
        """Return the vectors whose point is gone."""
        return self._space.vectors.ids() - self._catalog.live_points()

    def lacking(self) -> list[UUID]:
        """Return the points without a vector, those of the newest notes first."""
        have = self._space.vectors.ids()
        return [point for point in self._newest() if point not in have]

    def remove(self, points: Collection[UUID]) -> None:
        """Take vectors out."""
        unwanted = list(points)
        for start in range(0, len(unwanted), _REMOVED_AT_ONCE):
            self._space.vectors.remove(unwanted[start : start + _REMOVED_AT_ONCE])
        reach("after vectors removed")

    def embed(self, points: Sequence[UUID]) -> Iterator[int]:
        """Embed points a batch at a time, and yield how many each batch held."""
        size, done = _FIRST_BATCH, 0
        while done < len(points):
            begun = time.monotonic()
            batch = points[done : done + size]
            chunks = list(self._catalog.chunks(batch))  # a sync may have taken some out
            vectors = self._space.embedder.passages([chunk.indexed_text for chunk in chunks])
            reach("before vectors")
            self._space.vectors.upsert([chunk.point for chunk in chunks], vectors)
            reach("after vectors")
            done += len(batch)
            yield len(batch)
            size = _next_size(size, time.monotonic() - begun)

    def settle(self) -> None:
        """Make the vectors durable, and remember that no point lacks one."""
        self._space.vectors.flush()
        self._catalog.remember(_SETTLED, self._digest())
        reach("after settled")

    @property
    def is_settled(self) -> bool:
        """Whether the points that there are now were all said to be embedded."""
        return self._catalog.state(_SETTLED) == self._digest()

    def unsettle(self) -> None:
        """Forget that all points were embedded."""
        if self._catalog.state(_SETTLED):
            self._catalog.remember(_SETTLED, "")

    def _digest(self) -> str:
        digest = hashlib.sha256(self._space.embedder.fingerprint.encode())
        for point in sorted(self._catalog.live_points()):
            digest.update(point.bytes)
        return digest.hexdigest()


def _next_size(size: int, seconds: float) -> int:
    quickest, slowest = _BATCH_S
    if seconds < quickest:
        return min(2 * size, _LARGEST_BATCH)
    return max(size // 2, _FIRST_BATCH // 2) if seconds > slowest else size


def step_back() -> None:
    """Let every other thread come first where the system knows how; those it starts follow it."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
