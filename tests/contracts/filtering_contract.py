"""What every catalogue promises of filters, whether in SQL or in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from ingest.catalog import CutNote
from retrieval.chunk import Chunk, Kind
from retrieval.filters import Filters
from tests.contracts.catalog_contract import WholeCatalog
from tests.fakes.notes import MODIFIED_NS, sample_chunks, sample_note


@dataclass(frozen=True, slots=True)
class Told:
    """What a test says of a note, and of each of its chunks."""

    path: str
    tags: tuple[str, ...] = ()
    kind: Kind = Kind.CHAT
    speakers: tuple[str, ...] = ()
    whens: tuple[str, ...] = ("",)
    modified: datetime = datetime(2024, 3, 1, tzinfo=UTC)
    head: str = ""
    headings: tuple[str, ...] = ()


def take_in(catalog: WholeCatalog, notes: Sequence[Told]) -> None:
    for told in notes:
        whens = told.whens
        text = told.head + "".join(f"{told.path}：{place}。" for place in range(len(whens)))
        note = replace(sample_note(text, path=told.path, tags=told.tags), modified=told.modified)
        step = (len(text) - len(told.head)) // len(whens)
        ends = [len(told.head) + step * place for place in range(1, len(whens))]
        chunks = [
            replace(
                chunk,
                kind=told.kind,
                speakers=told.speakers,
                when=when,
                headings=told.headings,
            )
            for chunk, when in zip(sample_chunks(note, ends), whens, strict=True)
        ]
        catalog.store([CutNote(note, tuple(chunks), MODIFIED_NS, "1")])


def paths(catalog: WholeCatalog, chunks: Sequence[Chunk]) -> list[str]:
    labels = catalog.labels({chunk.note_id for chunk in chunks})
    return [labels[chunk.note_id].path for chunk in chunks]


def found(catalog: WholeCatalog, filters: Filters) -> set[str]:
    """The paths of the notes that pass, which all three ways of asking must agree on."""
    points = catalog.points_within(filters)
    newest = catalog.newest(filters, 99)
    everything = {chunk.id: chunk for chunk in catalog.newest(Filters(), 99)}
    passing = catalog.passing(filters, everything.keys())
    assert {chunk.point for chunk in newest} == points
    assert {chunk.id for chunk in newest} == passing
    return set(paths(catalog, newest))


NOTES = (
    Told(
        "a/显存.md", tags=("AI/硬件", "Ｄraft"), kind=Kind.ARTICLE, headings=("显存", "估算 方法")
    ),
    Told("a/b/聊天.md", tags=("ai",), speakers=("龍哥 Tony", "momo"), whens=("2024-03-07T10:00",)),
    Told("ab/推文.md", tags=("aid",), kind=Kind.DIGEST, speakers=("宝玉",), whens=("2024-04",)),
    Told(
        "视频.md",
        kind=Kind.TRANSCRIPT,
        whens=("08:54:25",),
        head="---\naliases: [旧名]\n---\n## 内部 标题\n",
    ),
    Told("Caps/x.md", kind=Kind.CLIP, whens=("2023",)),
)


class FilteringContract:
    """Inherit it and give a fixture ``catalog`` that returns an empty one."""

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (Filters(), {note.path for note in NOTES}),
            (Filters(tags=("ai",)), {"a/显存.md", "a/b/聊天.md"}),
            (Filters(tags=("#AI/硬件/",)), {"a/显存.md"}),
            (Filters(tags=("ai/硬件/显卡",)), set()),
            (Filters(tags=("draft", "AID")), {"a/显存.md", "ab/推文.md"}),
            (Filters(folders=("a",)), {"a/显存.md", "a/b/聊天.md"}),
            (Filters(folders=("a/b/",)), {"a/b/聊天.md"}),
            (Filters(folders=("caps",)), {"Caps/x.md"}),
            (Filters(folders=("a%",)), set()),
            (Filters(folders=("a_",)), set()),
            (Filters(kinds=(Kind.CHAT,)), {"a/b/聊天.md"}),
            (Filters(kinds=(Kind.CLIP, Kind.DIGEST)), {"ab/推文.md", "Caps/x.md"}),
            (Filters(speakers=("龙哥",)), {"a/b/聊天.md"}),
            (Filters(speakers=("@TONY",)), {"a/b/聊天.md"}),
            (Filters(speakers=("ｍｏｍｏ", "宝玉")), {"a/b/聊天.md", "ab/推文.md"}),
            (Filters(speakers=("%",)), set()),
            (Filters(notes=("显存",)), {"a/显存.md"}),
            (Filters(notes=("a/b/聊天.md", "推文")), {"a/b/聊天.md", "ab/推文.md"}),
            (Filters(notes=("旧名",)), {"视频.md"}),
            (Filters(notes=("显存#估算 方法",)), {"a/显存.md"}),
            (Filters(notes=("显存#训练",)), set()),
            (Filters(notes=("视频#內部 標題",)), {"视频.md"}),
            (Filters(notes=("视频#^block",)), {"视频.md"}),
            (Filters(notes=("没有这篇",)), set()),
            (Filters(after=date(2024, 3, 7)), {"a/b/聊天.md", "ab/推文.md"}),
            (Filters(after=date(2024, 3, 8)), {"ab/推文.md"}),
            (Filters(after=date(2024, 4, 20)), {"ab/推文.md"}),
            (Filters(after=date(2023, 6, 1), before=date(2024, 1, 1)), {"Caps/x.md"}),
            (Filters(before=date(2024, 3, 7)), {"Caps/x.md"}),
            (Filters(before=date(2024, 3, 8)), {"Caps/x.md", "a/b/聊天.md"}),
            (Filters(tags=("ai",), kinds=(Kind.CHAT,)), {"a/b/聊天.md"}),
            (Filters(tags=("ai",), speakers=("宝玉",)), set()),
        ],
    )
    def test_filters_leave_what_passes_all_of_them(
        self, catalog: WholeCatalog, filters: Filters, expected: set[str]
    ) -> None:
        take_in(catalog, NOTES)
        assert found(catalog, filters) == expected

    def test_only_as_many_points_as_wanted_are_told(self, catalog: WholeCatalog) -> None:
        take_in(catalog, NOTES)
        some = catalog.points_within(Filters(tags=("ai",)), 1)
        assert len(some) == 1
        assert some < catalog.points_within(Filters(tags=("ai",)))

    def test_what_is_said_twice_is_one_of_the_points_wanted(self, catalog: WholeCatalog) -> None:
        note, copy = sample_note(path="甲.md"), sample_note(path="甲/甲.md")
        for each in (note, copy):
            text = replace(each, title="甲")
            catalog.store([CutNote(text, tuple(sample_chunks(text, [4])), MODIFIED_NS, "1")])
        assert len(catalog.points_within(Filters(), 2)) == 2

    def test_only_points_that_are_asked_about_are_told(self, catalog: WholeCatalog) -> None:
        take_in(catalog, NOTES)
        both = catalog.points_within(Filters(tags=("ai",)))
        one = min(both)
        clip = catalog.points_within(Filters(kinds=(Kind.CLIP,)))
        assert catalog.points_within(Filters(tags=("ai",)), among=[one, *clip]) == {one}
        assert catalog.points_within(Filters(), among=[]) == set()

    def test_texts_that_hold_a_phrase_are_told(self, catalog: WholeCatalog) -> None:
        take_in(catalog, [*NOTES, Told("100%_A.md"), Told("100xyA.md")])
        (shown,) = catalog.holding(["0%_a"], 9)
        assert [chunk.text for chunk in catalog.by_point([shown])[shown]] == ["100%_A.md：0。"]
        assert len(catalog.holding(["推文.md", "Caps"], 9)) == 2
        assert len(catalog.holding(["："], 2)) == 2
        assert catalog.holding(["没有"], 9) == set()

    def test_everyone_who_speaks_is_told(self, catalog: WholeCatalog) -> None:
        assert catalog.speakers() == frozenset()
        take_in(catalog, NOTES)
        assert catalog.speakers() == {"龍哥 Tony", "momo", "宝玉"}

    def test_only_chunks_that_are_asked_about_pass(self, catalog: WholeCatalog) -> None:
        take_in(catalog, NOTES)
        chat = catalog.newest(Filters(kinds=(Kind.CHAT,)), 1)[0]
        assert catalog.passing(Filters(), [chat.id, UUID(int=7)]) == {chat.id}
        assert catalog.passing(Filters(), []) == set()

    def test_the_newest_come_first_and_the_undated_last(self, catalog: WholeCatalog) -> None:
        old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)
        take_in(
            catalog,
            [
                Told("旧.md", whens=("", "10:00:00"), modified=old),
                Told("新.md", whens=("", ""), modified=new),
                Told("聊.md", whens=("2024-03-01T09:00", "2024-03-02T08:00", "2023-01-01")),
            ],
        )
        newest = catalog.newest(Filters(), 99)
        assert [
            (path, chunk.when) for path, chunk in zip(paths(catalog, newest), newest, strict=True)
        ] == [
            ("聊.md", "2024-03-02T08:00"),
            ("聊.md", "2024-03-01T09:00"),
            ("聊.md", "2023-01-01"),
            ("新.md", ""),
            ("新.md", ""),
            ("旧.md", ""),
            ("旧.md", "10:00:00"),
        ]
        assert [chunk.ordinal for chunk in newest[3:]] == [0, 1, 0, 1]
        assert catalog.newest(Filters(), 2) == newest[:2]
        assert catalog.newest(Filters(), 0) == []

    def test_months_that_anything_is_dated_in_are_told(self, catalog: WholeCatalog) -> None:
        assert catalog.months() == ()
        take_in(catalog, [*NOTES, Told("再.md", whens=("2024-03-30", "2022-12-01T10:00"))])
        assert catalog.months() == ("2022-12", "2024-03", "2024-04")
