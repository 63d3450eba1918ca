"""A shard of Qdrant Edge in a folder that one process holds; its kinds are the indexes."""

import json
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self
from uuid import UUID

import qdrant_edge as edge

from retrieval.folder_lock import FolderLock
from retrieval.index import IndexDamagedError, IndexInUseError
from retrieval.room import Free, free_bytes, require_room

BATCH = 500
_PAGE = 5_000
EXCESS = 20
"""Points asked for beyond the limit, so that equal scores at its edge are ordered by id."""
IsOurs = Callable[[object, object], bool]
"""Whether what the engine's own file says of vectors and sparse vectors is right."""


class EdgeFolder:
    """What all indexes in a folder do alike."""

    def __init__(self, shard: edge.EdgeShard, held: FolderLock, folder: Path) -> None:
        """Wrap what `open_shard` gave; use the kinds' ``open``."""
        self._shard = shard
        self._held = held
        self._folder = folder
        self._lock = RLock()
        self._changes = 0
        self._counted: tuple[int, int] | None = None

    def remove(self, ids: Collection[UUID]) -> None:
        """Take points out; unknown ids are ignored."""
        if ids:
            with self._changing():
                self._shard.update(edge.UpdateOperation.delete_points(list(ids)))

    def ids(self) -> set[UUID]:
        """Return the ids of all points."""
        found: set[UUID] = set()
        offset: int | UUID | str | None = None
        while True:
            request = edge.ScrollRequest(
                offset=offset, limit=_PAGE, with_payload=False, with_vector=False
            )
            with self._reading():
                records, offset = self._shard.scroll(request)
            found.update(uuid_of(record.id) for record in records)
            if offset is None:
                return found

    def count(self) -> int:
        """Return the number of points; the engine counts them one by one, so it is remembered."""
        changes, counted = self._changes, self._counted
        if counted is not None and counted[0] == changes:
            return counted[1]
        with self._reading():
            points = self._shard.count(edge.CountRequest(exact=True))
        self._counted = (changes, points)
        return points

    def flush(self) -> None:
        """Make earlier changes durable."""
        with self._changing():
            self._shard.flush()

    def close(self) -> None:
        """Release the index."""
        with self._lock:
            self._changes += 1
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

    def _upsert(self, points: list[edge.Point]) -> None:
        with self._changing():
            self._shard.update(edge.UpdateOperation.upsert_points(points))

    def _records(self, ids: Collection[UUID], *, with_payload: bool) -> Iterator[edge.Record]:
        """Yield those points of ``ids`` that are there, with their vectors."""
        wanted = list(ids)
        for start in range(0, len(wanted), BATCH):
            batch: list[int | UUID | str] = [*wanted[start : start + BATCH]]
            with self._reading():
                records = self._shard.retrieve(batch, with_payload=with_payload, with_vector=True)
            yield from records

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One thread changes the shard at a time; what was counted meanwhile counts no more."""
        with self._lock, _told(self._folder):
            self._changes += 1
            try:
                yield
            finally:
                self._changes += 1

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with _told(self._folder):
            yield


def open_shard(
    folder: Path, made: edge.EdgeConfig, is_ours: IsOurs, free: Free = free_bytes
) -> tuple[edge.EdgeShard, FolderLock]:
    """Open the shard in ``folder`` and hold it; an empty or missing folder gets a new one.

    Args:
        folder: Where it lies.
        made: How a new one is made.
        is_ours: Whether the one that is there holds such vectors.
        free: Tells the room on the disk, which a new one needs.

    Raises:
        IndexInUseError: Another process holds it.
        IndexWithoutRoomError: The disk has no room for a new one.
        IndexDamagedError: It cannot be read, or was made for other vectors.
    """
    if not folder.exists():
        require_room(folder, free)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The engine refuses a second process too, but only after it has cut the journals of the
    # first one, whose next flush then fails. So it must not even try.
    try:
        held = FolderLock.take(folder)
    except BlockingIOError as error:
        raise IndexInUseError(str(folder)) from error
    try:
        with _told(folder):
            if not any(folder.iterdir()):
                require_room(folder, free)
                _create(folder, made)
            return _shard(folder, is_ours), held
    except BaseException:
        held.free()
        raise


def only(within: Collection[UUID] | None) -> edge.Filter | None:
    """Return the filter that leaves the points of ``within``; None when it is None."""
    if within is None:
        return None
    return edge.Filter(must=[edge.HasIdCondition(set(within))])


def uuid_of(identifier: int | UUID | str) -> UUID:
    """Return a point's id as it was given."""
    return identifier if isinstance(identifier, UUID) else UUID(str(identifier))


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


def _shard(folder: Path, is_ours: IsOurs) -> edge.EdgeShard:
    shard = edge.EdgeShard.load(str(folder))
    described = json.loads((folder / "edge_config.json").read_text(encoding="utf-8"))
    if not is_ours(described.get("vectors"), described.get("sparse_vectors")):
        shard.close()
        raise IndexDamagedError(str(folder), "it was made for other vectors")
    return shard


def _create(folder: Path, made: edge.EdgeConfig) -> None:
    """Make an index in the place of an empty folder.

    It is made beside and moved: one that a crash left half made could never be read.
    """
    draft = folder.with_name(f"{folder.name}.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    edge.EdgeShard.create(str(draft), made).close()
    folder.rmdir()
    draft.rename(folder)
