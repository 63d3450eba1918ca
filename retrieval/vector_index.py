"""The contract of an index of dense vectors; `tests/contracts` tries every implementation on it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from retrieval.embedder import Matrix, Vector
from retrieval.index import PointIndex, Scored


class VectorIndex(PointIndex, Protocol):
    """Maps the vectors of one model to the ids of points. It owns no fact.

    It lies beside the `retrieval.index.ChunkIndex` and may hold fewer points than that one: those
    whose texts are embedded already. Points are keyed by their text, so a vector stays true for
    as long as the point lives.

    Rules every implementation keeps:

    - ``upsert`` of a known id replaces its vector; of the same again changes nothing.
    - What ``upsert`` or ``remove`` returned from is seen by the next ``search``, from any thread.
    - ``flush`` makes every earlier change survive a crash of the process.
    - ``search`` returns at most ``limit`` points, best first, by the dot product of vectors of
      length 1; equal scores come in the same order each time.
    - Any method may be called from any thread.
    - What the index cannot do now is an `retrieval.index.IndexUnusableError`.
    """

    @property
    def dimension(self) -> int:
        """Components of its vectors."""
        ...

    def upsert(self, ids: Sequence[UUID], vectors: Matrix) -> None:
        """Add or replace the vector of each id; ``vectors`` has a row for each."""
        ...

    def search(
        self, vector: Vector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points nearest to ``vector``; only those of ``within``, when it is given."""
        ...

    def vectors(self, ids: Collection[UUID]) -> Mapping[UUID, Vector]:
        """Return the vectors of those of ``ids`` that are there."""
        ...
