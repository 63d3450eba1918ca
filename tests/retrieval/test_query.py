import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.calendar import Period
from retrieval.chip import Chip, ChipKind
from retrieval.chunk import Kind
from retrieval.filters import Filters
from retrieval.query import Query, read_query

TODAY = date(2024, 4, 10)
QUESTIONS = Path(__file__).parents[3] / "shared" / "eval"


def read(line: str) -> Query:
    return read_query(line, TODAY)


@pytest.mark.parametrize(
    ("line", "text", "filters"),
    [
        ("tag:LLM 显存", "显存", Filters(tags=("LLM",))),
        ("显存 #LLM/推理 多少", "显存 多少", Filters(tags=("LLM/推理",))),
        ("标签：“large models” 显存", "显存", Filters(tags=("large models",))),
        ("tag:#a tag:b 显存", "显存", Filters(tags=("a", "b"))),
        ('folder:"a b/c/" 显存', "显存", Filters(folders=("a b/c",))),
        ("文件夹：论文，显存", "显存", Filters(folders=("论文",))),
        ("kind:chat 显存", "显存", Filters(kinds=(Kind.CHAT,))),
        ("KIND:聊天 类型:推文", "", Filters(kinds=(Kind.CHAT, Kind.DIGEST))),
        ("ｋｉｎｄ：ｖｉｄｅｏ 显存", "显存", Filters(kinds=(Kind.TRANSCRIPT,))),
        ("来自：灯夜，他怎么看", "他怎么看", Filters(speakers=("灯夜",))),
        ("what did from:Tony, say", "what did , say", Filters(speakers=("Tony",))),
        ("after:2024-03-01 显存", "显存", Filters(after=date(2024, 3, 1))),
        ("after:2024 before:2024/6", "", Filters(after=date(2024, 1, 1), before=date(2024, 6, 1))),
        ("before:2024年3月", "", Filters(before=date(2024, 3, 1))),
        ("after:昨天 after:上周", "", Filters(after=date(2024, 4, 9))),
        ("[[LLM]] 显存", "显存", Filters(notes=("LLM",))),
        ("[[a/LLM#训练 数据|那篇]]显存", "显存", Filters(notes=("a/LLM#训练 数据",))),
        ("note:LLM 显存", "显存", Filters(notes=("LLM",))),
        ("(kind:clip) 显存", "( ) 显存", Filters(kinds=(Kind.CLIP,))),
    ],
)
def test_filters_are_taken_out_of_the_line(line: str, text: str, filters: Filters) -> None:
    query = read(line)
    assert (query.text, query.filters) == (text, filters)


@pytest.mark.parametrize(
    ("line", "phrases", "text"),
    [
        ('"long context"', ("long context",), "long context"),
        ("“显存 带宽”", ("显存 带宽",), "显存 带宽"),
        ("「顯存」", ("顯存",), "顯存"),
        ('推理 "long  context" 速度', ("long context",), "推理 long context 速度"),
        ('"a b" "c"', ("a b", "c"), "a b c"),
        ('"tag:x" 显存', ("tag:x",), "tag:x 显存"),
        ("关于“涌现”，汪涛的看法是什么？", (), "关于“涌现”，汪涛的看法是什么？"),
        ("关于 “涌现” 的看法是什么？", (), "关于 “涌现” 的看法是什么？"),
        ('what does "emergence" mean?', (), 'what does "emergence" mean?'),
        ('19" 显示器', (), '19" 显示器'),
        ('"" 显存', (), '"" 显存'),
        ('"没有写完', (), '"没有写完'),
    ],
)
def test_a_quotation_is_a_phrase_only_where_it_is_meant(
    line: str, phrases: tuple[str, ...], text: str
) -> None:
    query = read(line)
    assert (query.phrases, query.text) == (phrases, text)


@pytest.mark.parametrize(
    ("line", "without", "text"),
    [
        ("显存 -4090", ("4090",), "显存"),
        ("-lora 微调", ("lora",), "微调"),
        ('微调 -"full  parameter"', ("full parameter",), "微调"),
        ("显存 －带宽", ("带宽",), "显存"),
        ("ip-adapter 和 GPT-4", (), "ip-adapter 和 GPT-4"),
        ("零下 -5 度", (), "零下 -5 度"),
        ("-3.5%", (), "-3.5%"),
        ("-100ms", (), "-100ms"),
        ("pip install -e .", (), "pip install -e ."),
        ("vllm --help", (), "vllm --help"),
        ("- 显存", (), "- 显存"),
        ("显存 -tag:x", (), "显存 -tag:x"),
    ],
)
def test_a_dash_excludes_a_word_only_where_it_is_meant(
    line: str, without: tuple[str, ...], text: str
) -> None:
    query = read(line)
    assert (query.without, query.text) == (without, text)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("kind:xyz 显存", "kind:xyz"),
        ("after:foo 显存", "after:foo"),
        ("before:2024-99 显存", "before:2024-99"),
    ],
)
def test_a_value_that_means_nothing_stays_words_and_is_told(line: str, written: str) -> None:
    query = read(line)
    value = written.partition(":")[2]
    assert query == Query(
        line=line,
        text=line,
        subject="显存",
        chips=(Chip(ChipKind.UNREAD, value, written, "显存"),),
    )


@pytest.mark.parametrize(
    "line",
    ["", "  ", "显存怎么算？", "tag: x", "kind:", "#1 和 C#", "# 标题", "时间 12:30", "[[]]"],
)
def test_a_line_without_marks_is_searched_as_it_is(line: str) -> None:
    query = read(line)
    assert (query.text, query.filters, query.chips) == (line, Filters(), ())
    assert not query.restricted


def test_everything_is_read_from_one_line() -> None:
    line = 'tag:LLM 上个月最新的 "long context" 和 RAG 有什么区别 -lora kind:xyz'
    assert read(line) == Query(
        line=line,
        text="上个月最新的 long context 和 RAG 有什么区别 kind:xyz",
        subject="的 和 RAG 有什么区别 long context",
        filters=Filters(tags=("LLM",)),
        phrases=("long context",),
        without=("lora",),
        times=(Period(date(2024, 3, 1), date(2024, 4, 1)),),
        newest=True,
        chips=(
            Chip(ChipKind.TAG, "LLM", "tag:LLM", line.removeprefix("tag:LLM ")),
            Chip(
                ChipKind.TIME,
                "2024-03-01 – 2024-03-31",
                "上个月",
                line.replace("上个月", ""),
            ),
            Chip(ChipKind.NEWEST, "", "最新", line.replace("最新", "")),
            Chip(
                ChipKind.PHRASE,
                "long context",
                '"long context"',
                line.replace('"long context" ', ""),
            ),
            Chip(ChipKind.WITHOUT, "lora", "-lora", line.replace("-lora ", "")),
            Chip(ChipKind.UNREAD, "xyz", "kind:xyz", line.removesuffix(" kind:xyz")),
        ),
    )


@pytest.mark.parametrize(
    ("line", "newest"),
    [
        ("最新的模型", True),
        ("大家最近怎么看 RAG", True),
        ("目前最好的显卡", True),
        ("the latest model", True),
        ("what do we use currently", True),
        ("最近三天聊了什么", False),
        ("最近邻搜索", False),
        ("current models", False),
    ],
)
def test_the_newest_is_wished_for(line: str, *, newest: bool) -> None:
    assert read(line).newest is newest


@pytest.mark.parametrize(
    ("line", "lists"),
    [
        ("from:灯夜", True),
        ("from:灯夜 说了什么", True),
        ("昨天群里聊了什么？", True),
        ("what did we write last week?", True),
        ("kind:chat 最新", True),
        ("from:灯夜 显存", False),
        ("昨天聊的显存", False),
        ('"说了什么"', False),
        ("说了什么", False),
        ("最新", False),
        ("", False),
    ],
)
def test_a_line_that_asks_for_nothing_else_lists(line: str, *, lists: bool) -> None:
    assert read(line).lists is lists


def test_parts_are_free_of_times() -> None:
    assert read("上周最新的 LoRA 和 QLoRA 有什么区别").parts == ("LoRA", "QLoRA")


def test_wishes_can_be_left_out() -> None:
    unwished = read("kind:chat 上个月最新的 LoRA 和 QLoRA 有什么区别 after:foo").unwished
    assert (unwished.times, unwished.newest, unwished.parts) == ((), False, ())
    assert [chip.kind for chip in unwished.chips] == [ChipKind.KIND, ChipKind.UNREAD]
    assert unwished.filters == Filters(kinds=(Kind.CHAT,))
    assert not read("上个月聊了什么").unwished.lists


def test_questions_are_restricted_only_where_that_is_meant() -> None:
    files = sorted(QUESTIONS.glob("questions*.jsonl"))
    if not files:
        pytest.skip("The questions are not beside the repository.")
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            query = read(json.loads(line)["question"])
            assert (query.restricted, query.text) == (False, query.line)


MARKS = st.sampled_from(
    [
        ("tag:a", ChipKind.TAG),
        ("#标签", ChipKind.TAG),
        ('folder:"a b"', ChipKind.FOLDER),
        ("kind:chat", ChipKind.KIND),
        ("来自：灯夜", ChipKind.SPEAKER),
        ("[[笔记|别名]]", ChipKind.NOTE),
        ("after:2024-03", ChipKind.AFTER),
        ("before:昨天", ChipKind.BEFORE),
        ('"a b"', ChipKind.PHRASE),
        ("-lora", ChipKind.WITHOUT),
        ("kind:nope", ChipKind.UNREAD),
        ("上周", ChipKind.TIME),
        ("2023年", ChipKind.TIME),
    ]
)
WORDS = st.sampled_from(["显存", "GPT-4", "估算，", "what", "ip-adapter", "的"])


@given(st.lists(st.one_of(MARKS, WORDS.map(lambda word: (word, None))), max_size=6))
def test_taking_a_chip_away_leaves_the_others(pieces: list[tuple[str, ChipKind | None]]) -> None:
    query = read(" ".join(piece for piece, _ in pieces))
    assert [chip.kind for chip in query.chips] == [kind for _, kind in pieces if kind]
    for place, chip in enumerate(query.chips):
        left = read(chip.line)
        others = [*query.chips[:place], *query.chips[place + 1 :]]
        assert [(each.kind, each.value) for each in left.chips] == [
            (each.kind, each.value) for each in others
        ]


@given(
    st.text(
        st.one_of(
            st.sampled_from('"“”「」-－:：#[]| tagkindfromafter和区别最新三月vs\ud800\x00，。?'),
            st.characters(),
        ),
        max_size=40,
    ),
    st.dates(),
)
def test_any_line_is_read_on_any_day(line: str, today: date) -> None:
    query = read_query(line, today)
    assert query.line == line
    assert len(query.text) <= len(line)
    for chip in query.chips:
        assert chip.written in line
        assert len(chip.line) < max(1, len(line))
