"""The embedded index: Qdrant Edge, in this process. The only door to `qdrant_edge`."""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self
from uuid import UUID

import qdrant_edge as edge

from retrieval.chunk import kind_named
from retrieval.folder_lock import FolderLock
from retrieval.index import IndexDamagedError, IndexInUseError, Point, Scored, SparseVector

_LEXICAL = "lexical"
_VECTORS: tuple[object, object] = ({}, {_LEXICAL: {"modifier": "idf"}})
"""What the engine's own file says of the vectors of an index of ours."""
_BATCH = 500
_PAGE = 5_000
_EXCESS = 20
"""Points asked for beyond the limit, so that equal scores at its edge are ordered by id."""


class EdgeIndex:
    """A `retrieval.index.ChunkIndex` in a folder."""

    def __init__(self, shard: edge.EdgeShard, held: FolderLock, folder: Path) -> None:
        """Wrap an open shard and the lock of its folder; use `open`."""
        self._shard = shard
        self._held = held
        self._folder = folder
        self._lock = RLock()
        self._rarity: dict[int, float] = {}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the index in ``folder``; an empty or missing folder gets a new one.

        Raises:
            IndexInUseError: Another process holds it.
            IndexDamagedError: It cannot be read, or was made for other vectors.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The engine refuses a second process too, but only after it has cut the journals of the
        # first one, whose next flush then fails. So it must not even try.
        try:
            held = FolderLock.take(folder)
        except BlockingIOError as error:
            raise IndexInUseError(str(folder)) from error
        try:
            with _told(folder):
                return cls(_shard(folder), held, folder)
        except BaseException:
            held.free()
            raise

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        with self._lock, _told(self._folder):
            self._rarity = {}
            for start in range(0, len(points), _BATCH):
                batch = [_as_edge(point) for point in points[start : start + _BATCH]]
                self._shard.update(edge.UpdateOperation.upsert_points(batch))

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        if not ids:
            return
        with self._lock, _told(self._folder):
            self._rarity = {}
            self._shard.update(edge.UpdateOperation.delete_points(list(ids)))

    def search(
        self, vector: SparseVector, limit: int, within: Collection[UUID] | None = None
    ) -> list[Scored]:
        """Find the points that share terms with ``vector``, among ``within`` when it is given."""
        if not vector.dimensions or limit < 1:
            return []
        query = edge.Query.Nearest(_sparse(vector), using=_LEXICAL)
        request = edge.QueryRequest(limit=limit + _EXCESS, query=query, filter=_only(within))
        with _told(self._folder):
            found = [Scored(_uuid(point.id), point.score) for point in self._shard.query(request)]
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
        with _told(self._folder):
            replies = self._shard.query_batch(edge.QueryBatchRequest(requests))
        for dimension, reply in zip(dimensions, replies, strict=True):
            yield dimension, _idf(dimension, reply)

    def ids(self) -> set[UUID]:
        """Return the ids of all points."""
        found: set[UUID] = set()
        offset: int | UUID | str | None = None
        while True:
            request = edge.ScrollRequest(
                offset=offset, limit=_PAGE, with_payload=False, with_vector=False
            )
            with _told(self._folder):
                records, offset = self._shard.scroll(request)
            found.update(_uuid(record.id) for record in records)
            if offset is None:
                return found

    def points(self, ids: Collection[UUID]) -> list[Point]:
        """Return those points of ``ids`` that are there, as they were written."""
        wanted, found = list(ids), list[Point]()
        for start in range(0, len(wanted), _BATCH):
            with _told(self._folder):
                batch: list[int | UUID | str] = [*wanted[start : start + _BATCH]]
                records = self._shard.retrieve(batch, with_payload=True, with_vector=True)
            found.extend(map(_as_point, records))
        return found

    def count(self) -> int:
        """Return the number of points."""
        with _told(self._folder):
            return self._shard.count(edge.CountRequest(exact=True))

    def flush(self) -> None:
        """Make earlier changes durable."""
        with self._lock, _told(self._folder):
            self._shard.flush()

    def close(self) -> None:
        """Release the index."""
        with self._lock:
            try:
                with _told(self._folder):
                    self._shard.close()
            finally:
                self._held.free()

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
def _told(folder: Path) -> Iterator[None]:
    """Tell the binding's errors, which are bare, and its panics, which are no `Exception`."""
    try:
        yield
    except BaseException as error:
        if not _is_of_the_binding(error):
            raise
        if "WouldBlock" in str(error):
            raise IndexInUseError(str(folder)) from error
        raise IndexDamagedError(str(folder), str(error)) from error


def _is_of_the_binding(error: BaseException) -> bool:
    return type(error) is Exception or type(error).__module__.startswith("pyo3")


def _shard(folder: Path) -> edge.EdgeShard:
    if not any(folder.iterdir()):
        _create(folder)
    shard = edge.EdgeShard.load(str(folder))
    if _vectors_of(folder) != _VECTORS:
        shard.close()
        raise IndexDamagedError(str(folder), "it was made for other vectors")
    return shard


def _vectors_of(folder: Path) -> tuple[object, object]:
    """Return how the engine describes the vectors of an index that it has loaded."""
    described = json.loads((folder / "edge_config.json").read_text(encoding="utf-8"))
    return described.get("vectors"), described.get("sparse_vectors")


def _configuration() -> edge.EdgeConfig:
    params = edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
    return edge.EdgeConfig(sparse_vectors={_LEXICAL: params})


def _create(folder: Path) -> None:
    """Make an index in the place of an empty folder.

    It is made beside and moved: one that a crash left half made could never be read.
    """
    draft = folder.with_name(f"{folder.name}.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    edge.EdgeShard.create(str(draft), _configuration()).close()
    folder.rmdir()
    draft.rename(folder)


def _as_edge(point: Point) -> edge.Point:
    payload = {"kind": point.kind.value}
    return edge.Point(point.id, {_LEXICAL: _sparse(point.lexical)}, payload)


def _as_point(record: edge.Record) -> Point:
    vector = record.vector.get(_LEXICAL) if isinstance(record.vector, dict) else None
    lexical = SparseVector((), ())
    if isinstance(vector, edge.SparseVector):
        lexical = SparseVector(tuple(vector.indices), tuple(vector.values))
    return Point(_uuid(record.id), kind_named((record.payload or {}).get("kind")), lexical)


def _only(within: Collection[UUID] | None) -> edge.Filter | None:
    if within is None:
        return None
    return edge.Filter(must=[edge.HasIdCondition(set(within))])


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


def _uuid(identifier: int | UUID | str) -> UUID:
    return identifier if isinstance(identifier, UUID) else UUID(str(identifier))
