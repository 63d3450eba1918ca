"""Notes and chunks exactly as their rows are, for comparing and for writing them anew."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, delete, insert, select, type_coerce

from app.db.batches import batches
from app.db.chunk_rows import CHUNK, chunk_columns
from app.db.link_rows import LINK, LINKS
from app.db.models import NameTermRow, TagRow
from app.db.note_name_rows import NOTE_NAME
from app.db.note_rows import NOTE, swap_notes
from app.db.session import Database, ReadSession
from ingest.catalog import CutNote
from ingest.stored import StoredChunk, StoredNote

# JSON is read as text: a broken value must not keep the others from being read.
_NOTES = select(
    NOTE.c.id,
    NOTE.c.path,
    NOTE.c.digest,
    NOTE.c.encoding,
    NOTE.c.size,
    NOTE.c.characters,
    NOTE.c.format,
    NOTE.c.cutter,
    NOTE.c.modified_ns,
    NOTE.c.title,
    NOTE.c.kind,
    NOTE.c.lossy,
    type_coerce(NOTE.c.left_out, Text()).label("left_out"),
    NOTE.c.text,
)
_CHUNKS = select(
    CHUNK.c.id,
    CHUNK.c.note_id,
    CHUNK.c.point,
    CHUNK.c.ordinal,
    CHUNK.c.start,
    CHUNK.c.end,
    CHUNK.c.header,
    CHUNK.c.text,
    CHUNK.c.kind,
    type_coerce(CHUNK.c.headings, Text()).label("headings"),
    type_coerce(CHUNK.c.speakers, Text()).label("speakers"),
    CHUNK.c.when,
    CHUNK.c.link,
    CHUNK.c.page,
    CHUNK.c.section,
).order_by(CHUNK.c.ordinal, CHUNK.c.id)


class RecordRows:
    """Keeps `ingest.stored.Records` in SQL."""

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = clock or _utc_now

    def stored(self, note_ids: Collection[UUID]) -> Iterator[StoredNote]:
        """Yield the notes with those ids; whatever cannot be read in one is empty in it."""
        for some in batches(note_ids):
            with self._database.read() as session:
                notes = _read(session, some)
            yield from notes

    def rewrite(self, notes: Sequence[CutNote]) -> None:
        """Make rows, tags and chunks of these notes exactly so, whatever stands there now."""
        with self._database.write() as session:
            for some in batches([each.note.id for each in notes]):
                session.execute(delete(CHUNK).where(CHUNK.c.note_id.in_(some)))
            chunks = [
                chunk_columns(chunk, point) for each in notes for chunk, point in each.pointed
            ]
            # A chunk of another note may stand under an id that one of these has.
            for ids in batches([chunk.id for each in notes for chunk in each.chunks]):
                session.execute(delete(CHUNK).where(CHUNK.c.id.in_(ids)))
            swap_notes(session, notes, self._now())
            if chunks:
                session.execute(insert(CHUNK), chunks)


def _read(session: ReadSession, note_ids: Sequence[UUID]) -> list[StoredNote]:
    chunks: dict[UUID, list[StoredChunk]] = {}
    for row in session.execute(_CHUNKS.where(CHUNK.c.note_id.in_(note_ids))):
        chunks.setdefault(row.note_id, []).append(_chunk_of(row))
    tags: dict[UUID, list[str]] = {}
    named = select(TagRow.note_id, TagRow.tag).where(TagRow.note_id.in_(note_ids))
    for note_id, tag in session.execute(named.order_by(TagRow.ordinal)):
        tags.setdefault(note_id, []).append(tag)
    names: dict[UUID, set[int]] = {}
    spoken = select(NameTermRow.note_id, NameTermRow.term)
    for note_id, term in session.execute(spoken.where(NameTermRow.note_id.in_(note_ids))):
        names.setdefault(note_id, set()).add(term)
    called: dict[UUID, set[tuple[str, str]]] = {}
    for row in session.execute(select(NOTE_NAME).where(NOTE_NAME.c.note_id.in_(note_ids))):
        called.setdefault(row.note_id, set()).add((row.name, row.alias))
    links: dict[UUID, list[tuple[object, ...]]] = {}
    for row in session.execute(LINKS.where(LINK.c.note_id.in_(note_ids))):
        told = (row.start, row.end, row.name, row.target)
        links.setdefault(row.note_id, []).append(told)
    return [
        replace(
            _note_of(row, tuple(tags.get(row.id, ())), tuple(chunks.get(row.id, ()))),
            name_terms=frozenset(names.get(row.id, ())),
            links=tuple(links.get(row.id, ())),
            names=frozenset(called.get(row.id, ())),
        )
        for row in session.execute(_NOTES.where(NOTE.c.id.in_(note_ids)))
    ]


def _chunk_of(row: Row[*tuple[Any, ...]]) -> StoredChunk:
    told = (
        row.kind,
        _list(row.headings),
        _list(row.speakers),
        row.when,
        row.link,
        row.page,
        row.section,
    )
    return StoredChunk(
        id=row.id,
        note_id=row.note_id,
        point=row.point,
        ordinal=row.ordinal,
        start=row.start,
        end=row.end,
        header=row.header,
        text=row.text,
        told=told,
    )


def _note_of(
    row: Row[*tuple[Any, ...]], tags: tuple[str, ...], chunks: tuple[StoredChunk, ...]
) -> StoredNote:
    left_out = tuple(tuple(each) if isinstance(each, list) else () for each in _list(row.left_out))
    return StoredNote(
        id=row.id,
        path=row.path,
        digest=row.digest,
        encoding=row.encoding,
        size=row.size,
        characters=row.characters,
        format=row.format,
        cutter=row.cutter,
        modified_ns=row.modified_ns,
        text=row.text,
        told=(row.title, row.kind, row.lossy, tags, left_out),
        chunks=chunks,
    )


def _list(stored: str) -> tuple[Any, ...]:
    """Read a JSON list; what is none is told by a value that no row has."""
    try:
        value = json.loads(stored)
    except ValueError:
        return (None,)
    return tuple(value) if isinstance(value, list) else (None,)


def _utc_now() -> datetime:
    return datetime.now(UTC)
