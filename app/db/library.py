"""What the pages show of the notes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from app.db.chunk_rows import CHUNK, chunk_of
from app.db.columns import ExactText
from app.db.matching import SNIPPET, holding, page, snippet, words
from app.db.models import ChunkRow, FailureRow, NoteRow, TagRow
from app.db.note_rows import note_of, tags_of
from app.db.session import Database, ReadSession
from app.db.suggesting import Suggestion, suggested
from ingest.note import Note
from retrieval.chunk import Chunk, Kind

_NEWEST = 6
"""Notes that `Library.counts` names."""


@dataclass(frozen=True, slots=True)
class NoteSummary:
    """A note as a list shows it."""

    id: UUID
    path: str
    folder: str
    """The folders of the path, empty at the top."""
    title: str
    kind: Kind
    tags: tuple[str, ...]
    characters: int
    chunks: int
    modified: datetime
    snippet: str
    """The words around a match in the text; without one, the note's first words."""


@dataclass(frozen=True, slots=True)
class NotePage:
    """One page of a list of notes."""

    total: int
    """Notes of all pages."""
    rows: tuple[NoteSummary, ...]


@dataclass(frozen=True, slots=True)
class NoteDetail:
    """A note with all that is known of it."""

    note: Note
    indexed_at: datetime
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class FailedNote:
    """A file that the last sync could not take in."""

    path: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """The library in figures."""

    notes: int
    chunks: int
    characters: int
    failures: int
    newest: tuple[NoteSummary, ...]
    """The notes whose files changed last."""


class Library:
    """Reads the catalogue for pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def notes(
        self,
        query: str = "",
        kind: str = "",
        tag: str = "",
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> NotePage:
        """Return notes whose title, path or text hold every word of ``query``, newest first.

        Args:
            query: Words, in whatever case; every character is taken literally.
            kind: Only this kind; empty means any.
            tag: Only notes with this tag; empty means any.
            limit: Most notes to return.
            offset: Notes to skip.
        """
        conditions = [holding(query, NoteRow.title, NoteRow.path, NoteRow.text)]
        if kind:
            conditions.append(NoteRow.kind == kind)
        if tag:
            conditions.append(NoteRow.id.in_(select(TagRow.note_id).where(TagRow.tag == tag)))
        with self._database.read() as session:
            total = session.scalar(select(func.count(NoteRow.id)).where(*conditions)) or 0
            rows = _summaries(session, page(_listed(*conditions), limit, offset), query)
        return NotePage(total, rows)

    def note(self, note_id: UUID) -> NoteDetail | None:
        """Return a note with its text and chunks, None when there is none."""
        return self._detail(NoteRow.id == note_id)

    def by_path(self, path: str) -> NoteDetail | None:
        """Return the note at a path, None when there is none."""
        return self._detail(NoteRow.path == path)

    def tags(self) -> tuple[tuple[str, int], ...]:
        """Return each tag with the number of its notes, most used first."""
        counted = select(TagRow.tag, func.count(TagRow.note_id.distinct())).group_by(TagRow.tag)
        return self._ranked(counted)

    def tagged(self, tag: str, limit: int) -> tuple[UUID, ...]:
        """Return the notes with a tag, at most ``limit`` of them."""
        notes = select(TagRow.note_id).where(TagRow.tag == tag).distinct().limit(limit)
        with self._database.read() as session:
            return tuple(session.scalars(notes))

    def kinds(self) -> tuple[tuple[str, int], ...]:
        """Return each kind with the number of its notes, most used first."""
        return self._ranked(select(NoteRow.kind, func.count(NoteRow.id)).group_by(NoteRow.kind))

    def folders(self) -> tuple[tuple[str, int], ...]:
        """Return each folder that holds notes with their number, by name."""
        with self._database.read() as session:
            paths = session.scalars(select(NoteRow.path)).all()
        return tuple(sorted(Counter(map(_folder, paths)).items()))

    def counts(self) -> Counts:
        """Return the library in figures, with the newest notes."""
        with self._database.read() as session:
            notes, characters = session.execute(
                select(func.count(NoteRow.id), func.coalesce(func.sum(NoteRow.characters), 0))
            ).one()
            return Counts(
                notes=notes,
                chunks=session.scalar(select(func.count()).select_from(ChunkRow)) or 0,
                characters=int(characters),
                failures=session.scalar(select(func.count()).select_from(FailureRow)) or 0,
                newest=_summaries(session, page(_listed(), _NEWEST, 0), ""),
            )

    def failures(self) -> tuple[FailedNote, ...]:
        """Return the files that the last sync could not take in, by path."""
        columns = select(FailureRow.path, FailureRow.reason, FailureRow.at)
        with self._database.read() as session:
            rows = [FailedNote(*row) for row in session.execute(columns)]
        return tuple(sorted(rows, key=lambda failure: failure.path))

    def suggestions(self, limit: int = 6) -> tuple[Suggestion, ...]:
        """Return headings to ask about, one of each note in turn, newest notes first."""
        newest = page(_listed(), limit * 4, 0)
        with self._database.read() as session:
            titles: dict[UUID, str] = {row.id: row.title for row in session.execute(newest)}
            columns = (
                select(ChunkRow.note_id, ChunkRow.headings)
                .where(ChunkRow.note_id.in_(titles), ChunkRow.headings != ())
                .order_by(ChunkRow.ordinal)
            )
            headings = list(session.execute(columns))
        return suggested(titles, headings, limit)

    def _detail(self, condition: ColumnElement[bool]) -> NoteDetail | None:
        with self._database.read() as session:
            row = session.scalars(select(NoteRow).where(condition)).one_or_none()
            if row is None:
                return None
            chunks = select(CHUNK).where(CHUNK.c.note_id == row.id).order_by(CHUNK.c.ordinal)
            return NoteDetail(
                note=note_of(row, tags_of(session, row.id)),
                indexed_at=row.indexed_at,
                chunks=tuple(map(chunk_of, session.execute(chunks))),
            )

    def _ranked(self, counted: Select[str, int]) -> tuple[tuple[str, int], ...]:
        with self._database.read() as session:
            rows = [(name, count) for name, count in session.execute(counted)]
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _listed(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            NoteRow.id,
            NoteRow.path,
            NoteRow.title,
            NoteRow.kind,
            NoteRow.characters,
            NoteRow.modified,
        )
        .where(*conditions)
        .order_by(NoteRow.modified.desc(), NoteRow.path)
    )


def _summaries(
    session: ReadSession, listed: Select[*tuple[Any, ...]], query: str
) -> tuple[NoteSummary, ...]:
    rows = session.execute(listed).all()
    ids = [row.id for row in rows]
    tags = _tags(session, ids)
    chunks = _chunk_counts(session, ids)
    snippets = _first_words(session, ids) | _matches(session, ids, query)
    return tuple(
        NoteSummary(
            id=row.id,
            path=row.path,
            folder=_folder(row.path),
            title=row.title,
            kind=Kind(row.kind),
            tags=tuple(tags.get(row.id, ())),
            characters=row.characters,
            chunks=chunks.get(row.id, 0),
            modified=row.modified,
            snippet=" ".join(snippets.get(row.id, "").split()),
        )
        for row in rows
    )


def _tags(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    tags: dict[UUID, list[str]] = {}
    columns = select(TagRow.note_id, TagRow.tag).order_by(TagRow.ordinal)
    for note_id, tag in session.execute(columns.where(TagRow.note_id.in_(ids))):
        tags.setdefault(note_id, []).append(tag)
    return tags


def _chunk_counts(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, int]:
    counted = select(ChunkRow.note_id, func.count()).group_by(ChunkRow.note_id)
    return dict(session.execute(counted.where(ChunkRow.note_id.in_(ids))).all())


def _first_words(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    columns = select(ChunkRow.note_id, func.substr(ChunkRow.text, 1, SNIPPET, type_=ExactText()))
    first = columns.where(ChunkRow.note_id.in_(ids), ChunkRow.ordinal == 0)
    return dict(session.execute(first).all())


def _matches(session: ReadSession, ids: Sequence[UUID], query: str) -> dict[UUID, str]:
    """Return, for each note whose text holds a word of the query, the words around it."""
    stretches = [snippet(NoteRow.text, word, session.get_bind().dialect) for word in words(query)]
    if not stretches:
        return {}
    rows = session.execute(select(NoteRow.id, *stretches).where(NoteRow.id.in_(ids)))
    found = {note_id: next(filter(None, texts), "") for note_id, *texts in rows}
    return {note_id: text for note_id, text in found.items() if text}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
