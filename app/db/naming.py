"""From the name by which one note speaks of another to that note."""

from threading import Lock
from uuid import UUID

from sqlalchemy import case, func, select

from app.db.columns import ExactText
from app.db.models import NoteRow, RunRow
from app.db.name_table import Named, NameTable
from app.db.session import Database, ReadSession
from ingest.parsing.front_matter import front_matter

_HEAD = 20_100
"""Characters of a note in which its head stands."""
_SPOKEN_OF = 4_000
"""Characters in which the word for an alias stands when the head has one."""

_Version = tuple[int, UUID | None, str]
"""Number of notes, the last sync, and how far it is: with the same ones, no name has changed."""


class Naming:
    """Resolves names of notes. Any thread may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._version: _Version | None = None
        self._table = NameTable(())

    def note(self, name: str, near: str = "") -> UUID | None:
        """Return the note that ``name`` means, None when there is none.

        Args:
            name: A path relative to the notes folder or to the note that speaks, with or without
                its ending, the file's name alone, a title or an alias; in that order.
            near: Path of the note that speaks; of several notes the nearest is meant.
        """
        with self._lock:
            return self._fresh().note(name, near)

    def _fresh(self) -> NameTable:
        with self._database.read() as session:
            version = _version(session)
            if version != self._version:
                self._table = NameTable(_named(session))
                # While a sync runs, names change without a sign.
                self._version = None if version[2] == "running" else version
        return self._table


def _version(session: ReadSession) -> _Version:
    notes = session.scalar(select(func.count()).select_from(NoteRow)) or 0
    newest = select(RunRow.id, RunRow.state).order_by(RunRow.started.desc(), RunRow.id).limit(1)
    run = session.execute(newest).first()
    return (notes, None, "") if run is None else (notes, run.id, run.state)


def _named(session: ReadSession) -> list[Named]:
    spoken_of = func.lower(func.substr(NoteRow.text, 1, _SPOKEN_OF)).contains("alias")
    head = case(
        (spoken_of, func.substr(NoteRow.text, 1, _HEAD, type_=ExactText())),
        else_="",
    )
    rows = session.execute(select(NoteRow.id, NoteRow.path, NoteRow.title, head))
    return [
        Named(found, path, title, front_matter(text).aliases) for found, path, title, text in rows
    ]
