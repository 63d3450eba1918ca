"""Some notes replaced in catalogue and index, in the order that any crash only repeats."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from ingest.catalog import CutNote, NoteCatalog
from ingest.lengths import Lengths, length_of
from ingest.repair import remove
from retrieval.chunk import Chunk
from retrieval.failpoint import reach
from retrieval.index import ChunkIndex, Point
from retrieval.lexical import LexicalEncoder

_POINTS_AT_ONCE = 400


class Replacing:
    """Replaces notes in one catalogue and one index."""

    def __init__(
        self, catalog: NoteCatalog, index: ChunkIndex, encoder: LexicalEncoder, lengths: Lengths
    ) -> None:
        """Tell ``lengths`` of every text that comes or goes."""
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._lengths = lengths

    def replace(
        self,
        notes: Sequence[CutNote],
        known: Sequence[UUID],
        made: Mapping[UUID, tuple[Point, int]],
    ) -> int:
        """Put points in, swap the rows, take points out; return how many points were written.

        Args:
            notes: What is there now.
            known: Ids of notes that were there before; those not among ``notes`` are taken out.
            made: Points that were made already, with their number of terms.
        """
        chunks = {point: chunk for note in notes for chunk, point in note.pointed}
        fresh = chunks.keys() - self._catalog.live_points(chunks.keys()) if chunks else set()
        doubtful = self._catalog.points(known) - chunks.keys() if known else set()
        lengths = {each.point: length_of(each) for each in self._catalog.chunks(doubtful)}
        if fresh or doubtful:
            self._lengths.expect_change()
        reach("before upsert")
        gained = self._upsert([(point, chunks[point]) for point in sorted(fresh)], made)
        reach("after upsert")
        stored = {note.note.id for note in notes}
        if notes:
            self._catalog.store(notes)
        gone_notes = [note_id for note_id in known if note_id not in stored]
        if gone_notes:
            self._catalog.remove(gone_notes)
        reach("after swap")
        gone = doubtful - self._catalog.live_points(doubtful)
        self._lengths.changed(gained - sum(lengths[point] for point in gone))
        remove(self._index, gone)
        reach("after remove")
        return len(fresh)

    def _upsert(
        self, chunks: Sequence[tuple[UUID, Chunk]], made: Mapping[UUID, tuple[Point, int]]
    ) -> int:
        """Write the points of new texts; return their number of terms."""
        gained = 0
        for start in range(0, len(chunks), _POINTS_AT_ONCE):
            points = []
            for place, chunk in chunks[start : start + _POINTS_AT_ONCE]:
                point, length = made.get(place) or self._point(place, chunk)
                points.append(point)
                gained += length
            self._index.upsert(points)
            reach("mid upsert")
        return gained

    def _point(self, place: UUID, chunk: Chunk) -> tuple[Point, int]:
        vector, length = self._encoder.passage(chunk.indexed_text)
        return Point(place, chunk.kind, vector), length
