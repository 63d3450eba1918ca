"""The notes and chunks that exist: what a sync writes and a search reads."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Column, delete, distinct, func, insert, literal, select

from app.db.batches import batches
from app.db.chunk_rows import CHUNK, IN_RANGES, chunk_of, ranges, swap_chunks
from app.db.models import FailureRow, NameTermRow, NoteRow, PassedOverRow, StateRow
from app.db.note_rows import move_notes, swap_notes, text_at
from app.db.session import Database
from app.db.text_cache import TextCache
from ingest.catalog import CutNote, KnownNote, Move, PassedOver, Totals
from retrieval.chunk import Chunk
from retrieval.span import Span
from retrieval.store import COPIES, NoteLabel

_PAGE = 1_000
"""Points read at once when all of them are asked for."""

_PLACE = (CHUNK.c.note_id, CHUNK.c.ordinal, CHUNK.c.id)


class Catalog:
    """Keeps `ingest.catalog.NoteCatalog` and `retrieval.store.ChunkStore` in SQL.

    Where a note takes the path of another one, the other stays, under a path that no file can
    have, until it is relocated or removed: two files may swap their names.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._texts = TextCache()
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

    def points(self, note_ids: Collection[UUID]) -> set[UUID]:
        """Return the points of these notes' chunks."""
        return self._column(CHUNK.c.point, CHUNK.c.note_id, note_ids)

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

    def by_point(self, points: Collection[UUID]) -> Mapping[UUID, Sequence[Chunk]]:
        """Return the live chunks of each point, at most `COPIES` of one, in a stable order."""
        found: dict[UUID, list[Chunk]] = {}
        with self._database.read() as session:
            for some in batches(points):
                places = (
                    select(
                        CHUNK.c.id,
                        func.row_number()
                        .over(partition_by=CHUNK.c.point, order_by=_PLACE)
                        .label("copy"),
                    )
                    .where(CHUNK.c.point.in_(some))
                    .subquery()
                )
                query = (
                    select(CHUNK)
                    .join(places, places.c.id == CHUNK.c.id)
                    .where(places.c.copy <= COPIES)
                    .order_by(*_PLACE)
                )
                for row in session.execute(query):
                    found.setdefault(row.point, []).append(chunk_of(row))
        return found

    def named(self, terms: Collection[int], limit: int) -> Mapping[UUID, frozenset[int]]:
        """Return notes whose file names hold most of ``terms``, with all terms of their names."""
        held = NameTermRow.term.in_(list(terms))
        best = (
            select(NameTermRow.note_id)
            .where(held)
            .group_by(NameTermRow.note_id)
            .order_by(func.count().desc(), NameTermRow.note_id)
            .limit(limit)
        )
        found: dict[UUID, set[int]] = {}
        with self._database.read() as session:
            notes = list(session.scalars(best))
            query = select(NameTermRow.note_id, NameTermRow.term)
            if notes:
                for note_id, term in session.execute(query.where(NameTermRow.note_id.in_(notes))):
                    found.setdefault(note_id, set()).add(term)
        return {note_id: frozenset(found[note_id]) for note_id in notes}

    def around(self, places: Sequence[tuple[UUID, int]], reach: int) -> list[Chunk]:
        """Return the chunks at most ``reach`` ordinals from any (note id, ordinal), in order."""
        found: dict[UUID, Chunk] = {}
        with self._database.read() as session:
            for values in ranges(places, reach):
                chunks = map(chunk_of, session.execute(IN_RANGES, values))
                found.update((chunk.id, chunk) for chunk in chunks)
        return sorted(found.values(), key=_place)

    def labels(self, note_ids: Collection[UUID]) -> Mapping[UUID, NoteLabel]:
        """Return the label of each live note among ``note_ids``."""
        columns = select(NoteRow.id, NoteRow.path, NoteRow.title)
        found: dict[UUID, NoteLabel] = {}
        with self._database.read() as session:
            for some in batches(note_ids):
                rows = session.execute(columns.where(NoteRow.id.in_(some)))
                found.update((row[0], NoteLabel(*row)) for row in rows)
        return found

    def text(self, note_id: UUID, span: Span) -> str:
        """Return the characters of a note that ``span`` covers; none of an unknown note."""
        with self._database.read() as session:
            return text_at(session, note_id, span)

    def texts(self, places: Sequence[tuple[UUID, Span]]) -> list[str]:
        """Return the characters of each place, in the order asked."""
        notes = {note_id for note_id, _ in places}
        digests = select(NoteRow.id, NoteRow.digest).where(NoteRow.id.in_(notes))
        found: dict[UUID, str] = {}
        with self._database.read() as session:
            for note_id, digest in session.execute(digests):
                key = (note_id, digest)
                text = self._texts.text(key)
                if text is None:
                    text = session.scalar(select(NoteRow.text).where(NoteRow.id == note_id)) or ""
                    self._texts.keep(key, text)
                found[note_id] = text
        return [span.of(found.get(note_id, "")) for note_id, span in places]


def _place(chunk: Chunk) -> tuple[UUID, int, UUID]:
    return (chunk.note_id, chunk.ordinal, chunk.id)


def _utc_now() -> datetime:
    return datetime.now(UTC)
