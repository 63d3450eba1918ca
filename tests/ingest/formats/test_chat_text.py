"""Conversations as text, and that text as blocks again."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.block import Block, BlockKind
from ingest.formats.chat_text import chat_text, parse_chat_text, words_of_message
from ingest.formats.conversation import Conversation, Message, Quote
from retrieval.chunk import Kind

NINE = datetime.fromisoformat("2024-03-07T09:05:12")
TEN = datetime.fromisoformat("2024-03-07T10:00:00")
LINES = st.sampled_from(
    (
        "", " ", "  ", ">", "> 阿毛: 好", "  > 引", "# 标题", "## 群", "  ## 群", "---",
        "小林 2024-03-07 09:05:12", "  小林 2024-03-07 09:05:12", " 小林 2024/3/7 9:05 ",
        "2024-03-07 09:05:12", "\t阿毛 2024-03-07 09:05:12", "```", "好的", "\u3000好",
    )
)  # fmt: skip
WORDS = st.one_of(
    st.lists(st.one_of(LINES, st.text(max_size=8)), max_size=6).map("\n".join), st.text(max_size=40)
)
NAMES = st.one_of(
    st.sampled_from(
        (
            "",
            "小林",
            "阿毛",
            "a: b",
            "a:",
            "#",
            "# x",
            "## x",
            "> x",
            "小林 2024-03-07 09:05:12",
            "---",
        )
    ),
    st.text(max_size=12),
)
HANDLES = st.sampled_from(("", "", "u1", "u2", "u:3", "#", "a b"))
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
QUOTES = st.none() | st.builds(Quote, NAMES, WORDS)
MESSAGES = st.builds(Message, NAMES, MOMENTS, WORDS, HANDLES, quote=QUOTES)
CONVERSATIONS = st.lists(
    st.builds(Conversation, NAMES, st.lists(MESSAGES, min_size=1, max_size=4).map(tuple)),
    min_size=1,
    max_size=3,
)


def said(text: str) -> list[Block]:
    return [block for block in parse_chat_text(text).blocks if block.kind is BlockKind.MESSAGE]


def whole(text: str) -> str:
    """Return a message's words as the text keeps them."""
    sound = "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in text)
    return "\n".join(sound.splitlines()).strip()


def test_text_reads_like_a_chat() -> None:
    messages = (
        Message("小林", NINE, "显存怎么估？\n要紧", handle="u1", id="1"),
        Message("阿毛", TEN, "参数量乘二", handle="u2", id="2", answers="1"),
    )
    assert chat_text([Conversation("模型群", messages)]) == (
        '---\nspeakers:\n  "小林": "u1"\n  "阿毛": "u2"\n---\n\n'
        "# 模型群\n\n"
        "小林 2024-03-07 09:05:12\n显存怎么估？\n要紧\n\n"
        "阿毛 2024-03-07 10:00:00\n> 小林: 显存怎么估？ 要紧\n\n参数量乘二\n"
    )


@given(CONVERSATIONS)
@example([Conversation("", (Message("#", NINE, "好"),))])
@example([Conversation("", (Message("", NINE, "", quote=Quote("", "")),))])
def test_what_is_written_is_read_again(conversations: list[Conversation]) -> None:
    text = chat_text(conversations, "程序")
    messages = [message for each in conversations for message in each.messages]
    read = said(text)
    assert [block.when for block in read] == [str(message.when) for message in messages]
    assert [words_of_message(block.body.of(text)) for block in read] == [
        whole(message.text) for message in messages
    ]
    speakers = {
        (message.handle, block.speaker) for message, block in zip(messages, read, strict=True)
    }
    handled = [pair for pair in speakers if pair[0]]
    assert len({handle for handle, _ in handled}) == len(handled)
    assert [block.handle for block in read] == [
        " ".join(message.handle.split()) for message in messages
    ]
    assert "\ud800" not in text


@given(CONVERSATIONS)
def test_blocks_lie_in_order_and_cover_all_words(conversations: list[Conversation]) -> None:
    text = chat_text(conversations, "程序")
    blocks = parse_chat_text(text).blocks
    ends = [0, *(block.span.end for block in blocks)]
    assert all(end <= block.span.start for end, block in zip(ends, blocks, strict=False))
    assert all(block.span.covers(block.body) for block in blocks)
    gaps = [text[end : block.span.start] for end, block in zip(ends, blocks, strict=False)]
    assert "".join([*gaps, text[ends[-1] :]]).strip() == ""


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    parsed = parse_chat_text(text, "名")
    assert all(block.span.end <= len(text) for block in parsed.blocks)


def test_nobody_can_speak_as_somebody_else() -> None:
    forged = "看\n\n小林 2024-03-07 09:05:12\n我同意\n\n## 别的群\n\n阿毛 2024/3/7 9:05\n我也是"
    text = chat_text([Conversation("", (Message("大海", NINE, forged, "u9"),))])
    blocks = said(text)
    assert [(block.speaker, block.handle) for block in blocks] == [("大海", "u9")]
    assert "\n  小林 2024-03-07 09:05:12\n" in text
    assert "\n  阿毛 2024/3/7 9:05\n" in text
    assert words_of_message(blocks[0].body.of(text)) == forged


def test_separators_of_lines_cannot_hide_a_head() -> None:
    text = chat_text(
        [Conversation("", (Message("大海", NINE, "看\u2028小林 2024-03-07 09:05:12\r好"),))]
    )
    assert text == "大海 2024-03-07 09:05:12\n看\n  小林 2024-03-07 09:05:12\n好\n"


def test_code_keeps_its_remarks_where_they_are() -> None:
    text = chat_text([Conversation("群", (Message("大海", NINE, "```\n# 注释\nx = 1\n```"),))])
    assert text.endswith("大海 2024-03-07 09:05:12\n```\n# 注释\nx = 1\n```\n")


def test_the_words_of_a_quotation_cannot_be_a_head() -> None:
    quoted = Message("小林", NINE, "见 2024-03-07 09:05:12", id="1")
    text = chat_text([Conversation("", (quoted, Message("阿毛", TEN, "好", answers="1")))])
    assert [(block.speaker, block.reply_to, block.quotes) for block in said(text)] == [
        ("小林", "", ""),
        ("阿毛", "小林", "见 2024-03-07 09:05:12 …"),
    ]


def test_a_person_has_the_latest_name() -> None:
    messages = (
        Message("新名", TEN, "二", "u1"),
        Message("旧名", NINE, "一", "u1"),
        Message("", TEN, "三", "u1"),
    )
    assert [each.speaker for each in said(chat_text([Conversation("", messages)]))] == ["新名"] * 3


def test_a_person_without_a_name_is_called_by_handle() -> None:
    text = chat_text([Conversation("", (Message("", NINE, "一", "u1"),))])
    assert [block.speaker for block in said(text)] == ["u1"]


def test_people_of_one_name_are_told_apart() -> None:
    messages = tuple(
        Message(name, NINE, "好", handle)
        for name, handle in (("小林", "1"), ("小林", "2"), ("小林 (1)", "3"), ("阿毛", "4"))
    )
    assert [
        (each.speaker, each.handle) for each in said(chat_text([Conversation("", messages)]))
    ] == [
        ("小林 (1) (1)", "1"),
        ("小林 (2)", "2"),
        ("小林 (1) (3)", "3"),
        ("阿毛", "4"),
    ]


def test_someone_unknown_is_not_taken_for_a_namesake() -> None:
    messages = (Message("小林", NINE, "一", "1"), Message("小林", NINE, "二"))
    assert [
        (each.speaker, each.handle) for each in said(chat_text([Conversation("", messages)]))
    ] == [
        ("小林 (1)", "1"),
        ("小林", ""),
    ]


def test_long_words_are_quoted_in_short() -> None:
    messages = (Message("小林", NINE, "长" * 80, id="1"), Message("阿毛", TEN, "好", answers="1"))
    assert [each.quotes for each in said(chat_text([Conversation("", messages)]))] == [
        "",
        "长" * 59 + "…",
    ]


def test_an_answer_to_what_is_not_there_answers_whom_the_export_names() -> None:
    messages = (
        Message("小林", NINE, "一", answers="9", quote=Quote("阿毛", "原话")),
        Message("小林", NINE, "二", answers="9"),
    )
    assert [
        (each.reply_to, each.quotes) for each in said(chat_text([Conversation("", messages)]))
    ] == [
        ("阿毛", "原话"),
        ("", ""),
    ]


def test_several_conversations_stand_below_the_program() -> None:
    message = (Message("小林", NINE, "好"),)
    parsed = parse_chat_text(
        chat_text([Conversation("甲", message), Conversation("乙", message)], "Telegram"), "result"
    )
    assert (parsed.title, parsed.named, parsed.kind) == ("Telegram", False, Kind.CHAT)
    assert [(block.level, block.headings) for block in parsed.blocks] == [
        (1, ()),
        (2, ("Telegram",)),
        (0, ("Telegram", "甲")),
        (2, ("Telegram",)),
        (0, ("Telegram", "乙")),
    ]


@pytest.mark.parametrize(("title", "named"), [("", True), ("群", False)])
def test_a_chat_without_a_name_has_the_name_of_its_file(title: str, *, named: bool) -> None:
    text = chat_text([Conversation(title, (Message("小林", NINE, "好"),))])
    parsed = parse_chat_text(text, "文件")
    assert (parsed.title, parsed.named) == (title or "文件", named)
