"""Catalogue and index compared, and mended: the catalogue is right."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from ingest.catalog import NoteCatalog
from retrieval.chunk import Chunk
from retrieval.failpoint import reach
from retrieval.index import ChunkIndex, Point
from retrieval.lexical import LexicalEncoder

BATCH = 500
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the index is not what the catalogue says."""

    missing: frozenset[UUID]
    """Points of live chunks that the index has not."""
    orphans: frozenset[UUID]
    """Points of the index without a live chunk."""

    @property
    def none(self) -> bool:
        """Whether both agree."""
        return not self.missing and not self.orphans


NO_DIFFERENCE = Difference(frozenset(), frozenset())


def compare(catalog: NoteCatalog, index: ChunkIndex) -> Difference:
    """Find live chunks without a point and points without a live chunk."""
    live, indexed = catalog.live_points(), index.ids()
    return Difference(frozenset(live - indexed), frozenset(indexed - live))


def mend(
    difference: Difference,
    catalog: NoteCatalog,
    index: ChunkIndex,
    encoder: LexicalEncoder,
    on_written: Callable[[int], None] | None = None,
) -> int:
    """Make the index follow the catalogue; return how many points were written.

    Args:
        difference: What to mend.
        catalog: What is right.
        index: What is mended.
        encoder: Makes the vectors.
        on_written: Told how many points are written so far, after each batch.
    """
    written = 0
    if difference.missing:
        chunks = catalog.chunks(difference.missing)
        written = index_chunks(chunks, index, encoder, on_written)
    reach("mid mend")
    remove(index, difference.orphans)
    index.flush()
    return written


def index_chunks(
    chunks: Iterable[Chunk],
    index: ChunkIndex,
    encoder: LexicalEncoder,
    on_written: Callable[[int], None] | None = None,
) -> int:
    """Encode chunks and write their points; return how many."""
    written = 0
    for batch in _batches(chunks):
        index.upsert([point_of_chunk(chunk, encoder) for chunk in batch])
        reach("mid encoding")
        written += len(batch)
        if on_written is not None:
            on_written(written)
    return written


def point_of_chunk(chunk: Chunk, encoder: LexicalEncoder) -> Point:
    """Return the point of a chunk and of all that say the same."""
    return Point(chunk.point, chunk.kind, encoder.passage(chunk.indexed_text)[0])


def remove(index: ChunkIndex, points: Collection[UUID]) -> None:
    """Take points out of an index, some at a time."""
    for batch in _batches(points):
        index.remove(batch)


def _batches(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
