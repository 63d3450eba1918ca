"""From the name by which one note speaks of another to that note."""

from threading import Lock
from time import monotonic
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
_SLOW = 0.1
"""Seconds that reading the names takes, above which it is not done at once again."""
_TIMES = 10
"""How many times as long the names then count as fresh."""

_Version = tuple[int, UUID | None, str]
"""Number of notes, the last sync, and how far it is: with the same ones, no name has changed."""


class Naming:
    """Resolves names of notes. Any thread may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._version: _Version | None = None
        self._table = NameTable(())
        self._good_until = 0.0

    def note(self, name: str, near: str = "") -> UUID | None:
        """Return the note that ``name`` means, None when there is none.

        Args:
            name: A path relative to the notes folder or to the note that speaks, with or without
                its ending, the file's name alone, a title or an alias; in that order.
            near: Path of the note that speaks; of several notes the nearest is meant.
        """
        return self.table().note(name, near)

    def table(self) -> NameTable:
        """Return the names as they are now; what it says stays as it is."""
        with self._lock, self._database.read() as session:
            version = _version(session)
            if version != self._version and monotonic() >= self._good_until:
                self._read(session)
                # While a sync runs, names change without a sign.
                self._version = None if version[2] == "running" else version
        return self._table

    def _read(self, session: ReadSession) -> None:
        began = monotonic()
        self._table = NameTable(_named(session))
        took = monotonic() - began
        # Of very many notes the names are not read again for each link of a page.
        self._good_until = monotonic() + _TIMES * took if took > _SLOW else 0.0


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
