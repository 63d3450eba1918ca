"""The index of dense vectors on a Qdrant server, shared by several processes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Self
from uuid import UUID

import numpy as np
from qdrant_client import QdrantClient, models

from retrieval.embedder import Matrix, Vector
from retrieval.index import Scored
from retrieval.server_collection import ServerCollection, client_of

_DENSE = "dense"
_COMPARED_WHOLE = 100_000
"""Vectors up to which a search compares all of them; with more the server builds a graph."""
_BYTES = 4
"""Of a component."""


class ServerVectors(ServerCollection):
    """A `retrieval.vector_index.VectorIndex` in one collection of a Qdrant server."""

    def __init__(
        self, client: QdrantClient, collection: str, dimension: int, address: str = "memory"
    ) -> None:
        """Use ``collection``, which is made when it is not there.

        Args:
            client: A client of the server; it is closed with the index.
            collection: Its name.
            dimension: Components of a vector.
            address: The server as errors name it.

        Raises:
            IndexUnusableError: The server cannot be used, or the collection is not ours.
        """
        self._dimension = dimension
        super().__init__(client, collection, address)

    @classmethod
    def connect(cls, url: str, api_key: str, collection: str, dimension: int) -> Self:
        """Open ``collection`` on the server at ``url``; without a key when it is empty.

        Raises:
            IndexUnusableError: The server cannot be used, or the collection is not ours.
        """
        client, address = client_of(url, api_key)
        try:
            return cls(client, collection, dimension, address)
        except BaseException:
            client.close()
            raise

    @property
    def dimension(self) -> int:
        """Components of its vectors."""
        return self._dimension

    def upsert(self, ids: Sequence[UUID], vectors: Matrix) -> None:
        """Add or replace the vector of each id; ``vectors`` has a row for each."""
        rows = vectors.astype(np.float32, copy=False).tolist()
        self._upsert(
            [
                models.PointStruct(id=str(identifier), vector={_DENSE: row})
                for identifier, row in zip(ids, rows, strict=True)
            ]
        )

    def search(
        self, vector: Vector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points nearest to ``vector``; only those of ``within``, when it is given."""
        if limit < 1:
            return []
        return self._nearest(vector.astype(np.float32).tolist(), _DENSE, limit, within)[:limit]

    def vectors(self, ids: Collection[UUID]) -> Mapping[UUID, Vector]:
        """Return the vectors of those of ``ids`` that are there."""
        return {
            UUID(str(record.id)): np.asarray(record.vector[_DENSE], np.float32)
            for record in self._records(ids, _DENSE, with_payload=False)
            if isinstance(record.vector, dict)
        }

    def _create(self) -> None:
        whole_kib = _COMPARED_WHOLE * self._dimension * _BYTES // 1024
        self._client.create_collection(
            self._collection,
            vectors_config={
                _DENSE: models.VectorParams(size=self._dimension, distance=models.Distance.DOT)
            },
            optimizers_config=models.OptimizersConfigDiff(indexing_threshold=whole_kib),
        )

    def _is_ours(self, params: models.CollectionParams) -> bool:
        dense = params.vectors.get(_DENSE) if isinstance(params.vectors, dict) else None
        return (
            dense is not None
            and dense.size == self._dimension
            and dense.distance is models.Distance.DOT
        )
