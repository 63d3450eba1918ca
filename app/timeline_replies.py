"""The JSON documents about people and tags."""

from typing import Self
from uuid import UUID

from app.db.people import Appearance, Person
from app.replies import Reply, note_address


class PersonReply(Reply):
    """Somebody who speaks in the notes."""

    name: str
    passages: int
    notes: int
    first: str
    """Day of the first passage with a date, ISO 8601; empty when none has one."""
    last: str

    @classmethod
    def of(cls, person: Person) -> Self:
        """Describe a person."""
        return cls(
            name=person.name,
            passages=person.passages,
            notes=person.notes,
            first=person.first,
            last=person.last,
        )


class PeopleReply(Reply):
    """Everybody who speaks, who speaks most first."""

    people: tuple[PersonReply, ...]


class AppearanceReply(Reply):
    """What somebody says in one note on one day."""

    note: UUID
    path: str
    title: str
    day: str
    """ISO 8601; empty when the note tells no date."""
    passages: int
    start: int
    """Offset of the first of these passages in the note's text."""
    end: int
    snippet: str
    url: str

    @classmethod
    def of(cls, found: Appearance) -> Self:
        """Describe an appearance."""
        return cls(
            note=found.note.id,
            path=found.note.path,
            title=found.note.title,
            day=found.day,
            passages=found.passages,
            start=found.span.start,
            end=found.span.end,
            snippet=found.snippet,
            url=note_address(found.note.id, found.span),
        )


class AppearancesReply(Reply):
    """What somebody says by note and day, the newest first."""

    total: int
    """How many there are, of which ``appearances`` is a page."""
    appearances: tuple[AppearanceReply, ...]


class TagReply(Reply):
    """A tag."""

    tag: str
    notes: int


class TagsReply(Reply):
    """Every tag, most used first."""

    tags: tuple[TagReply, ...]
