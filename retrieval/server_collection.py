"""A Qdrant server and its collections, shared by several processes; their kinds are the indexes."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self
from uuid import UUID

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from retrieval.address import host_of
from retrieval.index import (
    ForeignCollectionError,
    IndexKeyRefusedError,
    IndexRequestFailedError,
    IndexUnreachableError,
    Scored,
)

BATCH = 500
EXCESS = 20
"""Points asked for beyond the limit, so that equal scores at its edge are ordered by id."""
_PAGE = 5_000
_TIMEOUT_S, _REFUSED, _CONFLICT = 30, (401, 403), 409


class ServerConnection:
    """A Qdrant server, whatever collections it has."""

    def __init__(self, client: QdrantClient, address: str = "memory") -> None:
        """Talk through ``client``, which is closed with this; errors name ``address``."""
        self._client = client
        self._address = address

    def names(self, beginning: str) -> list[str]:
        """Return the names of the collections that begin so."""
        with self._told():
            collections = self._client.get_collections().collections
        return sorted(each.name for each in collections if each.name.startswith(beginning))

    def lead(self, alias: str, collection: str) -> None:
        """Have ``alias`` lead to ``collection`` at once, wherever it led before."""
        created = models.CreateAlias(collection_name=collection, alias_name=alias)
        gone = models.DeleteAlias(alias_name=alias)
        with self._told():
            # A server does both as one; an alias that is not there is no error.
            deletion = models.DeleteAliasOperation(delete_alias=gone)
            creation = models.CreateAliasOperation(create_alias=created)
            self._client.update_collection_aliases([deletion, creation])

    def delete(self, collection: str) -> None:
        """Take a collection of the server away."""
        with self._told():
            self._client.delete_collection(collection)

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


class ServerCollection(ServerConnection, ABC):
    """What all indexes on a server do alike.

    The server's log makes a change durable before a call that changes something returns.
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
        super().__init__(client, address)
        self._collection = collection
        with self._told():
            self._prepare()

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        unwanted: list[models.ExtendedPointId] = [str(identifier) for identifier in ids]
        for start in range(0, len(unwanted), _PAGE):
            selected = models.PointIdsList(points=unwanted[start : start + _PAGE])
            with self._told():
                self._client.delete(self._collection, selected, wait=True)

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
        self.lead(alias, self._collection)
        self._collection = alias

    def flush(self) -> None:
        """Do nothing: the server has written every change to its log."""

    def _prepare(self) -> None:
        """Make the collection, or see that the one there is ours."""
        if not self._client.collection_exists(self._collection):
            try:
                self._create()
            except UnexpectedResponse as error:
                # Another process was faster.
                if error.status_code != _CONFLICT:
                    raise
        if not self._is_ours(self._client.get_collection(self._collection).config.params):
            raise ForeignCollectionError(self._address, self._collection)

    @abstractmethod
    def _create(self) -> None:
        """Make the collection."""
        ...

    @abstractmethod
    def _is_ours(self, params: models.CollectionParams) -> bool:
        """Whether a collection holds such vectors."""
        ...

    def _upsert(self, points: list[models.PointStruct]) -> None:
        for start in range(0, len(points), BATCH):
            with self._told():
                self._client.upsert(self._collection, points[start : start + BATCH], wait=True)

    def _nearest(
        self,
        query: models.SparseVector | list[float],
        using: str,
        limit: int,
        within: Collection[UUID] | None,
    ) -> list[Scored]:
        """Return the best points, more than ``limit``, with equal scores ordered by id."""
        with self._told():
            reply = self._client.query_points(
                self._collection,
                query=query,
                using=using,
                query_filter=_only(within),
                limit=limit + EXCESS,
                with_payload=False,
            )
        found = [Scored(UUID(str(point.id)), point.score) for point in reply.points]
        found.sort(key=lambda scored: (-scored.score, scored.id))
        return found

    def _records(
        self, ids: Collection[UUID], vector: str, *, with_payload: bool
    ) -> Iterator[models.Record]:
        """Yield those points of ``ids`` that are there, with one of their vectors."""
        wanted = [str(identifier) for identifier in ids]
        for start in range(0, len(wanted), BATCH):
            with self._told():
                records = self._client.retrieve(
                    self._collection,
                    wanted[start : start + BATCH],
                    with_payload=with_payload,
                    with_vectors=[vector],
                )
            yield from records


def client_of(url: str, api_key: str) -> tuple[QdrantClient, str]:
    """Return a client of the server at ``url``, and the server as errors name it.

    Raises:
        IndexUnusableError: Address or key cannot be used.
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
    return client, address


def _only(within: Collection[UUID] | None) -> models.Filter | None:
    if within is None:
        return None
    wanted: list[models.ExtendedPointId] = [str(identifier) for identifier in within]
    return models.Filter(must=[models.HasIdCondition(has_id=wanted)])
