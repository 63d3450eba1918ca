"""The notes and chunks that exist: what a sync writes and a search reads."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, tuple_

from app.db.chunk_rows import CHUNK, IN_RANGES, batches, chunk_of, ranges, swap_chunks
from app.db.models import FailureRow, NoteRow, StateRow
from app.db.note_rows import move_note, swap_note, text_at
from app.db.session import Database
from app.db.text_cache import TextCache
from ingest.catalog import KnownNote
from ingest.note import Note
from retrieval.chunk import Chunk
from retrieval.span import Span
from retrieval.store import NoteLabel

_PAGE = 1_000
"""Chunks read at once when all of them are asked for."""

_BY_PLACE = tuple_(CHUNK.c.note_id, CHUNK.c.ordinal, CHUNK.c.id)


class Catalog:
    """Keeps `ingest.catalog.NoteCatalog` and `retrieval.store.ChunkStore` in SQL.

    Where a note takes the path of another one, the other stays, under a path that no file can
    have, until it is relocated or removed: two files may swap their names.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._texts = TextCache()
        self._now = clock or _utc_now

    def known(self) -> Sequence[KnownNote]:
        """Return what is remembered of every note, by path."""
        columns = select(
            NoteRow.id,
            NoteRow.path,
            NoteRow.digest,
            NoteRow.size,
            NoteRow.modified_ns,
            NoteRow.cutter,
        )
        with self._database.read() as session:
            notes = [KnownNote(*row) for row in session.execute(columns)]
        return sorted(notes, key=lambda note: note.path)

    def chunk_ids(self, note_id: UUID) -> set[UUID]:
        """Return the ids of a note's live chunks."""
        with self._database.read() as session:
            return set(session.scalars(select(CHUNK.c.id).where(CHUNK.c.note_id == note_id)))

    def all_chunk_ids(self) -> set[UUID]:
        """Return the ids of all live chunks."""
        with self._database.read() as session:
            return set(session.scalars(select(CHUNK.c.id)))

    def store(self, note: Note, chunks: Sequence[Chunk], *, modified_ns: int, cutter: str) -> None:
        """Add or replace a note with its chunks: afterwards exactly ``chunks`` are live."""
        seen = {"modified_ns": modified_ns, "cutter": cutter, "indexed_at": self._now()}
        with self._database.write() as session:
            swap_note(session, note, seen)
            swap_chunks(session, note.id, chunks)

    def relocate(self, note_id: UUID, path: str, *, modified_ns: int) -> None:
        """Record that a note's file moved, or was touched, with the same content."""
        with self._database.write() as session:
            move_note(session, note_id, path, modified_ns)

    def remove(self, note_id: UUID) -> None:
        """Take a note and its chunks out; an unknown id is ignored."""
        with self._database.write() as session:
            session.execute(delete(NoteRow).where(NoteRow.id == note_id))

    def totals(self) -> tuple[int, int]:
        """Return how many notes and how many chunks are live."""
        with self._database.read() as session:
            notes = session.scalar(select(func.count()).select_from(NoteRow))
            chunks = session.scalar(select(func.count()).select_from(CHUNK))
        return notes or 0, chunks or 0

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

    def record_failures(self, failures: Mapping[str, str]) -> None:
        """Replace the list of files that could not be taken in: path to reason."""
        with self._database.read() as session:
            before = session.execute(select(FailureRow.path, FailureRow.reason)).all()
        if dict(before) == dict(failures):
            return
        at = self._now()
        rows = [{"path": path, "reason": why, "at": at} for path, why in failures.items()]
        with self._database.write() as session:
            session.execute(delete(FailureRow))
            if rows:
                session.execute(insert(FailureRow), rows)

    def chunks(self, ids: Collection[UUID] | None = None) -> Iterator[Chunk]:
        """Yield live chunks, all of them or those among ``ids``, by note and ordinal.

        They are read a page at a time, so that no transaction stays open between two chunks;
        what is stored meanwhile may or may not be among them.
        """
        if ids is not None:
            yield from sorted(self.by_id(ids).values(), key=_place)
            return
        page = select(CHUNK).order_by(*_BY_PLACE.clauses).limit(_PAGE)
        rest = page
        while True:
            with self._database.read() as session:
                found = [chunk_of(row) for row in session.execute(rest)]
            yield from found
            if len(found) < _PAGE:
                return
            last = _place(found[-1])
            rest = page.where(_BY_PLACE > last)  # noqa: SIM300 (SQL, in its order)

    def state(self, key: str) -> str | None:
        """Return a remembered value of the index, such as its fingerprint."""
        with self._database.read() as session:
            return session.scalar(select(StateRow.value).where(StateRow.key == key))

    def remember(self, key: str, value: str) -> None:
        """Store a value of the index."""
        with self._database.write() as session:
            session.merge(StateRow(key=key, value=value))

    def by_id(self, ids: Collection[UUID]) -> Mapping[UUID, Chunk]:
        """Return the live chunks among ``ids``; an id without a row is missing from the result."""
        found: dict[UUID, Chunk] = {}
        with self._database.read() as session:
            for some in batches(ids):
                rows = session.execute(select(CHUNK).where(CHUNK.c.id.in_(some)))
                found.update((chunk.id, chunk) for chunk in map(chunk_of, rows))
        return found

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
