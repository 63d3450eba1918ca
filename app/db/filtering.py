"""What a query line restricts a search to, as conditions on chunks.

A filter is first resolved to what the tables hold: tags to the tags there are, people to the lists
of speakers there are, names to notes. So SQL compares whole values, and folding them (width, case,
script) is done in one place.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from app.db.chunk_rows import CHUNK
from app.db.models import NoteRow, TagRow
from app.db.naming import Naming
from app.db.session import Database, ReadSession
from retrieval.filters import Filters
from retrieval.lexical import fold

_YEAR = 4
_BLOCK = "^"
"""Begins the name of a block instead of a heading."""
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.+)$", re.MULTILINE)
_MARKS = re.compile(r"[#*_`]")
Value = TypeVar("Value")

DATED = and_(
    func.length(CHUNK.c.when) >= _YEAR, func.substr(CHUNK.c.when, _YEAR + 1, 1).in_(("", "-"))
)
"""Whether a chunk has a date; a time of day alone is none."""
DATE = case((DATED, CHUNK.c.when), else_="")
"""A chunk's date, empty without one: newest first is descending."""


class Filtering:
    """Makes conditions of filters. Any thread may use it."""

    def __init__(self, database: Database) -> None:
        self._naming = Naming(database)

    def notes(self, filters: Filters) -> tuple[tuple[UUID, str], ...]:
        """Return the notes that the filters name, each with the heading asked for or nothing."""
        found = (self._note(name) for name in filters.notes)
        return tuple(each for each in found if each is not None)

    def _note(self, name: str) -> tuple[UUID, str] | None:
        whole = self._naming.note(name)
        if whole is not None:
            return whole, ""
        outer, _, heading = name.partition("#")
        note = self._naming.note(outer) if heading else None
        return None if note is None else (note, heading)


def condition(
    session: ReadSession, filters: Filters, notes: Collection[tuple[UUID, str]]
) -> ColumnElement[bool]:
    """Return what holds of a chunk that passes all filters.

    Args:
        session: Where tags, speakers and headings are looked up.
        filters: What was asked for.
        notes: The notes that the filters name.
    """
    parts: list[ColumnElement[bool]] = []
    if filters.tags:
        parts.append(_tagged(session, filters.tags))
    if filters.folders:
        below = or_(*map(_below, filters.folders))
        parts.append(CHUNK.c.note_id.in_(select(NoteRow.id).where(below)))
    if filters.kinds:
        parts.append(CHUNK.c.kind.in_([kind.value for kind in filters.kinds]))
    if filters.speakers:
        parts.append(_said_by(session, filters.speakers))
    if filters.notes:
        parts.append(or_(CHUNK.c.note_id.in_([]), *(_of(session, *each) for each in notes)))
    parts.extend(_dated(filters.after, filters.before))
    return and_(true(), *parts)


def _tagged(session: ReadSession, tags: Iterable[str]) -> ColumnElement[bool]:
    wanted = [_tag(tag) for tag in tags]

    def fits(tag: str) -> bool:
        folded = _tag(tag)
        return any(folded == each or folded.startswith(f"{each}/") for each in wanted)

    known = session.scalars(select(TagRow.tag).distinct())
    return CHUNK.c.note_id.in_(select(TagRow.note_id).where(TagRow.tag.in_(_fitting(known, fits))))


@lru_cache(maxsize=20_000)
def _folded(name: str) -> str:
    """Fold a name; the same ones are compared in every search."""
    return fold(name)


def _tag(tag: str) -> str:
    return _folded(tag).strip("#/ ")


def _below(folder: str) -> ColumnElement[bool]:
    return NoteRow.path.istartswith(f"{folder.rstrip('/')}/", autoescape=True)


def _said_by(session: ReadSession, names: Iterable[str]) -> ColumnElement[bool]:
    wanted = [fold(name).strip("@ ") for name in names]
    known = list(session.scalars(select(CHUNK.c.speakers).distinct()))
    everyone = {speaker for speakers in known for speaker in speakers}
    meant = {each for each in everyone if any(name in _folded(each) for name in wanted)}
    return CHUNK.c.speakers.in_(_fitting(known, lambda speakers: not meant.isdisjoint(speakers)))


def _of(session: ReadSession, note: UUID, heading: str) -> ColumnElement[bool]:
    here = CHUNK.c.note_id == note
    if not heading or heading.startswith(_BLOCK):
        return here
    wanted = _spaced(heading)
    rows = session.execute(select(CHUNK.c.id, CHUNK.c.headings, CHUNK.c.text).where(here))
    return CHUNK.c.id.in_(
        [key for key, above, text in rows if wanted in map(_spaced, (*above, *_headings(text)))]
    )


def _headings(text: str) -> Iterator[str]:
    """Yield the headings inside a chunk: small sections stand in one together."""
    return (match[1] for match in _HEADING.finditer(text))


def _spaced(heading: str) -> str:
    """Return a heading as it is compared: folded, as one line, without its marks."""
    return " ".join(_MARKS.sub(" ", fold(heading)).split())


def _fitting(known: Iterable[Value], fits: Callable[[Value], bool]) -> list[Value]:
    return [each for each in known if fits(each)]


def _dated(after: date | None, before: date | None) -> Iterable[ColumnElement[bool]]:
    """Compare days; a chunk that is dated by its month or year alone passes when that meets them.

    Without a date it passes neither: when a file was changed says little of when its words were.
    """
    if after or before:
        yield DATED
    if after:
        first = after.isoformat()
        yield or_(CHUNK.c.when >= first, CHUNK.c.when.in_((first[:7], first[:4])))
    if before:
        yield CHUNK.c.when < before.isoformat()
