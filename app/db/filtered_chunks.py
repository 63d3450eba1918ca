"""The chunks that pass the filters of a query line."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, or_, select

from app.db.batches import batches
from app.db.chunk_rows import CHUNK, chunk_of
from app.db.filtering import DATE, DATED, Filtering, condition
from app.db.models import NoteRow
from app.db.session import Database
from app.db.stored_chunks import StoredChunks
from retrieval.chunk import Chunk
from retrieval.filters import Filters

_MONTH = 7
"""Characters of a date such as ``2024-03``."""


class FilteredChunks(StoredChunks):
    """Keeps `retrieval.store.ChunkStore` in SQL, filters included."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._filtering = Filtering(database)

    def points_within(
        self, filters: Filters, limit: int | None = None, among: Collection[UUID] | None = None
    ) -> set[UUID]:
        """Return points of the chunks that pass ``filters``.

        Args:
            filters: What must hold of a chunk.
            limit: Most points; None means all.
            among: Only these points, when given; then ``limit`` is not kept.
        """
        notes = self._filtering.notes(filters)
        found: set[UUID] = set()
        with self._database.read() as session:
            query = select(CHUNK.c.point).where(condition(session, filters, notes))
            if among is None:
                few = query if limit is None else query.distinct().limit(limit)
                return set(session.scalars(few))
            for some in batches(among):
                found.update(session.scalars(query.where(CHUNK.c.point.in_(some))))
        return found

    def passing(self, filters: Filters, chunk_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the chunks that are live and pass ``filters``."""
        notes = self._filtering.notes(filters)
        found: set[UUID] = set()
        with self._database.read() as session:
            passes = condition(session, filters, notes)
            for some in batches(chunk_ids):
                query = select(CHUNK.c.id).where(CHUNK.c.id.in_(some), passes)
                found.update(session.scalars(query))
        return found

    def holding(self, words: Collection[str], limit: int) -> set[UUID]:
        """Return points of chunks whose texts hold one of ``words`` as it is, but for A and a."""
        holds = or_(*(CHUNK.c.text.icontains(word, autoescape=True) for word in words))
        query = select(CHUNK.c.point).where(holds).distinct().limit(limit)
        with self._database.read() as session:
            return set(session.scalars(query))

    def newest(self, filters: Filters, limit: int) -> list[Chunk]:
        """Return the newest chunks that pass, by their dates; undated ones last, by their notes."""
        notes = self._filtering.notes(filters)
        with self._database.read() as session:
            query = (
                select(CHUNK)
                .join(NoteRow, NoteRow.id == CHUNK.c.note_id)
                .where(condition(session, filters, notes))
                .order_by(DATE.desc(), NoteRow.modified.desc(), CHUNK.c.note_id, CHUNK.c.ordinal)
                .limit(max(0, limit))
            )
            return [chunk_of(row) for row in session.execute(query)]

    def months(self) -> tuple[str, ...]:
        """Return the months that chunks are dated in, such as ``2024-03``, in order."""
        month = func.substr(CHUNK.c.when, 1, _MONTH)
        query = select(month).where(DATED, func.length(CHUNK.c.when) >= _MONTH).distinct()
        with self._database.read() as session:
            return tuple(sorted(session.scalars(query)))

    def speakers(self) -> frozenset[str]:
        """Return the names of all who speak in chunks."""
        with self._database.read() as session:
            lists = session.scalars(select(CHUNK.c.speakers).distinct())
            return frozenset(name for names in lists for name in names)
