"""The contract of a vector index; `tests/contracts` tries every implementation on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from retrieval.chunk import Kind


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Weights of the terms of a text; ``dimensions`` are distinct and ascending."""

    dimensions: tuple[int, ...]
    """Term numbers in 0..2**32-1."""
    weights: tuple[float, ...]
    """One positive weight per dimension."""


@dataclass(frozen=True, slots=True)
class Point:
    """A text as the index knows it: its vectors and the few fields it filters on.

    Chunks of any notes that say the same share one point.
    """

    id: UUID
    """`retrieval.chunk.Chunk.point` of its chunks."""
    kind: Kind
    lexical: SparseVector


@dataclass(frozen=True, slots=True)
class Scored:
    """A point's id with the score the index gave it; higher is better."""

    id: UUID
    score: float


class PointIndex(Protocol):
    """What every index of points does, whatever it knows of them."""

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        ...

    def ids(self) -> set[UUID]:
        """Return the ids of all points."""
        ...

    def count(self) -> int:
        """Return the number of points."""
        ...

    def flush(self) -> None:
        """Make earlier changes durable."""
        ...

    def close(self) -> None:
        """Release the index; further calls are errors."""
        ...

    def __enter__(self) -> Self:
        """Return the open index."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the index."""
        ...


class ChunkIndex(PointIndex, Protocol):
    """Maps vectors to the ids of points. It owns no fact and can be rebuilt from the catalogue.

    Rules every implementation keeps:

    - ``upsert`` of a known id replaces its point; of the same points again changes nothing.
    - What ``upsert`` or ``remove`` returned from is seen by the next ``search``, from any thread.
    - ``flush`` makes every earlier change survive a crash of the process.
    - ``search`` returns at most ``limit`` points, best first, none with a score of 0, and
      equal scores in the same order each time. An empty vector finds nothing.
    - The lexical score is the sum over shared dimensions of query weight × point weight × IDF,
      with IDF = ln(1 + (N - n + 0.5) / (n + 0.5)), over all points of the index; points removed
      since it was last compacted may still be counted in N and n.
    - Any method may be called from any thread. An index in a folder refuses a second process
      with `IndexInUseError`; one on a server takes several.
    - What the index cannot do now is an `IndexUnusableError`.
    """

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        ...

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points that share terms with ``vector``, among ``within`` when it is given."""
        ...

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        """IDF of each dimension that at least one point has; the others are left out."""
        ...

    def points(self, ids: Collection[UUID]) -> list[Point]:
        """Return those points of ``ids`` that are there, in any order, as they were written.

        Weights come back in single precision.
        """
        ...


class IndexUnusableError(RuntimeError):
    """The index cannot be used now; each kind says why and what to do."""


class IndexInUseError(IndexUnusableError):
    """Another process holds the index."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The index in {folder} is held by another process. "
            "Stop that process, or let it do the work: commands talk to a running server."
        )


class IndexDamagedError(IndexUnusableError):
    """The index cannot be read; it is rebuilt from the catalogue."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            f"The index in {folder} cannot be read ({reason}). "
            "Nothing is lost: `footnote doctor --fix` rebuilds it from the catalogue."
        )
        self.reason = reason


class IndexWithoutRoomError(IndexUnusableError):
    """The disk is nearly full, and an index that is written then could end the program."""

    def __init__(self, folder: str, needed: int, free: int) -> None:
        super().__init__(
            f"The disk of {folder} has {free / 2**20:.0f} MB left, and an index is written there "
            f"only while {needed / 2**20:.0f} MB are free. Free some space, then sync again or "
            "start the program again; until then what is indexed by words is searched."
        )


class IndexUnreachableError(IndexUnusableError):
    """The server of the index does not answer."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The Qdrant server at {address} cannot be reached ({reason}). Start it, or set "
            "FOOTNOTE_QDRANT_URL to its address; without that setting the index lies in the home."
        )


class IndexKeyRefusedError(IndexUnusableError):
    """The server of the index does not accept the key."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The Qdrant server at {address} refuses the key. "
            "Set FOOTNOTE_QDRANT_API_KEY to one that may read and write."
        )


class IndexRequestFailedError(IndexUnusableError):
    """The server of the index answers with an error, or as no Qdrant server does."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The Qdrant server at {address} could not do what was asked ({reason}). "
            "Its log says more; check that FOOTNOTE_QDRANT_URL leads to a Qdrant server."
        )


class ForeignCollectionError(IndexUnusableError):
    """The collection on the server holds something else."""

    def __init__(self, address: str, collection: str) -> None:
        super().__init__(
            f"The collection {collection} of the Qdrant server at {address} was not made by "
            "Footnote. Rename or remove it there, or use another server."
        )
