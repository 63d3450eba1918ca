"""Which notes lead to which, by the links that stand in them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from app.db.batches import batches
from app.db.link_rows import LINK, LINKS, link_of
from app.db.models import NoteRow
from app.db.name_table import NameTable
from app.db.naming import Naming
from app.db.note_rows import text_at
from app.db.session import Database, ReadSession
from ingest.note import NoteLink
from retrieval.span import Span
from retrieval.store import NoteLabel

MOST = 2_000
"""Links of one name, or of one note, that are looked at: a template may stand in every note."""
_AT_ONCE = 50
"""Notes, or names, whose links are looked up together."""
_BACKLINKS = 50
"""Places that `Links.backlinks` tells."""
_AROUND = 200
"""Characters before and behind a link in which the words around it are looked for."""
_ENDS = "\n。！？!?；"
"""What a sentence ends with."""


@dataclass(frozen=True, slots=True)
class OutgoingLink:
    """A link of a note, and where it leads."""

    link: NoteLink
    note: NoteLabel | None
    """None while there is no such note."""


@dataclass(frozen=True, slots=True)
class Backlink:
    """A place that leads to a note, with the words around it."""

    note: NoteLabel
    """The note in which the link stands."""
    span: Span
    """Where the link stands in it."""
    before: str
    written: str
    """The link as the note writes it."""
    after: str


class Links:
    """Reads the links between notes. Any thread may use it."""

    def __init__(self, database: Database, naming: Naming) -> None:
        """Find the notes that links lead to by way of ``naming``."""
        self._database = database
        self._naming = naming

    def outgoing(self, note_id: UUID) -> tuple[OutgoingLink, ...]:
        """Return a note's links in order, those that lead to itself left out."""
        table = self._naming.table()
        with self._database.read() as session:
            rows = session.execute(LINKS.where(LINK.c.note_id == note_id).limit(MOST)).all()
            found = {row.ordinal: table.note(row.target, table.path(note_id)) for row in rows}
            labels = _labels(session, {each for each in found.values() if each is not None})
        return tuple(
            OutgoingLink(link_of(row), None if there is None else labels.get(there))
            for row in rows
            if (there := found[row.ordinal]) != note_id
        )

    def linked(self, note_ids: Collection[UUID]) -> Mapping[UUID, tuple[UUID, ...]]:
        """Return the notes that each note links to, in the order of its links."""
        found: dict[UUID, dict[UUID, None]] = {}
        for here, there in self._pairs(LINK.c.note_id, note_ids):
            found.setdefault(here, {})[there] = None
        return {note_id: tuple(others) for note_id, others in found.items()}

    def linking(self, note_ids: Collection[UUID]) -> Mapping[UUID, tuple[UUID, ...]]:
        """Return the notes that link to each note."""
        table = self._naming.table()
        names = {name for note_id in note_ids for name in table.link_names(note_id)}
        found: dict[UUID, dict[UUID, None]] = {}
        for here, there in self._pairs(LINK.c.name, names):
            if there in note_ids:
                found.setdefault(there, {})[here] = None
        return {note_id: tuple(others) for note_id, others in found.items()}

    def backlinks(self, note_id: UUID) -> tuple[Backlink, ...]:
        """Return the places that lead to a note, those of one note together, notes by path."""
        table = self._naming.table()
        names = sorted(table.link_names(note_id))
        with self._database.read() as session:
            rows = session.execute(LINKS.where(LINK.c.name.in_(names)).limit(MOST)).all()
            leading = [row for row in rows if _leads(table, row) == note_id != row.note_id]
            labels = _labels(session, {row.note_id for row in leading})
            known = [row for row in leading if row.note_id in labels]
            known.sort(key=lambda row: (labels[row.note_id].path, row.ordinal))
            return tuple(_backlink(session, labels[row.note_id], row) for row in known[:_BACKLINKS])

    def _pairs(
        self, column: ColumnElement[Any], values: Collection[object]
    ) -> Iterator[tuple[UUID, UUID]]:
        """Yield from where to where the links lead whose ``column`` is one of ``values``."""
        table = self._naming.table()
        for some in batches(values, _AT_ONCE):
            with self._database.read() as session:
                rows = session.execute(LINKS.where(column.in_(some)).limit(MOST)).all()
            for row in rows:
                there = _leads(table, row)
                if there is not None and there != row.note_id:
                    yield row.note_id, there


def _leads(table: NameTable, row: Row[*tuple[Any, ...]]) -> UUID | None:
    return table.note(row.target, table.path(row.note_id))


def _labels(session: ReadSession, note_ids: Collection[UUID]) -> Mapping[UUID, NoteLabel]:
    columns = select(NoteRow.id, NoteRow.path, NoteRow.title)
    found: dict[UUID, NoteLabel] = {}
    for some in batches(note_ids):
        rows = session.execute(columns.where(NoteRow.id.in_(some)))
        found.update((row[0], NoteLabel(*row)) for row in rows)
    return found


def _backlink(session: ReadSession, note: NoteLabel, row: Row[*tuple[Any, ...]]) -> Backlink:
    start = max(0, row.start - _AROUND)
    text = text_at(session, note.id, Span(start, row.end + _AROUND))
    before, after = text[: row.start - start], text[row.end - start :]
    return Backlink(
        note=note,
        span=Span(row.start, row.end),
        before=before[_last_end(before) :],
        written=text[row.start - start : row.end - start],
        after=after[: _first_end(after)],
    )


def _last_end(text: str) -> int:
    return 1 + max(text.rfind(end) for end in _ENDS)


def _first_end(text: str) -> int:
    ends = [place for end in _ENDS if (place := text.find(end)) >= 0]
    return min(ends) + 1 if ends else len(text)
