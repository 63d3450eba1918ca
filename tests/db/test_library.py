from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.db.catalog import Catalog
from app.db.library import Counts, FailedNote, Library, NoteDetail, NotePage, NoteSummary
from app.db.session import Database
from app.db.suggesting import Suggestion
from ingest.note import LeftOut, Note
from retrieval.chunk import Kind
from retrieval.span import Span
from tests.contracts.catalog_contract import stored
from tests.fakes.notes import MODIFIED, sample_chunks, sample_note

NOW = datetime(2024, 4, 1, tzinfo=UTC)


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database, lambda: NOW)


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


def stored_all(catalog: Catalog, notes: Sequence[Note]) -> None:
    """Store notes, each a day older than the one before."""
    for days, note in enumerate(notes):
        stored(
            catalog, replace(note, modified=MODIFIED - timedelta(days=days)), sample_chunks(note)
        )


def paths(page: NotePage) -> list[str]:
    return [row.path for row in page.rows]


def test_a_note_is_summed_up(catalog: Catalog, library: Library) -> None:
    note = sample_note("第一行\n  第二行", path="a/b/显存.md", tags=["硬件", "GPU"])
    stored(catalog, note, sample_chunks(note, [4]))
    assert library.notes() == NotePage(
        1,
        (
            NoteSummary(
                id=note.id,
                path="a/b/显存.md",
                folder="a/b",
                title="显存",
                kind=Kind.ARTICLE,
                tags=("硬件", "GPU"),
                characters=9,
                chunks=2,
                modified=MODIFIED,
                snippet="第一行",
            ),
        ),
    )


def test_pages_go_from_new_to_old(catalog: Catalog, library: Library) -> None:
    stored_all(catalog, [sample_note(path=f"{number}.md") for number in range(5)])
    page = library.notes(limit=2, offset=1)
    assert (page.total, paths(page)) == (5, ["1.md", "2.md"])
    assert paths(library.notes(limit=-1)) == []
    assert paths(library.notes(offset=9)) == []


def test_every_word_must_stand_in_title_path_or_text(catalog: Catalog, library: Library) -> None:
    stored_all(
        catalog,
        [
            sample_note("用 vLLM 部署 Qwen", path="部署/服务.md"),
            sample_note("量化之后再说", path="部署/vllm.md"),
            sample_note("Qwen 的分词", path="分词.md"),
        ],
    )
    assert paths(library.notes("VLLM")) == ["部署/服务.md", "部署/vllm.md"]
    assert paths(library.notes("qwen vllm")) == ["部署/服务.md"]
    assert paths(library.notes("部署")) == ["部署/服务.md", "部署/vllm.md"]
    assert paths(library.notes("  ")) == ["部署/服务.md", "部署/vllm.md", "分词.md"]
    assert library.notes("没有") == NotePage(0, ())


@pytest.mark.parametrize("sign", ["%", "_", "/", "\\", "'", "[", "*", "\x00", "\ud800"])
def test_every_sign_is_taken_literally(catalog: Catalog, library: Library, sign: str) -> None:
    stored_all(
        catalog,
        [sample_note(f"占了 5{sign}6 显存", path="a.md"), sample_note("别的", path="b.md")],
    )
    assert paths(library.notes(sign)) == ["a.md"]
    assert paths(library.notes(f"5{sign}6")) == ["a.md"]
    assert paths(library.notes(f"5{sign}7")) == []


def test_the_snippet_stands_around_the_match(catalog: Catalog, library: Library) -> None:
    text = "开头。" + "甲" * 300 + "KV\ncache 的大小" + "乙" * 300
    stored_all(catalog, [sample_note(text, path="注意力.md")])
    (row,) = library.notes("注意力 cache").rows
    assert row.snippet == "甲" * 37 + "KV cache 的大小" + "乙" * 111
    (row,) = library.notes("注意力").rows
    assert row.snippet == text[:160]


def test_kind_and_tag_narrow_the_list(catalog: Catalog, library: Library) -> None:
    stored_all(
        catalog,
        [
            sample_note(path="a.md", tags=["RAG", "评测"]),
            replace(sample_note(path="b.md", tags=["RAG"]), kind=Kind.CHAT),
            sample_note(path="c.md"),
        ],
    )
    assert paths(library.notes(tag="RAG")) == ["a.md", "b.md"]
    assert paths(library.notes(tag="RAG", kind="chat")) == ["b.md"]
    assert paths(library.notes("显存", tag="评测")) == ["a.md"]
    assert library.tags() == (("RAG", 2), ("评测", 1))
    assert library.kinds() == (("article", 2), ("chat", 1))


def test_a_note_comes_back_whole(catalog: Catalog, library: Library) -> None:
    note = sample_note(
        "头\r\n身\x00体\ud800",
        tags=["一", "二"],
        left_out=[LeftOut(Span(0, 3), "navigation")],
    )
    live = stored(catalog, note, sample_chunks(note, [3]))
    detail = NoteDetail(note, NOW, tuple(live))
    assert library.note(note.id) == detail
    assert library.by_path(note.path) == detail
    assert library.note(uuid4()) is None
    assert library.by_path("无.md") is None


def test_folders_are_counted(catalog: Catalog, library: Library) -> None:
    stored_all(
        catalog, [sample_note(path=path) for path in ("a/1.md", "b/c/2.md", "3.md", "a/4.md")]
    )
    assert library.folders() == (("", 1), ("a", 2), ("b/c", 1))


def test_the_library_in_figures(catalog: Catalog, library: Library) -> None:
    assert library.counts() == Counts(0, 0, 0, 0, ())
    stored_all(catalog, [sample_note("四个字符", path=f"{number}.md") for number in range(8)])
    catalog.record_failures({"坏.md": "It is no text."})
    counts = library.counts()
    assert (counts.notes, counts.chunks, counts.characters, counts.failures) == (8, 8, 32, 1)
    assert [row.path for row in counts.newest] == [f"{number}.md" for number in range(6)]
    assert library.failures() == (FailedNote("坏.md", "It is no text.", NOW),)


def test_a_failure_keeps_the_time_it_was_first_seen(
    database: Database, library: Library, clock: Callable[[], datetime]
) -> None:
    catalog = Catalog(database, clock)
    for _ in range(3):
        catalog.record_failures({"坏.md": "It is no text."})
    (failed,) = library.failures()
    assert failed.at == datetime(2024, 3, 1, 9, 1, tzinfo=UTC)


def test_headings_are_suggested(catalog: Catalog, library: Library) -> None:
    note = sample_note(path="显存.md")
    chunk = replace(sample_chunks(note)[0], headings=("显存", "量化的代价"))
    stored(catalog, note, [chunk])
    stored(catalog, sample_note(path="空.md"), [])
    assert library.suggestions() == (Suggestion("量化的代价", note.id, "显存"),)
    assert library.suggestions(0) == ()
