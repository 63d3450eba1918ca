"""The names by which links find notes, as rows of their table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete, insert, select

from app.db.batches import batches
from app.db.models import NoteNameRow, NoteRow
from app.db.session import WriteSession
from ingest.catalog import CutNote
from ingest.linking import aliases_of, note_names

NOTE_NAME = cast("Table", NoteNameRow.__table__)


def swap_names(session: WriteSession, notes: Sequence[CutNote]) -> None:
    """Make the rows of the notes' names exactly so."""
    for some in batches([each.note.id for each in notes]):
        session.execute(delete(NOTE_NAME).where(NOTE_NAME.c.note_id.in_(some)))
    _insert(
        session,
        (
            (each.note.id, note_names(each.note.path, each.note.title, aliases_of(each.note.text)))
            for each in notes
        ),
    )


def rename(session: WriteSession, paths: Mapping[UUID, str]) -> None:
    """Name notes by other paths; their aliases stay."""
    for some in batches(paths):
        here = NOTE_NAME.c.note_id.in_(some)
        session.execute(delete(NOTE_NAME).where(here, NOTE_NAME.c.alias == ""))
        titles = session.execute(select(NoteRow.id, NoteRow.title).where(NoteRow.id.in_(some)))
        _insert(
            session, [(note_id, note_names(paths[note_id], title, ())) for note_id, title in titles]
        )


def _insert(
    session: WriteSession, named: Iterable[tuple[UUID, frozenset[tuple[str, str]]]]
) -> None:
    rows = [
        {"note_id": note_id, "name": name, "alias": alias}
        for note_id, names in named
        for name, alias in sorted(names)
    ]
    if rows:
        session.execute(insert(NOTE_NAME), rows)
