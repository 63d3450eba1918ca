"""Who speaks in the notes, and when."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, case, func, select, type_coerce

from app.db.chunk_rows import CHUNK
from app.db.filtering import DATED
from app.db.matching import SNIPPET
from app.db.models import NoteRow
from app.db.session import Database
from retrieval.chunk import Kind
from retrieval.span import Span
from retrieval.store import NoteLabel

_DAY = 10
"""Characters of a date."""
_SPEAKERS = type_coerce(CHUNK.c.speakers, Text())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks in the notes."""

    name: str
    passages: int
    notes: int
    first: str
    """Day of the first passage with a date, ISO 8601; empty when none has one."""
    last: str


@dataclass(frozen=True, slots=True)
class Appearance:
    """What somebody says in one note on one day."""

    note: NoteLabel
    kind: Kind
    day: str
    """ISO 8601; empty when the note tells no date."""
    passages: int
    span: Span
    """The first of these passages."""
    headings: tuple[str, ...]
    snippet: str
    """The words of that passage from the name on."""


@dataclass(frozen=True, slots=True)
class Appearances:
    """One page of what somebody says."""

    total: int
    """Appearances of all pages; 0 when nobody has that name."""
    rows: tuple[Appearance, ...]


class People:
    """Reads who speaks; any thread may use it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Person, ...]:
        """Return everybody, who speaks most first."""
        day = case((DATED, func.substr(CHUNK.c.when, 1, _DAY)), else_=None)
        columns = (
            select(CHUNK.c.speakers, CHUNK.c.note_id, func.count(), func.min(day), func.max(day))
            .where(_SPEAKERS != "[]")
            .group_by(CHUNK.c.speakers, CHUNK.c.note_id)
        )
        found: dict[str, _Count] = {}
        with self._database.read() as session:
            for speakers, note_id, passages, first, last in session.execute(columns):
                for name in set(speakers) - {""}:
                    found.setdefault(name, _Count()).add(note_id, passages, (first, last))
        people = [count.person(name) for name, count in found.items()]
        return tuple(sorted(people, key=lambda each: (-each.passages, each.name)))

    def appearances(self, name: str, limit: int = 50, offset: int = 0) -> Appearances:
        """Return what somebody says by note and day, the newest first, undated last."""
        columns = (
            select(
                CHUNK.c.id,
                CHUNK.c.note_id,
                CHUNK.c.kind,
                CHUNK.c.start,
                CHUNK.c.end,
                CHUNK.c.headings,
                CHUNK.c.speakers,
                case((DATED, func.substr(CHUNK.c.when, 1, _DAY)), else_="").label("day"),
            )
            .where(_speaks(name))
            .order_by(CHUNK.c.note_id, CHUNK.c.ordinal)
        )
        with self._database.read() as session:
            rows = [row for row in session.execute(columns) if name in row.speakers]
            days = _by_day(rows)
            shown = days[max(0, offset) : max(0, offset) + max(0, limit)]
            ids = {some[0].note_id for some in shown}
            notes = select(NoteRow.id, NoteRow.path, NoteRow.title).where(NoteRow.id.in_(ids))
            labels = {row[0]: NoteLabel(*row) for row in session.execute(notes)}
            texts = {
                row.id: _from_name(row.text, name)
                for row in session.execute(_texts(some[0].id for some in shown))
            }
        return Appearances(
            len(days),
            tuple(
                _appearance(some, labels[some[0].note_id], texts)
                for some in shown
                if some[0].note_id in labels
            ),
        )


class _Count:
    """What is counted of one person."""

    def __init__(self) -> None:
        self._notes: set[UUID] = set()
        self._passages = 0
        self._days: list[str] = []

    def add(self, note_id: UUID, passages: int, days: Iterable[str | None]) -> None:
        self._notes.add(note_id)
        self._passages += passages
        self._days.extend(day for day in days if day)

    def person(self, name: str) -> Person:
        first, last = min(self._days, default=""), max(self._days, default="")
        return Person(name, self._passages, len(self._notes), first, last)


def _speaks(name: str) -> ColumnElement[bool]:
    """Whether a chunk may name a speaker; SQLite takes A for a here."""
    return _SPEAKERS.contains(json.dumps(name), autoescape=True)


def _by_day(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[list[Row[*tuple[Any, ...]]]]:
    found: dict[tuple[UUID, str], list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault((row.note_id, row.day), []).append(row)
    return sorted(found.values(), key=lambda some: some[0].day, reverse=True)


def _texts(chunks: Iterable[UUID]) -> Select[UUID, str]:
    return select(CHUNK.c.id, CHUNK.c.text).where(CHUNK.c.id.in_(list(chunks)))


def _from_name(text: str, name: str) -> str:
    """Return the words of a passage from where somebody's name stands in it."""
    start = max(0, text.find(name))
    return " ".join(text[start : start + SNIPPET].split())


def _appearance(
    rows: list[Row[*tuple[Any, ...]]], note: NoteLabel, texts: dict[UUID, str]
) -> Appearance:
    first = rows[0]
    return Appearance(
        note=note,
        kind=Kind(first.kind),
        day=first.day,
        passages=len(rows),
        span=Span(first.start, first.end),
        headings=first.headings,
        snippet=texts.get(first.id, ""),
    )
