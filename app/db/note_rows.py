"""Notes as rows of their table, both ways."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from app.db.batches import batches
from app.db.columns import is_storable
from app.db.link_rows import swap_links
from app.db.models import NameTermRow, NoteRow, TagRow
from app.db.note_name_rows import rename, swap_names
from app.db.session import ReadSession, WriteSession
from ingest.catalog import CutNote, Move
from ingest.note import LeftOut, Note
from retrieval.chunk import Kind
from retrieval.lexical import number, terms
from retrieval.span import Span

NOTE = cast("Table", NoteRow.__table__)
_BY_KEY = update(NOTE).where(NOTE.c.id == bindparam("key"))


def note_of(row: NoteRow, tags: tuple[str, ...]) -> Note:
    """Return the note that a row and its tags hold."""
    return Note(
        id=row.id,
        path=row.path,
        title=row.title,
        kind=Kind(row.kind),
        text=row.text,
        digest=row.digest,
        encoding=row.encoding,
        size=row.size,
        modified=row.modified,
        format=row.format,
        tags=tags,
        lossy=row.lossy,
        left_out=tuple(
            LeftOut(Span(start, end), reason)
            for start, end, reason in row.left_out  # type: ignore[attr-defined]
        ),
    )


def tags_of(session: ReadSession, note_id: UUID) -> tuple[str, ...]:
    """Return a note's tags in the order the note gives them."""
    tags = select(TagRow.tag).where(TagRow.note_id == note_id).order_by(TagRow.ordinal)
    return tuple(session.scalars(tags))


def text_at(session: ReadSession, note_id: UUID, span: Span) -> str:
    """Return the characters of a note that ``span`` covers; none of an unknown note."""
    cut = func.substr(NoteRow.text, span.start + 1, len(span))
    row = session.execute(select(NoteRow.verbatim, cut).where(NoteRow.id == note_id)).first()
    if row is None:
        return ""
    if row[0]:
        return str(row[1])
    return span.of(session.scalar(select(NoteRow.text).where(NoteRow.id == note_id)) or "")


def swap_notes(session: WriteSession, notes: Sequence[CutNote], indexed_at: datetime) -> set[UUID]:
    """Add or replace notes' rows and tags; return the ids of those that were there before.

    A note whose path is taken by another one stays, under a path that no file can have.
    """
    ids = [each.note.id for each in notes]
    _free_paths(session, {each.note.path: each.note.id for each in notes})
    before = set[UUID]()
    for some in batches(ids):
        before.update(session.scalars(select(NoteRow.id).where(NoteRow.id.in_(some))))
        session.execute(delete(TagRow).where(TagRow.note_id.in_(some)))
        session.execute(delete(NameTermRow).where(NameTermRow.note_id.in_(some)))
    rows = [_columns_of(each, indexed_at) for each in notes]
    changed = [row | {"key": row["id"]} for row in rows if row["id"] in before]
    if changed:
        session.connection().execute(_BY_KEY, changed)
    new = [row for row in rows if row["id"] not in before]
    if new:
        session.execute(insert(NOTE), new)
    tags = [
        {"note_id": each.note.id, "ordinal": ordinal, "tag": tag}
        for each in notes
        for ordinal, tag in enumerate(each.note.tags)
    ]
    if tags:
        session.execute(insert(TagRow), tags)
    names = [
        {"note_id": each.note.id, "term": term}
        for each in notes
        if each.note.named
        for term in sorted(set(map(number, terms(each.note.title))))
    ]
    if names:
        session.execute(insert(NameTermRow), names)
    swap_links(session, notes)
    swap_names(session, notes)
    return before


def move_notes(session: WriteSession, moves: Sequence[Move]) -> None:
    """Give notes other paths and times; an unknown id is ignored."""
    known = set[UUID]()
    for some in batches(move.note_id for move in moves):
        known.update(session.scalars(select(NoteRow.id).where(NoteRow.id.in_(some))))
    live = [move for move in moves if move.note_id in known]
    if not live:
        return
    _free_paths(session, {move.path: move.note_id for move in live})
    values = [
        {
            "key": move.note_id,
            "path": move.path,
            "modified_ns": move.modified_ns,
            "modified": datetime.fromtimestamp(move.modified_ns / 1_000_000_000, UTC),
        }
        for move in live
    ]
    session.connection().execute(_BY_KEY, values)
    rename(session, {move.note_id: move.path for move in live})


def _free_paths(session: WriteSession, wanted: Mapping[str, UUID]) -> None:
    """Take the paths of ``wanted`` from every note that has one and is to have another."""
    holders: list[UUID] = []
    for some in batches(wanted):
        rows = session.execute(select(NoteRow.id, NoteRow.path).where(NoteRow.path.in_(some)))
        holders.extend(held for held, path in rows if wanted[path] != held)
    if holders:
        values = [{"key": held, "path": displaced_path(held)} for held in holders]
        session.connection().execute(_BY_KEY, values)
        rename(session, {held: displaced_path(held) for held in holders})


def displaced_path(note_id: UUID) -> str:
    """Return the path of a note whose own was taken: U+0000 stands in no file's name."""
    return f"\x00{note_id}"


def _columns_of(cut: CutNote, indexed_at: datetime) -> dict[str, object]:
    note = cut.note
    return {
        "id": note.id,
        "path": note.path,
        "title": note.title,
        "kind": note.kind.value,
        "digest": note.digest,
        "encoding": note.encoding,
        "lossy": note.lossy,
        "size": note.size,
        "characters": len(note.text),
        "verbatim": is_storable(note.text),
        "modified": note.modified,
        "format": note.format,
        "modified_ns": cut.modified_ns,
        "cutter": cut.cutter,
        "indexed_at": indexed_at,
        "left_out": [[part.span.start, part.span.end, part.reason] for part in note.left_out],
        "text": note.text,
    }
