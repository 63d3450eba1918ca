"""The embedded lexical index: Qdrant Edge, in this process."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self
from uuid import UUID

import qdrant_edge as edge

from retrieval.chunk import kind_named
from retrieval.edge_folder import BATCH, EXCESS, EdgeFolder, only, open_shard, uuid_of
from retrieval.folder_lock import FolderLock
from retrieval.index import Point, Scored, SparseVector
from retrieval.room import Free, free_bytes

_LEXICAL = "lexical"
_VECTORS: tuple[object, object] = ({}, {_LEXICAL: {"modifier": "idf"}})
"""What the engine's own file says of the vectors of an index of ours."""


class EdgeIndex(EdgeFolder):
    """A `retrieval.index.ChunkIndex` in a folder."""

    def __init__(self, shard: edge.EdgeShard, held: FolderLock, folder: Path) -> None:
        """Wrap an open shard and the lock of its folder; use `open`."""
        super().__init__(shard, held, folder)
        self._rarity: dict[int, float] = {}

    @classmethod
    def open(cls, folder: Path, free: Free = free_bytes) -> Self:
        """Open the index in ``folder``; an empty or missing folder gets a new one.

        Args:
            folder: Where it lies.
            free: Tells the room on the disk, which a new one needs.

        Raises:
            IndexInUseError: Another process holds it.
            IndexDamagedError: It cannot be read, or was made for other vectors.
            IndexWithoutRoomError: The disk has no room for a new one.
        """
        shard, held = open_shard(folder, _configuration(), _is_ours, free)
        return cls(shard, held, folder)

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        with self._lock:
            self._rarity = {}
            for start in range(0, len(points), BATCH):
                self._upsert([_as_edge(point) for point in points[start : start + BATCH]])

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        with self._lock:
            self._rarity = {}
            super().remove(ids)

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points that share terms with ``vector``, among ``within`` when it is given."""
        if not vector.dimensions or limit < 1:
            return []
        query = edge.Query.Nearest(_sparse(vector), using=_LEXICAL)
        request = edge.QueryRequest(limit=limit + EXCESS, query=query, filter=only(within))
        with self._reading():
            found = [Scored(uuid_of(point.id), point.score) for point in self._shard.query(request)]
        found.sort(key=lambda scored: (-scored.score, scored.id))
        return [scored for scored in found if scored.score > 0][:limit]

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        """IDF of each dimension that at least one point has.

        Edge applies IDF itself and does not tell it; it is the score of a search for the one
        dimension, divided by the weight that the found point has there.
        """
        with self._lock:
            known = self._rarity
            unknown = [dimension for dimension in set(dimensions) if dimension not in known]
            if unknown:
                known.update(self._measured(unknown))
            return {each: known[each] for each in dimensions if known.get(each)}

    def _measured(self, dimensions: Sequence[int]) -> Iterator[tuple[int, float]]:
        requests = [
            edge.QueryRequest(
                limit=1,
                query=edge.Query.Nearest(edge.SparseVector([dimension], [1.0]), using=_LEXICAL),
                with_vector=True,
            )
            for dimension in dimensions
        ]
        with self._reading():
            replies = self._shard.query_batch(edge.QueryBatchRequest(requests))
        for dimension, reply in zip(dimensions, replies, strict=True):
            yield dimension, _idf(dimension, reply)

    def points(self, ids: Collection[UUID]) -> list[Point]:
        """Return those points of ``ids`` that are there, as they were written."""
        return [_as_point(record) for record in self._records(ids, with_payload=True)]


def _configuration() -> edge.EdgeConfig:
    params = edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
    return edge.EdgeConfig(sparse_vectors={_LEXICAL: params})


def _is_ours(vectors: object, sparse_vectors: object) -> bool:
    return (vectors, sparse_vectors) == _VECTORS


def _as_edge(point: Point) -> edge.Point:
    payload = {"kind": point.kind.value}
    return edge.Point(point.id, {_LEXICAL: _sparse(point.lexical)}, payload)


def _as_point(record: edge.Record) -> Point:
    vector = record.vector.get(_LEXICAL) if isinstance(record.vector, dict) else None
    lexical = SparseVector((), ())
    if isinstance(vector, edge.SparseVector):
        lexical = SparseVector(tuple(vector.indices), tuple(vector.values))
    return Point(uuid_of(record.id), kind_named((record.payload or {}).get("kind")), lexical)


def _sparse(vector: SparseVector) -> edge.SparseVector:
    return edge.SparseVector(list(vector.dimensions), list(vector.weights))


def _idf(dimension: int, reply: Sequence[edge.ScoredPoint]) -> float:
    """Return the IDF that the best point's score reveals; 0 when no point has the dimension."""
    vectors = reply[0].vector if reply else None
    vector = vectors.get(_LEXICAL) if isinstance(vectors, dict) else None
    if not isinstance(vector, edge.SparseVector):
        return 0.0
    weights = dict(zip(vector.indices, vector.values, strict=True))
    return reply[0].score / weights[dimension]
