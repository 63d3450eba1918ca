"""Notes as rows of their table, both ways."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from app.db.columns import is_storable
from app.db.models import NoteRow, TagRow
from app.db.session import ReadSession, WriteSession
from ingest.note import LeftOut, Note
from retrieval.chunk import Kind
from retrieval.span import Span


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


def swap_note(session: WriteSession, note: Note, seen: dict[str, object]) -> None:
    """Add or replace a note's row and its tags.

    Args:
        session: The transaction.
        note: The note as read.
        seen: What the sync adds: ``modified_ns``, ``cutter`` and ``indexed_at``.
    """
    free_path(session, note.path, note.id)
    columns = _columns_of(note) | seen
    if session.scalar(select(NoteRow.id).where(NoteRow.id == note.id)) is None:
        session.execute(insert(NoteRow).values(columns))
    else:
        session.execute(update(NoteRow).where(NoteRow.id == note.id).values(columns))
    session.execute(delete(TagRow).where(TagRow.note_id == note.id))
    if note.tags:
        session.execute(
            insert(TagRow),
            [
                {"note_id": note.id, "ordinal": ordinal, "tag": tag}
                for ordinal, tag in enumerate(note.tags)
            ],
        )


def move_note(session: WriteSession, note_id: UUID, path: str, modified_ns: int) -> None:
    """Give a note another path; an unknown id is ignored."""
    if session.scalar(select(NoteRow.id).where(NoteRow.id == note_id)) is None:
        return
    free_path(session, path, note_id)
    modified = datetime.fromtimestamp(modified_ns / 1_000_000_000, UTC)
    session.execute(
        update(NoteRow)
        .where(NoteRow.id == note_id)
        .values(path=path, modified_ns=modified_ns, modified=modified)
    )


def free_path(session: WriteSession, path: str, note_id: UUID) -> None:
    """Take ``path`` from any note but ``note_id``; no file can have the path it gets instead."""
    holder = session.scalar(select(NoteRow.id).where(NoteRow.path == path, NoteRow.id != note_id))
    if holder is not None:
        session.execute(
            update(NoteRow).where(NoteRow.id == holder).values(path=displaced_path(holder))
        )


def displaced_path(note_id: UUID) -> str:
    """Return the path of a note whose own was taken: U+0000 stands in no file's name."""
    return f"\x00{note_id}"


def _columns_of(note: Note) -> dict[str, object]:
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
        "left_out": [[part.span.start, part.span.end, part.reason] for part in note.left_out],
        "text": note.text,
    }
