"""Which notes lead to which, by the links that stand in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, false, or_, select

from app.db.batches import batches
from app.db.link_rows import LINK, LINKS, link_of
from app.db.models import NoteRow
from app.db.naming import table_of
from app.db.note_name_rows import NOTE_NAME
from app.db.note_rows import text_at
from app.db.session import Database, ReadSession
from ingest.note import NoteLink
from retrieval.span import Span
from retrieval.store import NoteLabel

_LinkRow = Row[*tuple[Any, ...]]
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

    def __init__(self, database: Database) -> None:
        self._database = database

    def outgoing(self, note_id: UUID) -> tuple[OutgoingLink, ...]:
        """Return a note's links in order, those that lead to itself left out."""
        with self._database.read() as session:
            found = _resolved(session, LINKS.where(LINK.c.note_id == note_id).limit(MOST))
            labels = _labels(session, {there for _, there in found if there is not None})
        return tuple(
            OutgoingLink(link_of(row), None if there is None else labels.get(there))
            for row, there in found
            if there != note_id
        )

    def linked(self, note_ids: Collection[UUID]) -> Mapping[UUID, tuple[UUID, ...]]:
        """Return the notes that each note links to, in the order of its links."""
        found: dict[UUID, dict[UUID, None]] = {}
        with self._database.read() as session:
            for some in batches(note_ids, _AT_ONCE):
                links = LINKS.where(LINK.c.note_id.in_(some)).limit(MOST)
                for row, there in _resolved(session, links):
                    if there is not None and there != row.note_id:
                        found.setdefault(row.note_id, {})[there] = None
        return {note_id: tuple(others) for note_id, others in found.items()}

    def linking(self, note_id: UUID) -> tuple[UUID, ...]:
        """Return the notes that link to a note."""
        with self._database.read() as session:
            rows = _leading(session, note_id)
        return tuple(dict.fromkeys(row.note_id for row in rows))

    def backlinks(self, note_id: UUID) -> tuple[Backlink, ...]:
        """Return the places that lead to a note, those of one note together, notes by path."""
        with self._database.read() as session:
            rows = _leading(session, note_id)
            labels = _labels(session, {row.note_id for row in rows})
            known = [row for row in rows if row.note_id in labels]
            known.sort(key=lambda row: (labels[row.note_id].path, row.ordinal))
            return tuple(_backlink(session, labels[row.note_id], row) for row in known[:_BACKLINKS])


def led_to(session: ReadSession, places: Sequence[tuple[UUID, Span]]) -> list[tuple[UUID, ...]]:
    """Return, for each stretch of a note, the other notes that links inside it lead to."""
    inside = [
        and_(LINK.c.note_id == note_id, LINK.c.start >= span.start, LINK.c.end <= span.end)
        for note_id, span in places
    ]
    found: list[dict[UUID, None]] = [{} for _ in places]
    for row, there in _resolved(session, LINKS.where(or_(false(), *inside)).limit(MOST)):
        if there is None or there == row.note_id:
            continue
        for notes, (note_id, span) in zip(found, places, strict=True):
            if note_id == row.note_id and span.start <= row.start and row.end <= span.end:
                notes[there] = None
    return [tuple(notes) for notes in found]


def _leading(session: ReadSession, note_id: UUID) -> list[_LinkRow]:
    """Return the links of other notes that lead to a note."""
    names = session.scalars(select(NOTE_NAME.c.name).where(NOTE_NAME.c.note_id == note_id)).all()
    links = LINKS.where(LINK.c.name.in_(names), LINK.c.note_id != note_id).limit(MOST)
    return [row for row, there in _resolved(session, links) if there == note_id]


def _resolved(session: ReadSession, links: Select[Any]) -> list[tuple[_LinkRow, UUID | None]]:
    """Return links with the notes that they lead to."""
    rows = session.execute(links).all()
    if not rows:
        return []
    table = table_of(session, {row.name for row in rows})
    paths = {
        label.id: label.path for label in _labels(session, {row.note_id for row in rows}).values()
    }
    return [(row, table.note(row.target, paths.get(row.note_id, ""))) for row in rows]


def _labels(session: ReadSession, note_ids: Collection[UUID]) -> Mapping[UUID, NoteLabel]:
    columns = select(NoteRow.id, NoteRow.path, NoteRow.title)
    found: dict[UUID, NoteLabel] = {}
    for some in batches(note_ids):
        rows = session.execute(columns.where(NoteRow.id.in_(some)))
        found.update((row[0], NoteLabel(*row)) for row in rows)
    return found


def _backlink(session: ReadSession, note: NoteLabel, row: _LinkRow) -> Backlink:
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
