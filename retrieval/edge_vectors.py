"""The embedded index of dense vectors: Qdrant Edge, in this process.

Every search compares all vectors: at 100,000 of them that takes milliseconds, and no graph is
built, which would take seconds and find less.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Self
from uuid import UUID

import numpy as np
import qdrant_edge as edge

from retrieval.edge_folder import BATCH, EXCESS, EdgeFolder, only, open_shard, uuid_of
from retrieval.embedder import Matrix, Vector
from retrieval.folder_lock import FolderLock
from retrieval.index import Scored
from retrieval.room import Free, free_bytes, require_room

_DENSE = "dense"


class EdgeVectors(EdgeFolder):
    """A `retrieval.vector_index.VectorIndex` in a folder."""

    def __init__(
        self, opened: tuple[edge.EdgeShard, FolderLock], folder: Path, dimension: int, free: Free
    ) -> None:
        """Wrap an open shard and the lock of its folder; use `open`."""
        super().__init__(*opened, folder)
        self._dimension = dimension
        self._free = free

    @classmethod
    def open(cls, folder: Path, dimension: int, free: Free = free_bytes) -> Self:
        """Open the vectors in ``folder``; an empty or missing folder gets a new index.

        Args:
            folder: Where they lie.
            dimension: Components of a vector.
            free: Tells the room on the disk.

        Raises:
            IndexInUseError: Another process holds it.
            IndexDamagedError: It cannot be read, or was made for other vectors.
            IndexWithoutRoomError: The disk is nearly full.
        """
        require_room(folder, free)
        params = edge.EdgeVectorParams(size=dimension, distance=edge.Distance.Dot)
        described = {_DENSE: {"size": dimension, "distance": "Dot"}}
        opened = open_shard(
            folder,
            edge.EdgeConfig(vectors={_DENSE: params}),
            lambda dense, sparse: (dense, sparse) == (described, {}),
            free,
        )
        return cls(opened, folder, dimension, free)

    @property
    def dimension(self) -> int:
        """Components of its vectors."""
        return self._dimension

    def upsert(self, ids: Sequence[UUID], vectors: Matrix) -> None:
        """Add or replace the vector of each id; ``vectors`` has a row for each.

        Raises:
            IndexWithoutRoomError: The disk is nearly full; what was written before is kept.
        """
        rows = vectors.astype(np.float32, copy=False).tolist()
        points = [edge.Point(each, {_DENSE: row}) for each, row in zip(ids, rows, strict=True)]
        for start in range(0, len(points), BATCH):
            require_room(self._folder, self._free)
            self._upsert(points[start : start + BATCH])

    def remove(self, ids: Collection[UUID]) -> None:
        """Take vectors out; unknown ids are ignored.

        Raises:
            IndexWithoutRoomError: The disk is nearly full.
        """
        if ids:
            require_room(self._folder, self._free)
            super().remove(ids)

    def search(
        self, vector: Vector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points nearest to ``vector``; only those of ``within``, when it is given."""
        if limit < 1:
            return []
        query = edge.Query.Nearest(vector.astype(np.float32).tolist(), using=_DENSE)
        request = edge.QueryRequest(limit=limit + EXCESS, query=query, filter=only(within))
        with self._reading():
            found = [Scored(uuid_of(point.id), point.score) for point in self._shard.query(request)]
        found.sort(key=lambda scored: (-scored.score, scored.id))
        return found[:limit]

    def vectors(self, ids: Collection[UUID]) -> Mapping[UUID, Vector]:
        """Return the vectors of those of ``ids`` that are there."""
        return {
            uuid_of(record.id): np.asarray(record.vector[_DENSE], np.float32)
            for record in self._records(ids, with_payload=False)
            if isinstance(record.vector, dict) and _DENSE in record.vector  # else damaged
        }
