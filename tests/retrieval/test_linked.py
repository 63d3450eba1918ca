"""Passages that the best candidates link to are raised, or brought in."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from ingest.catalog import CutNote
from ingest.linking import note_links
from retrieval.hit import Hit
from retrieval.index import Point, SparseVector
from retrieval.lexical import LexicalEncoder
from retrieval.linked import BEST, SHARE, Linking
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.notes import MODIFIED_NS, sample_chunks, sample_note

TEXTS = {
    "缓存.md": "缓存省去重复计算，代价见 [[显存]]。",
    "显存.md": "显存随长度增长。上限由卡决定，代价是显存。",
    "远.md": "这里不相干，见 [[显存]]。",
    "孤.md": "代价在别处说。",
}


class Notes:
    """A catalogue and an index that hold a few notes of one or two passages."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.catalog, self.index, encoder = FakeCatalog(), FakeIndex(), LexicalEncoder(20.0)
        self.ids: dict[str, UUID] = {}
        for path, text in texts.items():
            note = sample_note(text, path=path)
            self.ids[path] = note.id
            ends = [text.index("。") + 1] if text.count("。") > 1 else []
            chunks = sample_chunks(note, ends)
            self.catalog.store(
                [CutNote(note, tuple(chunks), MODIFIED_NS, "1", (), note_links(text, ()))]
            )
            self.index.upsert(
                [Point(each.point, each.kind, encoder.passage(each.text)[0]) for each in chunks]
            )
        self.linking = Linking(self.index, self.catalog)

    def hits(self, *found: tuple[str, int, float]) -> list[Hit]:
        return [
            Hit(self.catalog.note_chunks(self.ids[path])[ordinal], rank, score)
            for rank, (path, ordinal, score) in enumerate(found, start=1)
        ]

    def told(self, hits: Sequence[Hit]) -> list[tuple[str, int, float]]:
        paths = {note_id: path for path, note_id in self.ids.items()}
        return [
            (paths[hit.chunk.note_id], hit.chunk.ordinal, round(hit.lexical_score, 3))
            for hit in hits
        ]


@pytest.fixture
def notes() -> Notes:
    return Notes(TEXTS)


def question(words: str) -> SparseVector:
    return LexicalEncoder().question(words)


def test_the_best_passage_of_a_linked_note_is_raised(notes: Notes) -> None:
    hits = notes.hits(
        ("缓存.md", 0, 4.0), ("孤.md", 0, 2.5), ("显存.md", 1, 2.0), ("显存.md", 0, 1.5)
    )
    joined = notes.linking.joined(hits, question("缓存的代价"))
    assert notes.told(joined) == [
        ("缓存.md", 0, 4.0),
        ("显存.md", 1, round(2.0 + SHARE * 4.0, 3)),
        ("孤.md", 0, 2.5),
        ("显存.md", 0, 1.5),
    ]


def test_a_passage_that_was_not_found_is_brought_in(notes: Notes) -> None:
    asked = question("缓存的代价")
    (own,) = (
        each.score
        for each in notes.index.search(asked, 9)
        if each.id == notes.catalog.note_chunks(notes.ids["显存.md"])[1].point
    )
    joined = notes.linking.joined(notes.hits(("缓存.md", 0, 4.0)), asked)
    assert notes.told(joined) == [
        ("缓存.md", 0, 4.0),
        ("显存.md", 1, round(own + SHARE * 4.0, 3)),
    ]
    assert joined[1].lexical_rank is None


def test_the_best_link_counts_when_several_lead_to_a_note(notes: Notes) -> None:
    hits = notes.hits(("缓存.md", 0, 4.0), ("远.md", 0, 3.0), ("显存.md", 1, 1.0))
    joined = notes.linking.joined(hits, question("代价"))
    assert ("显存.md", 1, round(1.0 + SHARE * 4.0, 3)) in notes.told(joined)


def test_filters_hold_for_linked_passages_too(notes: Notes) -> None:
    hits = notes.hits(("缓存.md", 0, 4.0))
    within = [hits[0].chunk.point]
    assert notes.linking.joined(hits, question("代价"), within) == hits


def test_links_of_candidates_far_down_are_not_followed() -> None:
    texts = {f"{place}.md": f"第{place}条代价。" for place in range(BEST)}
    many = Notes(texts | TEXTS)
    hits = many.hits(*((path, 0, 5.0) for path in texts), ("缓存.md", 0, 4.0))
    assert many.linking.joined(hits, question("代价")) == hits


def test_a_linked_note_without_a_word_of_the_question_stays_out(notes: Notes) -> None:
    hits = notes.hits(("缓存.md", 0, 4.0))
    assert notes.linking.joined(hits, question("重复计算")) == hits


def test_without_links_and_without_hits_nothing_changes(notes: Notes) -> None:
    hits = notes.hits(("孤.md", 0, 4.0), ("显存.md", 0, 2.0))
    assert notes.linking.joined(hits, question("代价")) == hits
    assert notes.linking.joined([], question("代价")) == []
