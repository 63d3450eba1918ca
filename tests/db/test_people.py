"""Who speaks in the notes, and when, in every database."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.db.catalog import Catalog
from app.db.people import Appearance, People, Person
from app.db.session import Database
from ingest.catalog import CutNote
from ingest.note import Note
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span
from retrieval.store import NoteLabel
from tests.fakes.notes import MODIFIED_NS, sample_chunks, sample_note

ODD = '100% "阿_毛" \\'


def said(note: Note, *spoken: tuple[str, Sequence[str]]) -> list[Chunk]:
    ends = range(2, 2 * len(spoken), 2)
    return [
        replace(chunk, when=when, speakers=tuple(speakers))
        for chunk, (when, speakers) in zip(sample_chunks(note, ends), spoken, strict=True)
    ]


@pytest.fixture
def chat(database: Database) -> Note:
    chat, digest = sample_note("一二三四五六七八", path="群.md"), sample_note("词词", path="摘.md")
    spoken = said(
        chat,
        ("2024-03-01T10:00", ("小林", "阿毛")),
        ("2024-03-01T10:05", ("小林",)),
        ("2024-03-02T09:00", ("阿毛", "")),
        ("15:12:54", ("小林",)),
    )
    Catalog(database).store(
        [
            CutNote(chat, tuple(spoken), MODIFIED_NS, "1"),
            CutNote(digest, tuple(said(digest, ("2024-02", ("阿毛", ODD)))), MODIFIED_NS, "1"),
        ]
    )
    return chat


def test_everybody_is_counted_who_speaks_most_first(database: Database, chat: Note) -> None:
    del chat
    assert People(database).all() == (
        Person("小林", 3, 1, "2024-03-01", "2024-03-01"),
        Person("阿毛", 3, 2, "2024-02", "2024-03-02"),
        Person(ODD, 1, 1, "2024-02", "2024-02"),
    )


def test_nobody_speaks_in_an_empty_catalogue(database: Database) -> None:
    assert People(database).all() == ()
    assert People(database).appearances("小林").total == 0


def test_what_somebody_says_is_told_by_note_and_day(database: Database, chat: Note) -> None:
    label, headings = NoteLabel(chat.id, "群.md", "群"), ("群", "估算")
    found = People(database).appearances("小林")
    assert (found.total, found.rows) == (
        2,
        (
            Appearance(label, Kind.CHAT, "2024-03-01", 2, Span(0, 2), headings, "一二"),
            Appearance(label, Kind.CHAT, "", 1, Span(6, 8), headings, "七八"),
        ),
    )


@pytest.mark.parametrize(
    ("name", "days"),
    [("阿毛", ["2024-03-02", "2024-03-01", "2024-02"]), (ODD, ["2024-02"]), ("阿", [])],
)
def test_a_name_is_taken_exactly(
    database: Database, chat: Note, name: str, days: list[str]
) -> None:
    del chat
    assert [row.day for row in People(database).appearances(name).rows] == days


def test_appearances_come_in_pages(database: Database, chat: Note) -> None:
    del chat
    people = People(database)
    first, second = people.appearances("阿毛", 2), people.appearances("阿毛", 2, 2)
    assert (first.total, len(first.rows), len(second.rows)) == (3, 2, 1)
    assert people.appearances("阿毛", -1, -1).rows == ()
