"""Query lines, from the line to the passages."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from ingest.catalog import CutNote
from ingest.chunking import chunks
from ingest.parsing import parse
from retrieval.chip import ChipKind
from retrieval.filters import Filters
from retrieval.index import Point, Scored
from retrieval.lexical import LexicalEncoder
from retrieval.query import read_query
from retrieval.retrieved import Retrieved
from retrieval.retriever import Retriever
from retrieval.scope import FEW, Scope
from retrieval.search_settings import SearchSettings
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.fakes.notes import MODIFIED_NS, sample_note
from tests.fakes.translations import NoTranslations

TODAY = date(2024, 4, 10)
CHAT = (
    "灯夜 2024/3/7 10:00:01\n量化之后显存降到四分之一，精度几乎不变。\n\n"
    "阿毛 2024/3/7 10:01:30\n两比特掉点很明显。\n\n"
    "阿毛 2024/4/9 09:00:00\n蒸馏比量化稳，显存也省。\n\n"
    "灯夜 2024/4/9 09:01:00\n蒸馏要很多数据。\n"
)
NOTES = {
    "硬件/显存.md": (
        "# 显存估算\n\n显存等于参数量乘以两个字节。\n\n## 量化\n\n量化之后显存更小，GPTQ 最常用。\n"
    ),
    "群聊.txt": CHAT,
    "方法/lora.md": "# LoRA\n\nLoRA 冻结原来的权重，只训练低秩矩阵，显存省很多。\n",
    "方法/qlora.md": "# QLoRA\n\nQLoRA 先把权重量化到四比特，再训练低秩矩阵。\n",
    "繁體.md": "# 張量並行\n\n張量並行把矩陣切開，每張顯卡算一部分。\n",
    **{f"杂记{n}.md": f"# 杂记{n}\n\n第{n}天，今天天气不错，大家去公园散步。\n" for n in range(30)},
}
TAGS = {"硬件/显存.md": ("AI/硬件",), "方法/lora.md": ("AI/微调",), "方法/qlora.md": ("AI/微调",)}


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    return retriever_over(NOTES)


def retriever_over(notes: dict[str, str]) -> Retriever:
    catalog, index, encoder = FakeCatalog(), FakeIndex(), LexicalEncoder(60.0)
    for number, (path, text) in enumerate(notes.items(), start=1):
        tags = TAGS.get(path, ())
        note = sample_note(text, path=path, note_id=UUID(int=number), tags=tags)
        note = replace(note, title=Path(path).stem)
        live = chunks(note.id, text, parse(text, note.title))
        index.upsert(
            [Point(each.point, each.kind, encoder.passage(each.indexed_text)[0]) for each in live]
        )
        catalog.store([CutNote(note, tuple(live), MODIFIED_NS, "1")])
    return Retriever(index, catalog, NoTranslations(), SearchSettings(today=TODAY))


def paths(found: Retrieved) -> list[str]:
    return list(dict.fromkeys(passage.path for passage in found.passages))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tag:ai/微调 显存", ["方法/lora.md"]),
        ("#AI 量化", ["方法/qlora.md", "硬件/显存.md"]),
        ("folder:硬件 显存", ["硬件/显存.md"]),
        ("kind:群聊 显存", ["群聊.txt"]),
        ("from:灯夜 folder:硬件 显存", []),
        ("after:2024-04 显存", ["群聊.txt"]),
        ("before:2024-03-01 显存", []),
        ("[[lora]] 显存", ["方法/lora.md"]),
        ("[[显存#量化]] GPTQ", ["硬件/显存.md"]),
        ("[[没有]] 显存", []),
        ("显存 -量化 -蒸馏", ["方法/lora.md"]),
        ('"低秩矩阵"', ["方法/lora.md", "方法/qlora.md"]),
        ('"显卡"', ["繁體.md"]),
        ('"lora"', ["方法/lora.md"]),
        ('量化 "gptq 最常用"', ["硬件/显存.md"]),
        ('"矩阵低秩"', []),
    ],
)
def test_only_what_passes_is_found(retriever: Retriever, line: str, expected: list[str]) -> None:
    assert sorted(paths(retriever.retrieve(line))) == sorted(expected)


def test_a_passage_does_not_grow_by_an_excluded_word(retriever: Retriever) -> None:
    line = "显存 -蒸馏 kind:chat"
    for passage in retriever.retrieve(line).passages:
        assert "蒸馏" not in passage.text


def test_a_phrase_that_is_found_is_on_topic(retriever: Retriever) -> None:
    assert retriever.retrieve('"今天天气不错"').on_topic


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("from:灯夜", "蒸馏要很多数据"),
        ("from:阿毛 说了什么？", "蒸馏比量化稳"),
        ("昨天群里聊了什么", "蒸馏要很多数据"),
        ("三月群里聊了什么", "量化之后显存"),
        ("folder:方法", "LoRA 冻结"),
        ("kind:chat -蒸馏", "两比特"),
    ],
)
def test_a_line_of_filters_alone_lists_the_newest(
    retriever: Retriever, line: str, first: str
) -> None:
    found = retriever.retrieve(line)
    assert found.on_topic
    assert first in found.passages[0].text
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)


def test_a_time_in_which_nothing_is_dated_is_searched_as_words(retriever: Retriever) -> None:
    found = retriever.retrieve("去年聊了什么")
    assert not found.on_topic


def test_nothing_that_passes_is_told_with_what_was_left_out(retriever: Retriever) -> None:
    found = retriever.retrieve("folder:方法 kind:chat 显存 量化")
    assert found.passages == ()
    assert found.removed > 0
    told = [(each.chip.written, each.hits > 0) for each in found.removed_by]
    assert sorted(told) == [("folder:方法", True), ("kind:chat", True)]
    assert found.removed >= max(each.hits for each in found.removed_by)
    assert retriever.retrieve("folder:方法 低秩矩阵").removed_by == ()


@pytest.mark.parametrize(
    ("line", "chip"),
    [
        ("tag:zzz 显存", ChipKind.TAG),
        ("folder:zzz 显存", ChipKind.FOLDER),
        ("kind:clip 显存", ChipKind.KIND),
        ("from:zzz 显存", ChipKind.SPEAKER),
        ("[[zzz]] 显存", ChipKind.NOTE),
        ("after:2025 显存", ChipKind.AFTER),
        ("before:2020 显存", ChipKind.BEFORE),
        ('"zzz" 显存', ChipKind.PHRASE),
        ("显存 -显存", ChipKind.WITHOUT),
    ],
)
def test_each_restriction_is_told_to_have_left_all_out(
    retriever: Retriever, line: str, chip: ChipKind
) -> None:
    found = retriever.retrieve(line)
    assert not found.passages
    assert [each.chip.kind for each in found.removed_by] == [chip]
    assert found.removed_by[0].hits == found.removed > 0


def test_what_is_dated_in_the_time_that_is_named_comes_first(retriever: Retriever) -> None:
    assert "蒸馏" in retriever.retrieve("昨天聊的显存").passages[0].text
    assert "四分之一" in retriever.retrieve("3月7日聊的显存").passages[0].text
    everything = set(paths(retriever.retrieve("显存")))
    assert everything <= set(paths(retriever.retrieve("昨天聊的显存")))


def test_what_the_one_who_is_named_said_comes_first(retriever: Retriever) -> None:
    found = retriever.retrieve("阿毛怎么看蒸馏")
    assert found.query is not None
    assert found.query.said_by == ("阿毛",)
    assert [(chip.kind, chip.value, chip.line) for chip in found.query.chips] == [
        (ChipKind.SAID_BY, "阿毛", "怎么看蒸馏")
    ]
    assert "阿毛" in found.passages[0].speakers


def test_each_part_of_a_comparison_is_among_the_first(retriever: Retriever) -> None:
    found = retriever.retrieve("LoRA 和 张量并行 有什么区别")
    assert {"方法/lora.md", "繁體.md"} <= set(paths(found)[:3])


def test_wishes_can_be_switched_off(retriever: Retriever) -> None:
    settings = SearchSettings(today=TODAY, wishes=False)
    found = retriever.retrieve("阿毛昨天怎么看最新的 LoRA 和 蒸馏 的区别", settings=settings)
    assert found.query is not None
    assert found.query.chips == ()


def test_filters_of_the_previous_question_are_no_words(retriever: Retriever) -> None:
    found = retriever.retrieve("那要多少", previous="folder:硬件 kind:article 显存")
    assert {"folder", "article"}.isdisjoint(dict(found.weights))


def test_many_points_that_pass_are_found_as_few_are() -> None:
    words = ["显存", "量化", "推理"]
    many = {
        f"{'大' if n % 40 else '小'}/{n}.md": f"# 第{n}篇\n\n{words[n % 3]}的第{n}件事情。\n"
        for n in range(FEW + 200)
    }
    retriever = retriever_over(many)
    for line in ("folder:大 显存", "folder:大 第 1199 篇", "kind:article -量化 事情"):
        found = retriever.retrieve(line, 20)
        assert len(found.passages) == 20 or "1199" in line
        assert all("量化" not in each.text for each in found.passages if "-量化" in line)
        assert all(each.path.startswith("大/") for each in found.passages if "大" in line)
    assert retriever.retrieve("folder:大 1199").passages[0].path == "大/1199.md"


class Endless(FakeCatalog):
    """Has many points that pass, none of which a search comes by."""

    def points_within(
        self, filters: Filters, limit: int | None = None, among: Collection[UUID] | None = None
    ) -> set[UUID]:
        del filters
        return set() if among is not None else {UUID(int=n) for n in range(limit or 5_000)}


def test_points_that_pass_are_asked_for_until_there_are_enough() -> None:
    asked: list[tuple[int, bool]] = []

    def searching(limit: int, within: Collection[UUID] | None) -> list[Scored]:
        asked.append((limit, within is not None))
        return [Scored(UUID(int=n), 1.0) for n in range(limit)]

    found = Scope(Endless(), FakeIndex(), read_query("folder:a 字", TODAY))
    assert found.left is None
    assert len(found.search(searching, 50)) == 50
    assert asked == [(200, False), (800, False), (3200, False), (50, True)]


def test_a_rare_phrase_of_common_words_is_found_behind_all_candidates() -> None:
    many = {f"{n}.md": f"the model is good and the data is bad {n}\n" for n in range(450)}
    rare = {
        "rare.md": "# Long\n\n" + "Data are many things. " * 9 + "Then THE Data Is The Model.\n"
    }
    found = retriever_over({**many, **rare}).retrieve('"the data is the model"')
    assert paths(found) == ["rare.md"]
    assert found.on_topic
