"""Chats whose shape only shows when the lines are taken together, and what holds of all of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.block import BlockKind
from ingest.parsing.chat import is_chat, messages
from ingest.parsing.chat_marks import is_day
from ingest.parsing.lines import split_lines

HEADERS = (
    "{name} 2024/3/7 9:05:12",
    "{name}\u00a02024/3/7\u00a09:06:40\u00a0\u00a0",
    "2024-03-07 21:05:12 {name}(123456)",
    "2024-03-07 21:05:12 {name}: 在吗",
    "{name} 2024年3月7日 21:05",
    "[2024/3/7 21:05] {name}: 在吗",
    "[07.03.2024 21:05] {name}：在吗",
    "{name}, [07.03.2024 21:05]",
    "{name} — 03/07/2024 9:05 PM",
    "3/7/24, 9:05 PM - {name}: hello",
    "{name} 9:05:12",
    "———— 2024-03-07 ————",
)
WORDS = (
    "显存怎么估",
    "",
    "注意: 先看长度",
    "> 引文",
    "12:30",
    "第 3 点",
    "https://example.org/a",
    "  缩进",
)


def spoken(text: str) -> list[tuple[str, str, str]]:
    """Who said what, and when."""
    return [
        (block.speaker, block.when, block.body.of(text))
        for block in messages(split_lines(text), (), "")
        if block.kind is BlockKind.MESSAGE
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "山药 昨天 21:05\n有两个头\n鹿鸣 昨天 21:06\n分辨率多少\n山药 12:01\n宽一千\n",
            [
                ("山药", "21:05", "有两个头"),
                ("鹿鸣", "21:06", "分辨率多少"),
                ("山药", "12:01", "宽一千"),
            ],
        ),
        (
            "Mossy  9:05 PM\nWhich quant?\nborrowed  9:06 PM\nQ4\nMossy  12:07 AM\nThanks\n",
            [
                ("Mossy", "21:05", "Which quant?"),
                ("borrowed", "21:06", "Q4"),
                ("Mossy", "00:07", "Thanks"),
            ],
        ),
        (
            "小林 3月7日 21:05\n在吗\n\n阿毛 3月7日 21:06\n在\n\n小林 周五 8:00\n早\n",
            [("小林", "21:05", "在吗"), ("阿毛", "21:06", "在"), ("小林", "08:00", "早")],
        ),
        (
            "小林 03-07 21:05:12\n在吗\n阿毛 03-07 21:06:00\n在\n小林 03-08 08:00:00\n早\n",
            [("小林", "21:05:12", "在吗"), ("阿毛", "21:06:00", "在"), ("小林", "08:00:00", "早")],
        ),
        (
            "Mossy — Today at 9:05 PM\nQ?\nTin — Today at 9:06 PM\nY\nMossy — Today at 9:07 PM\nOK",
            [("Mossy", "21:05", "Q?"), ("Tin", "21:06", "Y"), ("Mossy", "21:07", "OK")],
        ),
        (
            "山药:\n有两个头\n\n鹿鸣:\n分辨率\n\n山药:\n宽一千\n\n山药:\n高两千\n",
            [
                ("山药", "", "有两个头"),
                ("鹿鸣", "", "分辨率"),
                ("山药", "", "宽一千"),
                ("山药", "", "高两千"),
            ],
        ),
        (
            "山药:\n[图片]\n\n鹿鸣:\n分辨率\n\n山药:\n宽一千\n\n鹿鸣:\n太宽\n",
            [
                ("山药", "", "[图片]"),
                ("鹿鸣", "", "分辨率"),
                ("山药", "", "宽一千"),
                ("鹿鸣", "", "太宽"),
            ],
        ),
    ],
)
def test_weak_headers_are_believed_in_company(text: str, found: list[tuple[str, str, str]]) -> None:
    assert is_chat(split_lines(text))
    assert spoken(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "评审 周三 10:00\n例会 周五 9:00\n午饭 12:30\n",
        "Keynote 9:00 AM\nLunch 12:30 PM\nPanel 2:00 PM\nDinner 6:00 PM\n",
        "第一章 0:30\n第二章 4:10\n第三章 9:45\n",
        "优点：\n便宜\n\n缺点：\n慢\n\n优点：\n快\n\n缺点：\n贵\n",
        "小林\n不够\n2024-01-17 23:11\n阿毛\n够\n2024-01-17 23:12\n小林\n好\n2024-01-17 23:13\n",
        "甲卡：\n便宜\n\n乙卡：\n慢\n\n甲卡：\n快\n\n乙卡：\n贵\n",
        "User:\n你好\n\nAssistant:\n你好\n\nUser:\n再见\n\nUser:\n再见\n",
        "2024-03-07 21:05:12 INFO: loading\n2024-03-07 21:05:13 ERROR: out of memory\n",
        "```\n小林 2024/3/7 9:05:12\n在吗\n阿毛 2024/3/7 9:05:12\n在\n```\n",
    ],
)
def test_timetables_comparisons_prompts_and_logs_are_no_chats(text: str) -> None:
    assert not is_chat(split_lines(text))


@pytest.mark.parametrize(
    "text",
    [
        "小林 2024/3/7 9:05:12\n在吗\n阿毛 9:05:12\n在\n",
        "———— 2024-03-07 ————\n小林: 在吗\n",
        "小林 9:05:12\n在吗\n",
        "[2024/3/7 21:05] 小林: 两张卡\n怎么并行\n",
    ],
)
def test_two_sure_headers_are_a_chat_and_one_that_begins_it(text: str) -> None:
    assert is_chat(split_lines(text))


@given(st.data())
def test_no_message_is_lost_and_none_invented(data: st.DataObject) -> None:
    header = data.draw(st.sampled_from(HEADERS[:-2]))
    names = st.sampled_from(("小林", "See the sea", "²", "9527号", "a-b_c"))
    heads, lines = 0, []
    for _ in range(data.draw(st.integers(1, 12))):
        lines.append(header.format(name=data.draw(names)))
        heads += 1
        lines.extend(data.draw(st.lists(st.sampled_from(WORDS), max_size=3)))
    found = list(messages(split_lines("\n".join(lines)), (), ""))
    assert [block.kind for block in found] == [BlockKind.MESSAGE] * heads


@given(st.lists(st.sampled_from((*HEADERS, *HEADERS, *WORDS)), max_size=30))
def test_messages_cover_every_filled_line_below_the_first_header(shapes: list[str]) -> None:
    text = "\n".join(shape.format(name="小林") for shape in shapes)
    lines = split_lines(text)
    found = list(messages(lines, (), ""))
    covered = {at for block in found for at in range(block.span.start, block.span.end)}
    missed = [line.text for line in lines if not line.blank and line.start not in covered]
    assert [line for line in missed if not re.search("—", line) or "— 03" in line] == []
    assert [block for block in found if not block.span] == []
    assert [line for line in lines if is_day(line) and line.start in covered] == []


@pytest.mark.parametrize("line", ["Channel: general", "=" * 20, "消息对象:大海", "Topic: x"])
def test_a_line_of_an_exports_head_alone_is_words(line: str) -> None:
    text = f"小林 2024/3/7 9:05:12\n在吗\n{line}\n好\n"
    assert spoken(text) == [("小林", "2024-03-07 09:05:12", f"在吗\n{line}\n好")]


def test_words_below_a_day_line_belong_to_no_one_above_it() -> None:
    text = "小林 2024/3/7 9:05:12\n在吗\n———— 2024-03-08 ————\n没有头的话\n"
    found = list(messages(split_lines(text), ("群",), ""))
    assert [(block.kind, block.span.of(text)) for block in found] == [
        (BlockKind.MESSAGE, "小林 2024/3/7 9:05:12\n在吗"),
        (BlockKind.PARAGRAPH, "没有头的话"),
    ]


def test_messages_below_the_head_of_a_conversation_name_it() -> None:
    text = f"{'=' * 20}\n消息对象:大海\n{'=' * 20}\n2024-03-09 10:00:00 大海\n在吗\n"
    head, message = messages(split_lines(text), ("群",), "2024-03-01")
    assert (head.kind, head.level, head.headings) == (BlockKind.HEADING, 3, ("群",))
    assert message.headings == ("群", "大海")
