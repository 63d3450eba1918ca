"""The lexical index on a Qdrant server, shared by several processes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Self
from uuid import UUID

from qdrant_client import models

from retrieval.chunk import kind_named
from retrieval.index import Point, Scored, SparseVector
from retrieval.server_collection import ServerCollection, client_of

_LEXICAL = "lexical"
_FILTERED = "kind"
"""Payload field that searches may filter on."""
_EMPTY = models.SparseVector(indices=[], values=[])
_MEASURED_AT_ONCE = 100


class ServerIndex(ServerCollection):
    """A `retrieval.index.ChunkIndex` in one collection of a Qdrant server.

    IDF is computed inside a shard, so the collection has one; replicas of it are the server's
    affair.
    """

    @classmethod
    def connect(cls, url: str, api_key: str, collection: str) -> Self:
        """Open ``collection`` on the server at ``url``; without a key when it is empty.

        Raises:
            IndexUnusableError: The server cannot be used, or the collection is not ours.
        """
        client, address = client_of(url, api_key)
        try:
            index = cls(client, collection, address)
            index._make_filterable()
        except BaseException:
            client.close()
            raise
        return index

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        self._upsert([_as_struct(point) for point in points])

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points that share terms with ``vector``, among ``within`` when it is given."""
        if not vector.dimensions or limit < 1:
            return []
        found = self._nearest(_sparse(vector), _LEXICAL, limit, within)
        return [scored for scored in found if scored.score > 0][:limit]

    def rarity(self, dimensions: Collection[int]) -> Mapping[int, float]:
        """IDF of each dimension that at least one point has.

        The server does not tell it; it is the score of a search for the one dimension, divided by
        the weight that the found point has there. Others may write meanwhile, so nothing is kept.
        """
        wanted, found = sorted(set(dimensions)), dict[int, float]()
        for start in range(0, len(wanted), _MEASURED_AT_ONCE):
            found.update(self._measured(wanted[start : start + _MEASURED_AT_ONCE]))
        return found

    def points(self, ids: Collection[UUID]) -> list[Point]:
        """Return those points of ``ids`` that are there, as they were written."""
        return [_as_point(each) for each in self._records(ids, _LEXICAL, with_payload=True)]

    def _create(self) -> None:
        lexical = models.SparseVectorParams(modifier=models.Modifier.IDF)
        self._client.create_collection(
            self._collection,
            vectors_config={},
            sparse_vectors_config={_LEXICAL: lexical},
            shard_number=1,
        )

    def _is_ours(self, params: models.CollectionParams) -> bool:
        lexical = (params.sparse_vectors or {}).get(_LEXICAL)
        return lexical is not None and lexical.modifier is models.Modifier.IDF

    def _make_filterable(self) -> None:
        with self._told():
            known = self._client.get_collection(self._collection).payload_schema
            if _FILTERED not in known:
                keyword = models.PayloadSchemaType.KEYWORD
                self._client.create_payload_index(self._collection, _FILTERED, keyword)

    def _measured(self, dimensions: Sequence[int]) -> Iterator[tuple[int, float]]:
        requests = [
            models.QueryRequest(
                query=models.SparseVector(indices=[dimension], values=[1.0]),
                using=_LEXICAL,
                limit=1,
                with_vector=[_LEXICAL],
            )
            for dimension in dimensions
        ]
        with self._told():
            replies = self._client.query_batch_points(self._collection, requests)
        for dimension, reply in zip(dimensions, replies, strict=True):
            if reply.points:
                yield dimension, reply.points[0].score / _weight(dimension, reply.points[0])


def _as_struct(point: Point) -> models.PointStruct:
    return models.PointStruct(
        id=str(point.id),
        vector={_LEXICAL: _sparse(point.lexical)},
        payload={"kind": point.kind.value},
    )


def _as_point(record: models.Record) -> Point:
    vector = _lexical(record)
    lexical = SparseVector(tuple(vector.indices), tuple(vector.values))
    return Point(UUID(str(record.id)), kind_named((record.payload or {}).get("kind")), lexical)


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.dimensions), values=list(vector.weights))


def _weight(dimension: int, point: models.ScoredPoint) -> float:
    vector = _lexical(point)
    return dict(zip(vector.indices, vector.values, strict=True)).get(dimension, 1.0)


def _lexical(point: models.Record | models.ScoredPoint) -> models.SparseVector:
    vector = point.vector.get(_LEXICAL) if isinstance(point.vector, dict) else None
    return vector if isinstance(vector, models.SparseVector) else _EMPTY
