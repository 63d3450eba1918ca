"""From the name by which one note speaks of another to that note."""

from uuid import UUID

from sqlalchemy import case, func, or_, select

from app.db.models import NoteRow
from app.db.session import Database

_ENDINGS = (".md", ".markdown", ".txt")


class Naming:
    """Resolves names of notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, name: str) -> UUID | None:
        """Return the note that ``name`` means, None when there is none.

        Args:
            name: A path relative to the notes folder, with or without its ending, the file's
                name alone, or a title; the nearest of these in that order.
        """
        name = name.strip().removeprefix("./")
        if not name or "\x00" in name:
            return None
        paths = [name, *(name + ending for ending in _ENDINGS)]
        below = [NoteRow.path.endswith(f"/{path}", autoescape=True) for path in paths]
        rank = case(
            (NoteRow.path.in_(paths), 0),
            (or_(*below), 1),
            (NoteRow.title == name, 2),
        )
        found = (
            select(NoteRow.id)
            .where(or_(NoteRow.path.in_(paths), *below, NoteRow.title == name))
            .order_by(rank, func.length(NoteRow.path), NoteRow.path)
            .limit(1)
        )
        with self._database.read() as session:
            return session.scalar(found)
