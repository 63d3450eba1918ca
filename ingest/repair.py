"""Catalogue and index compared, and mended: the catalogue is right."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from ingest.catalog import NoteCatalog
from retrieval.chunk import Chunk
from retrieval.index import ChunkIndex, Point
from retrieval.lexical import LexicalEncoder

BATCH = 500
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the index is not what the catalogue says."""

    missing: frozenset[UUID]
    """Live chunks without a point."""
    orphans: frozenset[UUID]
    """Points without a live chunk."""

    @property
    def none(self) -> bool:
        """Whether both agree."""
        return not self.missing and not self.orphans


def compare(catalog: NoteCatalog, index: ChunkIndex) -> Difference:
    """Find live chunks without a point and points without a live chunk."""
    live, indexed = catalog.all_chunk_ids(), index.ids()
    return Difference(frozenset(live - indexed), frozenset(indexed - live))


def mend(
    difference: Difference, catalog: NoteCatalog, index: ChunkIndex, encoder: LexicalEncoder
) -> int:
    """Make the index follow the catalogue; return how many points were written."""
    written = 0
    if difference.missing:
        written = index_chunks(catalog.chunks(difference.missing), index, encoder)
    index.remove(difference.orphans)
    index.flush()
    return written


def index_chunks(
    chunks: Iterable[Chunk],
    index: ChunkIndex,
    encoder: LexicalEncoder,
    on_length: Callable[[int], None] | None = None,
) -> int:
    """Encode chunks and write their points; return how many.

    Args:
        chunks: What to write.
        index: Where.
        encoder: Makes the vectors.
        on_length: Told the number of terms of each chunk.
    """
    written = 0
    for batch in _batches(chunks):
        points = []
        for chunk in batch:
            vector, length = encoder.passage(chunk.indexed_text)
            points.append(Point(chunk.id, chunk.note_id, chunk.kind, vector))
            if on_length is not None:
                on_length(length)
        index.upsert(points)
        written += len(points)
    return written


def _batches(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
