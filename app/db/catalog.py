"""The notes and chunks that exist: what a sync writes and a search reads."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    delete,
    distinct,
    func,
    insert,
    literal,
    select,
)

from app.db.batches import batches
from app.db.chunk_rows import CHUNK, chunk_of, swap_chunks
from app.db.filtered_chunks import FilteredChunks
from app.db.link_rows import LINK, LINKS, link_of
from app.db.models import FailureRow, NoteRow, PassedOverRow, StateRow
from app.db.note_rows import move_notes, swap_notes
from app.db.session import Database
from ingest.catalog import CutNote, KnownNote, Move, PassedOver, Totals
from ingest.note import NoteLink
from retrieval.chunk import Chunk

_PAGE = 1_000
"""Points read at once when all of them are asked for."""


class Catalog(FilteredChunks):
    """Keeps `ingest.catalog.NoteCatalog` and `retrieval.store.ChunkStore` in SQL.

    Where a note takes the path of another one, the other stays, under a path that no file can
    have, until it is relocated or removed: two files may swap their names.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(database)
        self._now = clock or _utc_now

    def known(self, paths: Collection[str] | None = None) -> Sequence[KnownNote]:
        """Return what is remembered of every note, or of those at ``paths``, by path."""
        columns = select(
            NoteRow.id,
            NoteRow.path,
            NoteRow.digest,
            NoteRow.size,
            NoteRow.modified_ns,
            NoteRow.cutter,
        )
        notes: list[KnownNote] = []
        with self._database.read() as session:
            if paths is None:
                notes.extend(KnownNote(*row) for row in session.execute(columns))
            for some in batches(paths or ()):
                rows = session.execute(columns.where(NoteRow.path.in_(some)))
                notes.extend(KnownNote(*row) for row in rows)
        return sorted(notes, key=lambda note: note.path)

    def holds_below(self, folder: str) -> bool:
        """Whether a note's path begins with ``folder``, which ends with a slash."""
        beginning = literal(folder, NoteRow.path.type)
        # LIKE takes A for a in SQLite.
        below = func.substr(NoteRow.path, 1, func.length(beginning)) == beginning
        with self._database.read() as session:
            return session.scalar(select(NoteRow.id).where(below).limit(1)) is not None

    def store(self, notes: Sequence[CutNote]) -> None:
        """Add or replace notes with their chunks: afterwards exactly these are live of each."""
        with self._database.write() as session:
            before = swap_notes(session, notes, self._now())
            swap_chunks(session, notes, before)

    def relocate(self, moves: Sequence[Move]) -> None:
        """Record where notes' files are; an unknown id is ignored."""
        with self._database.write() as session:
            move_notes(session, moves)

    def remove(self, note_ids: Collection[UUID]) -> None:
        """Take notes and their chunks out; an unknown id is ignored."""
        with self._database.write() as session:
            for some in batches(note_ids):
                session.execute(delete(NoteRow).where(NoteRow.id.in_(some)))

    def count(self) -> int:
        """Return how many notes are live."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(NoteRow)) or 0

    def totals(self) -> Totals:
        """Return how many notes, chunks and points are live."""
        with self._database.read() as session:
            notes = session.scalar(select(func.count()).select_from(NoteRow))
            chunks = session.scalar(select(func.count()).select_from(CHUNK))
            points = session.scalar(select(func.count(distinct(CHUNK.c.point))))
        return Totals(notes or 0, chunks or 0, points or 0)

    def live_points(self, points: Collection[UUID] | None = None) -> set[UUID]:
        """Return those among ``points`` that have a chunk; all there are when None."""
        if points is not None:
            return self._column(CHUNK.c.point, CHUNK.c.point, points)
        with self._database.read() as session:
            return set(session.scalars(select(CHUNK.c.point).distinct()))

    def notes_of(self, points: Collection[UUID]) -> set[UUID]:
        """Return the notes that have a chunk at one of ``points``."""
        return self._column(CHUNK.c.note_id, CHUNK.c.point, points)

    def note_chunks(self, note_id: UUID) -> Sequence[Chunk]:
        """Return a note's live chunks in reading order."""
        query = select(CHUNK).where(CHUNK.c.note_id == note_id).order_by(CHUNK.c.ordinal)
        with self._database.read() as session:
            return [chunk_of(row) for row in session.execute(query)]

    def links(self, note_id: UUID) -> Sequence[NoteLink]:
        """Return a note's links to other notes, in order."""
        with self._database.read() as session:
            return [link_of(row) for row in session.execute(LINKS.where(LINK.c.note_id == note_id))]

    def _column(
        self, wanted: Column[UUID], key: Column[UUID], values: Collection[UUID]
    ) -> set[UUID]:
        found: set[UUID] = set()
        with self._database.read() as session:
            for some in batches(values):
                found.update(session.scalars(select(wanted).where(key.in_(some)).distinct()))
        return found

    def omissions(self) -> Sequence[tuple[str, int, int, str]]:
        """Return path, start, end and reason of everything left out of the index."""
        columns = select(NoteRow.path, NoteRow.left_out).where(NoteRow.left_out != [])
        with self._database.read() as session:
            notes = sorted(session.execute(columns))
        return [
            (path, start, end, reason)
            for path, left_out in notes
            for start, end, reason in left_out  # type: ignore[attr-defined]
        ]

    def failures(self) -> Mapping[str, str]:
        """Return the files that could not be taken in: path to reason."""
        with self._database.read() as session:
            rows = session.execute(select(FailureRow.path, FailureRow.reason))
            return {row.path: row.reason for row in rows}

    def record_failures(self, failures: Mapping[str, str]) -> None:
        """Replace the list of files that could not be taken in: path to reason."""
        if self.failures() == failures:
            return
        at = self._now()
        rows = [{"path": path, "reason": why, "at": at} for path, why in failures.items()]
        with self._database.write() as session:
            session.execute(delete(FailureRow))
            if rows:
                session.execute(insert(FailureRow), rows)

    def passed_over(self) -> Sequence[PassedOver]:
        """Return the files that were found to be no notes, by path."""
        columns = select(
            PassedOverRow.path,
            PassedOverRow.size,
            PassedOverRow.modified_ns,
            PassedOverRow.cutter,
            PassedOverRow.reason,
        )
        with self._database.read() as session:
            files = [PassedOver(*row) for row in session.execute(columns)]
        return sorted(files, key=lambda each: each.path)

    def record_passed_over(self, files: Sequence[PassedOver]) -> None:
        """Replace the list of such files; the same list again writes nothing."""
        if list(self.passed_over()) == sorted(files, key=lambda each: each.path):
            return
        with self._database.write() as session:
            session.execute(delete(PassedOverRow))
            if files:
                session.execute(insert(PassedOverRow), [asdict(each) for each in files])

    def chunks(self, points: Collection[UUID] | None = None) -> Iterator[Chunk]:
        """Yield one live chunk of each point, or of those among ``points``, by point.

        They are read a page at a time, so that no transaction stays open between two chunks;
        what is stored meanwhile may or may not be among them.
        """
        if points is not None:
            for some in batches(sorted(points)):
                found = self.by_point(some)
                yield from (found[point][0] for point in some if point in found)
            return
        last: UUID | None = None
        while True:
            page = select(CHUNK.c.point).distinct().order_by(CHUNK.c.point).limit(_PAGE)
            with self._database.read() as session:
                some = list(
                    session.scalars(page if last is None else page.where(CHUNK.c.point > last))
                )
            if not some:
                return
            last = some[-1]
            yield from self.chunks(some)

    def state(self, key: str) -> str | None:
        """Return a remembered value of the index, such as its fingerprint."""
        with self._database.read() as session:
            return session.scalar(select(StateRow.value).where(StateRow.key == key))

    def remember(self, key: str, value: str) -> None:
        """Store a value of the index."""
        with self._database.write() as session:
            session.merge(StateRow(key=key, value=value))


def _utc_now() -> datetime:
    return datetime.now(UTC)
