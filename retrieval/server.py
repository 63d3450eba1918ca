"""The index on a Qdrant server, shared by several processes. The only door to `qdrant_client`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self
from uuid import UUID

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from retrieval.address import host_of
from retrieval.chunk import kind_named
from retrieval.index import (
    ForeignCollectionError,
    IndexKeyRefusedError,
    IndexRequestFailedError,
    IndexUnreachableError,
    Point,
    Scored,
    SparseVector,
)

_LEXICAL = "lexical"
_FILTERED = "kind"
"""Payload field that searches may filter on."""
_EMPTY = models.SparseVector(indices=[], values=[])
_BATCH = 500
_MEASURED_AT_ONCE = 100
_PAGE = 5_000
_EXCESS = 20
"""Points asked for beyond the limit, so that equal scores at its edge are ordered by id."""
_TIMEOUT_S, _REFUSED, _CONFLICT = 30, (401, 403), 409


class ServerIndex:
    """A `retrieval.index.ChunkIndex` in one collection of a Qdrant server.

    The server's log makes a change durable before `upsert` or `remove` returns. IDF is computed
    inside a shard, so the collection has one; replicas of it are the server's affair.
    """

    def __init__(self, client: QdrantClient, collection: str, address: str = "memory") -> None:
        """Use ``collection``, which is made when it is not there.

        Args:
            client: A client of the server; it is closed with the index.
            collection: Its name, or an alias of it.
            address: The server as errors name it.

        Raises:
            IndexUnusableError: The server cannot be used, or the collection is not ours.
        """
        self._client = client
        self._collection = collection
        self._address = address
        with self._told():
            self._prepare()

    @classmethod
    def connect(cls, url: str, api_key: str, collection: str) -> Self:
        """Open ``collection`` on the server at ``url``; without a key when it is empty.

        Raises:
            IndexUnusableError: The server cannot be used, or the collection is not ours.
        """
        address, key = host_of(url), api_key.strip()
        if not (key.isascii() and key.isprintable()):
            raise IndexKeyRefusedError(address)
        try:
            client = QdrantClient(
                url=url,
                # Given as `api_key` it warns on stderr, on loopback too.
                headers={"api-key": key} if key else {},
                timeout=_TIMEOUT_S,
                check_compatibility=False,
                trust_env=False,
            )
        except ValueError as error:
            raise IndexUnreachableError(address, f"the address is not usable: {error}") from None
        try:
            index = cls(client, collection, address)
            index._make_filterable()
        except BaseException:
            client.close()
            raise
        return index

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        for start in range(0, len(points), _BATCH):
            batch = [_as_struct(point) for point in points[start : start + _BATCH]]
            with self._told():
                self._client.upsert(self._collection, batch, wait=True)

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        unwanted: list[models.ExtendedPointId] = [str(identifier) for identifier in ids]
        for start in range(0, len(unwanted), _PAGE):
            selected = models.PointIdsList(points=unwanted[start : start + _PAGE])
            with self._told():
                self._client.delete(self._collection, selected, wait=True)

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points that share terms with ``vector``, among ``within`` when it is given."""
        if not vector.dimensions or limit < 1:
            return []
        with self._told():
            reply = self._client.query_points(
                self._collection,
                query=_sparse(vector),
                using=_LEXICAL,
                query_filter=_only(within),
                limit=limit + _EXCESS,
                with_payload=False,
            )
        found = [Scored(UUID(str(point.id)), point.score) for point in reply.points]
        found.sort(key=lambda scored: (-scored.score, scored.id))
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

    def ids(self) -> set[UUID]:
        """Return the ids of all points."""
        found, offset = set[UUID](), None
        while True:
            with self._told():
                records, offset = self._client.scroll(
                    self._collection, limit=_PAGE, offset=offset, with_payload=False
                )
            found.update(UUID(str(record.id)) for record in records)
            if offset is None:
                return found

    def points(self, ids: Collection[UUID]) -> list[Point]:
        """Return those points of ``ids`` that are there, as they were written."""
        wanted, found = [str(identifier) for identifier in ids], list[Point]()
        for start in range(0, len(wanted), _BATCH):
            with self._told():
                records = self._client.retrieve(
                    self._collection,
                    wanted[start : start + _BATCH],
                    with_payload=True,
                    with_vectors=[_LEXICAL],
                )
            found.extend(map(_as_point, records))
        return found

    def count(self) -> int:
        """Return the number of points."""
        with self._told():
            return self._client.count(self._collection, exact=True).count

    def target(self) -> str | None:
        """Return the collection that this one's name is an alias of, None when it is none."""
        with self._told():
            aliases = self._client.get_aliases().aliases
        leading = {each.alias_name: each.collection_name for each in aliases}
        return leading.get(self._collection)

    def take_alias(self, alias: str) -> None:
        """Have ``alias`` lead here at once, wherever it led before, and use that name."""
        created = models.CreateAlias(collection_name=self._collection, alias_name=alias)
        gone = models.DeleteAlias(alias_name=alias)
        with self._told():
            # A server does both as one; an alias that is not there is no error.
            deletion = models.DeleteAliasOperation(delete_alias=gone)
            creation = models.CreateAliasOperation(create_alias=created)
            self._client.update_collection_aliases([deletion, creation])
        self._collection = alias

    def delete(self, collection: str) -> None:
        """Take another collection of the server away."""
        with self._told():
            self._client.delete_collection(collection)

    def flush(self) -> None:
        """Do nothing: the server has written every change to its log."""

    def close(self) -> None:
        """Release the connection; the collection stays."""
        self._client.close()

    def __enter__(self) -> Self:
        """Return the open index."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the index."""
        self.close()

    def _prepare(self) -> None:
        """Make the collection, or see that the one there is ours."""
        if not self._client.collection_exists(self._collection):
            self._create()
        params = self._client.get_collection(self._collection).config.params
        lexical = (params.sparse_vectors or {}).get(_LEXICAL)
        if lexical is None or lexical.modifier is not models.Modifier.IDF:
            raise ForeignCollectionError(self._address, self._collection)

    def _create(self) -> None:
        lexical = models.SparseVectorParams(modifier=models.Modifier.IDF)
        try:
            self._client.create_collection(
                self._collection,
                vectors_config={},
                sparse_vectors_config={_LEXICAL: lexical},
                shard_number=1,
            )
        except UnexpectedResponse as error:
            # Another process was faster.
            if error.status_code != _CONFLICT:
                raise

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

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell the client's errors as ours, none of which holds the key."""
        try:
            yield
        except UnexpectedResponse as error:
            if error.status_code in _REFUSED:
                raise IndexKeyRefusedError(self._address) from error
            reason = f"it answers {error.status_code} {error.reason_phrase}".rstrip()
            raise IndexRequestFailedError(self._address, reason) from error
        except ResourceExhaustedResponse as error:
            raise IndexRequestFailedError(self._address, "it is overloaded") from error
        except (ResponseHandlingException, ValueError) as error:
            source = getattr(error, "source", error)
            if isinstance(source, httpx.HTTPError):
                reason = str(source) or type(source).__name__
                raise IndexUnreachableError(self._address, reason) from error
            reason = f"its answer cannot be read: {type(source).__name__}"
            raise IndexRequestFailedError(self._address, reason) from error


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


def _only(within: Collection[UUID] | None) -> models.Filter | None:
    if within is None:
        return None
    wanted: list[models.ExtendedPointId] = [str(identifier) for identifier in within]
    return models.Filter(must=[models.HasIdCondition(has_id=wanted)])


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.dimensions), values=list(vector.weights))


def _weight(dimension: int, point: models.ScoredPoint) -> float:
    vector = _lexical(point)
    return dict(zip(vector.indices, vector.values, strict=True)).get(dimension, 1.0)


def _lexical(point: models.Record | models.ScoredPoint) -> models.SparseVector:
    vector = point.vector.get(_LEXICAL) if isinstance(point.vector, dict) else None
    return vector if isinstance(vector, models.SparseVector) else _EMPTY
