"""Notes that say much of the same are found by their heaviest words."""

from uuid import UUID

import pytest

from ingest.catalog import CutNote
from retrieval.index import Point
from retrieval.lexical import LexicalEncoder
from retrieval.related import Related, Relating
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.notes import MODIFIED_NS, sample_chunks, sample_note

TEXTS = {
    "低秩.md": "低秩微调冻结权重，训练两个小矩阵，显存省下很多。",
    "矩阵.md": "冻结权重以后只训练小矩阵，这样微调也不贵。",
    "显存.md": "显存不够的时候先看权重的精度，再看缓存。",
    "天气.md": "明天下雨，记得带伞，路上会堵车。",
    "菜谱.md": "西红柿炒鸡蛋，先炒蛋再放西红柿，出锅撒盐。",
    "日期.md": "2024-03-01 12:30 100 4090",
}


class Notes:
    """A catalogue and an index with one passage a note."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.catalog, self.index, encoder = FakeCatalog(), FakeIndex(), LexicalEncoder(30.0)
        self.ids: dict[str, UUID] = {}
        for path, text in texts.items():
            note = sample_note(text, path=path)
            self.ids[path] = note.id
            (chunk,) = sample_chunks(note)
            self.catalog.store([CutNote(note, (chunk,), MODIFIED_NS, "1")])
            vector, _ = encoder.passage(chunk.text)
            self.index.upsert([Point(chunk.point, chunk.kind, vector)])

    def related(self, path: str, limit: int = 5, **raised: float) -> list[tuple[str, set[str]]]:
        chunks = self.catalog.note_chunks(self.ids[path])
        gains = {self.ids[f"{name}.md"]: gain for name, gain in raised.items()}
        paths = {note_id: path for path, note_id in self.ids.items()}
        found = Relating(self.index, self.catalog).related(chunks, limit, gains)
        return [(paths[each.note_id], set(each.shared)) for each in found]


@pytest.fixture
def notes() -> Notes:
    return Notes(TEXTS)


def test_notes_that_share_heavy_words_are_related_most_first(notes: Notes) -> None:
    assert [path for path, _ in notes.related("低秩.md")] == ["矩阵.md", "显存.md"]


def test_the_words_that_both_hold_are_told(notes: Notes) -> None:
    ((_, shared),) = notes.related("低秩.md", 1)
    assert shared <= {"微调", "冻结", "训练", "矩阵", "权重"}
    assert len(shared) == 3


def test_a_note_that_shares_no_words_has_none_related(notes: Notes) -> None:
    assert notes.related("菜谱.md") == []


def test_figures_say_nothing(notes: Notes) -> None:
    assert notes.related("日期.md") == []


def test_what_else_notes_share_raises_them(notes: Notes) -> None:
    found = notes.related("低秩.md", 5, 显存=9.0)
    assert [path for path, _ in found] == ["显存.md", "矩阵.md"]


def test_a_note_without_passages_has_none_related(notes: Notes) -> None:
    assert Relating(notes.index, notes.catalog).related([], 5) == []


def test_the_same_is_found_each_time(notes: Notes) -> None:
    chunks = notes.catalog.note_chunks(notes.ids["低秩.md"])
    first: list[Related] = Relating(notes.index, notes.catalog).related(chunks, 5)
    assert Relating(notes.index, notes.catalog).related(chunks, 5) == first
