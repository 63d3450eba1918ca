from uuid import UUID

import pytest

from ingest.chunking import chunks
from ingest.conversation import linked, own_words, squeezed
from ingest.parsing import parse
from retrieval.chunk import Chunk


def said(name: str, minute: int, words: str) -> str:
    return f"{name} 2024/3/7 9:{minute:02}:00\n{words}\n"


def cut(text: str) -> tuple[Chunk, ...]:
    return chunks(UUID(int=1), text, parse(text, "群"))


def answered(text: str) -> list[tuple[str, str, str]]:
    """Who replies, to whom, and the words that are answered."""
    return [
        (block.speaker, block.reply_to, block.answers.of(text))
        for block in linked(parse(text, "群").blocks, text)
        if block.answers is not None
    ]


TALK = "".join(said("旁人", minute, f"说点别的，第{minute}句") for minute in range(2, 22))


@pytest.mark.parametrize(
    "reply",
    [
        "小林\n两张卡怎么并行推理\n@小林 张量并行",
        "「小林：两张卡怎么并行推理」\n- - - - - - - - - - - - - - -\n张量并行",
        "> 小林: 两张卡怎么并行推理\n张量并行",
        "> 两张卡怎么并行\n张量并行",
        "回复 小林: 两张卡怎么并行…\n张量并行",
        "小林   @阿毛 两张卡怎么并行推理\n张量并行",
        "@小林 张量并行",
    ],
)
def test_a_reply_is_found_by_what_it_answers_twenty_messages_above(reply: str) -> None:
    asked = "@阿毛 两张卡怎么并行推理" if "@阿毛" in reply else "两张卡怎么并行推理"
    text = said("小林", 1, asked) + TALK + said("阿毛", 30, reply)
    assert answered(text) == [("阿毛", "小林", "两张卡怎么并行推理")]
    last = cut(text)[-1]
    assert last.text == text[last.span.start : last.span.end]
    assert "两张卡怎么并行推理" in last.indexed_text or "并行推理" in last.indexed_text
    assert "张量并行" in last.text


def test_the_header_names_who_is_answered_and_how_the_words_begin() -> None:
    text = (
        said("小林", 1, "两张卡\n怎么并行" + "，说来话长" * 20)
        + TALK
        + said("阿毛", 30, "@小林 好")
    )
    assert cut(text)[-1].header == (
        "chat | 2024-03-07 09:20:00 | 旁人, 阿毛 | "
        "↳ 小林: 两张卡 怎么并行，说来话长，说来话长，说来话长，说来话长，说来话长，说来话长，说"
    )


def test_words_that_stand_in_the_chunk_are_not_repeated_in_its_header() -> None:
    text = said("小林", 1, "两张卡怎么并行") + said("阿毛", 2, "@小林 张量并行")
    assert [chunk.header for chunk in cut(text)] == ["chat | 2024-03-07 09:01:00 | 小林, 阿毛"]


def test_of_alike_messages_the_last_of_the_person_named_is_answered() -> None:
    text = (
        said("小林", 1, "两张卡怎么并行推理，一")
        + said("大海", 2, "两张卡怎么并行推理，二")
        + said("小林", 3, "两张卡怎么并行推理，三")
        + said("大海", 4, "两张卡怎么并行推理，四")
        + said("阿毛", 5, "> 小林: 两张卡怎么并行推理\n张量并行")
    )
    assert answered(text) == [("阿毛", "小林", "两张卡怎么并行推理，三")]


def test_a_reply_to_a_reply_answers_its_own_words() -> None:
    text = (
        said("小林", 1, "两张卡怎么并行推理")
        + said("阿毛", 2, "> 小林: 两张卡怎么并行推理\n张量并行，要两张一样的卡")
        + said("大海", 3, "> 阿毛: 张量并行，要两张一样的卡\n不一样也行")
    )
    assert answered(text) == [
        ("阿毛", "小林", "两张卡怎么并行推理"),
        ("大海", "阿毛", "张量并行，要两张一样的卡"),
    ]


@pytest.mark.parametrize(
    "reply",
    ["@大海 在吗", "> 没有人说过这句话\n是吗", "@阿毛 我自己", "没有答谁"],
)
def test_what_answers_nothing_above_has_no_link(reply: str) -> None:
    assert answered(said("小林", 1, "两张卡") + said("阿毛", 2, reply)) == []


def test_a_call_reaches_neither_another_section_nor_far_up() -> None:
    other = f"## 一\n{said('小林', 1, '两张卡')}\n## 二\n{said('阿毛', 2, '@小林 在吗')}"
    assert answered(other) == []
    long_ago = said("小林", 1, "两张卡") + said("旁人", 2, "嗯") * 100 + said("阿毛", 3, "@小林 在")
    assert answered(long_ago) == []


def test_a_comment_answers_the_last_one_of_the_person_it_names() -> None:
    text = (
        "小林\n显存不够\n2024-01-17 23:11 👍7\n\n小林\n真的不够\n2024-01-17 23:12\n\n"
        "阿毛\n回复 @小林 : 加一张卡\n2024-01-17 23:20\n"
    )
    assert answered(text) == [("阿毛", "小林", "真的不够")]


def test_a_person_keeps_one_name_by_the_number_behind_it() -> None:
    text = (
        "2024-03-07 21:05:12 小林(123456)\n在吗\n"
        "2024-03-07 21:06:12 林老师(123456)\n上课了\n"
        "2024-03-07 21:07:12 林老师\n下课了\n"
        "2024-03-07 21:08:12 阿毛(654321)\n@林老师 收到\n"
    )
    assert [block.speaker for block in linked(parse(text, "群").blocks, text)] == [
        "小林",
        "小林",
        "小林",
        "阿毛",
    ]
    assert answered(text) == [("阿毛", "小林", "下课了")]
    first, second = cut(text)
    assert (first.speakers, second.speakers) == (("小林",), ("小林", "阿毛"))
    assert "林老师" in first.text


def test_a_name_that_two_people_have_stays_as_it_is_written() -> None:
    text = (
        "2024-03-07 21:05:12 甲(123456)\n一\n2024-03-07 21:06:12 同名(123456)\n二\n"
        "2024-03-07 21:07:12 乙(654321)\n三\n2024-03-07 21:08:12 同名(654321)\n四\n"
        "2024-03-07 21:09:12 同名\n五\n"
    )
    speakers = [block.speaker for block in linked(parse(text, "群").blocks, text)]
    assert speakers == ["甲", "甲", "乙", "乙", "同名"]


def test_entries_of_one_handle_have_one_author() -> None:
    entry = "### 0{}\n\n2024-03-0{}\n\n{}\n\n@{}\n{}\n\n"
    text = (
        entry.format(1, 1, "青木", "aoki_ai", "一")
        + entry.format(2, 2, "青木 | 出差中", "Aoki_AI", "二")
        + entry.format(3, 3, "大田", "ota", "三")
    )
    assert [chunk.speakers for chunk in cut(text)] == [("青木",), ("青木",), ("大田",)]
    assert "青木 | 出差中" in cut(text)[1].text


def test_later_names_change_no_earlier_chunk() -> None:
    text = "2024-03-07 21:05:12 小林(123456)\n在吗\n" * 6
    more = text + "2024-03-08 21:05:12 林老师(123456)\n换了名字\n"
    assert {chunk.id for chunk in cut(text)} <= {chunk.id for chunk in cut(more)}


def test_own_words_begin_behind_what_is_quoted_and_who_is_called() -> None:
    text = said("小林", 1, "「阿毛：在 吗」\n- - - - - - - -\n在的") + said("阿毛", 2, "@小林 好")
    found = [own_words(block, text).of(text) for block in parse(text, "群").blocks]
    assert found == ["在的", "好"]
    assert squeezed(" 在\u00a0 的\n") == "在的"
