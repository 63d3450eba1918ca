"""Which notes lead to which, in every database."""

from uuid import UUID, uuid4

import pytest

from app.db.catalog import Catalog
from app.db.links import Backlink, Links
from app.db.session import Database
from ingest.catalog import CutNote
from ingest.linking import note_links
from ingest.note import Note
from retrieval.span import Span
from retrieval.store import NoteLabel
from tests.fakes.notes import MODIFIED_NS, sample_note

TEXTS = {
    "缓存.md": "代价见[显存](sub/显存.md#上限)一节。再看 [[没有的]] 与 [[缓存]]。\n",
    "sub/显存.md": "---\naliases: [VRAM]\n---\n\n上限看 [[缓存]]！又是 [[缓存|它]]\n下一行\n",
    "sub/量化.md": "省 [[vram]]，[上面](../缓存.md)\n",
    "别处/显存.md": "另一个 [[显存]]\n",
    "孤.md": "没有链接\n",
}


def taken_in(catalog: Catalog, texts: dict[str, str]) -> dict[str, Note]:
    notes = {path: sample_note(text, path=path) for path, text in texts.items()}
    catalog.store(
        [
            CutNote(each, (), MODIFIED_NS, "1", (), note_links(each.text, ()))
            for each in notes.values()
        ]
    )
    return notes


@pytest.fixture
def notes(database: Database) -> dict[str, Note]:
    return taken_in(Catalog(database), TEXTS)


@pytest.fixture
def links(database: Database) -> Links:
    return Links(database)


def label_of(note: Note) -> NoteLabel:
    return NoteLabel(note.id, note.path, note.title)


def test_outgoing_links_tell_where_they_lead(notes: dict[str, Note], links: Links) -> None:
    found = links.outgoing(notes["缓存.md"].id)
    assert [(each.link.target, each.note) for each in found] == [
        ("sub/显存.md", label_of(notes["sub/显存.md"])),
        ("没有的", None),
    ]
    assert links.outgoing(notes["孤.md"].id) == ()
    assert links.outgoing(uuid4()) == ()


def test_a_link_leads_somewhere_as_soon_as_there_is_such_a_note(
    database: Database, notes: dict[str, Note], links: Links
) -> None:
    assert links.outgoing(notes["缓存.md"].id)[1].note is None
    late = taken_in(Catalog(database), {"没有的.md": "现在有了\n"})["没有的.md"]
    assert links.outgoing(notes["缓存.md"].id)[1].note == label_of(late)
    assert [each.note.path for each in links.backlinks(late.id)] == ["缓存.md"]


def test_notes_are_linked_both_ways(notes: dict[str, Note], links: Links) -> None:
    ids = {path: note.id for path, note in notes.items()}
    every = list(ids.values())

    def told(found: dict[UUID, tuple[UUID, ...]]) -> dict[str, set[str]]:
        path = {note_id: path for path, note_id in ids.items()}
        return {path[key]: {path[each] for each in others} for key, others in found.items()}

    forward = told(dict(links.linked(every)))
    assert forward == {
        "缓存.md": {"sub/显存.md"},
        "sub/显存.md": {"缓存.md"},
        "sub/量化.md": {"sub/显存.md", "缓存.md"},
    }
    assert told({each: links.linking(each) for each in every if links.linking(each)}) == {
        "sub/显存.md": {"缓存.md", "sub/量化.md"},
        "缓存.md": {"sub/显存.md", "sub/量化.md"},
    }
    assert (links.linked([]), links.linking(uuid4())) == ({}, ())


def test_backlinks_come_with_their_sentence(notes: dict[str, Note], links: Links) -> None:
    vram, quantised = label_of(notes["sub/显存.md"]), label_of(notes["sub/量化.md"])
    text = notes["sub/显存.md"].text
    first = text.index("[[缓存]]")
    second = text.index("[[缓存|它]]")
    assert links.backlinks(notes["缓存.md"].id) == (
        Backlink(vram, Span(first, first + 6), "上限看 ", "[[缓存]]", "！"),
        Backlink(vram, Span(second, second + 8), "又是 ", "[[缓存|它]]", "\n"),
        Backlink(quantised, Span(11, 25), "省 [[vram]]，", "[上面](../缓存.md)", "\n"),
    )
    assert links.backlinks(notes["孤.md"].id) == ()
    assert links.backlinks(uuid4()) == ()


def test_links_go_with_their_note(database: Database, notes: dict[str, Note], links: Links) -> None:
    Catalog(database).remove([notes["sub/显存.md"].id])
    assert [each.note.path for each in links.backlinks(notes["缓存.md"].id)] == ["sub/量化.md"]
