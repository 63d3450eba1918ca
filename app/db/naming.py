"""From the name by which one note speaks of another to that note."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.db.batches import batches
from app.db.models import NoteNameRow, NoteRow
from app.db.name_table import Named, NameTable
from app.db.session import Database, ReadSession
from ingest.linking import link_name

_AT_ONCE = 50
"""Names that are looked up together."""
_MOST = 2_000
"""Notes of one name that are looked at: every folder may have its index."""


class Naming:
    """Resolves names of notes. Any thread may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, name: str, near: str = "") -> UUID | None:
        """Return the note that ``name`` means, None when there is none.

        Args:
            name: A path relative to the notes folder or to the note that speaks, with or without
                its ending, the file's name alone, a title or an alias; in that order.
            near: Path of the note that speaks; of several notes the nearest is meant.
        """
        return self.table([name]).note(name, near)

    def table(self, names: Collection[str]) -> NameTable:
        """Return a table that tells what any of ``names`` means now."""
        with self._database.read() as session:
            return table_of(session, {link_name(name) for name in names})


def table_of(session: ReadSession, link_names: Collection[str]) -> NameTable:
    """Return a table of the notes that links of these names may lead to.

    Args:
        session: Where notes are read.
        link_names: Names as `ingest.linking.link_name` gives them.
    """
    columns = (
        select(NoteRow.id, NoteRow.path, NoteRow.title, NoteNameRow.alias)
        .join(NoteNameRow, NoteNameRow.note_id == NoteRow.id)
        .limit(_MOST)
    )
    notes: dict[UUID, Named] = {}
    for some in batches(sorted(set(link_names) - {""}), _AT_ONCE):
        for note_id, path, title, alias in session.execute(
            columns.where(NoteNameRow.name.in_(some))
        ):
            known = notes[note_id].aliases if note_id in notes else ()
            aliases = (*known, alias) if alias else known
            notes[note_id] = Named(note_id, path, title, aliases)
    return NameTable(notes.values())
