"""A refusal says what was searched and what comes nearest."""

from dataclasses import replace

from retrieval.retrieved import Retrieved
from serving.refusal import declines, refusal
from tests.serving.passages import chat, passage

FOUND = Retrieved("柏林房租", (passage("甲"), chat("乙")), False, 0.0, (), ("柏林", "房租"), 1.0)  # noqa: FBT003


def test_a_chinese_question_is_refused_in_chinese() -> None:
    assert refusal("柏林房租多少？", FOUND) == (
        "笔记里没有找到能回答这个问题的内容。搜索的是：“柏林房租”。没有一篇笔记提到：柏林、房租。"
        "最接近的笔记列在来源里：《GPT》、《群聊》。"
    )


def test_an_english_question_is_refused_in_english() -> None:
    found = replace(FOUND, question="Berlin rents", missing=())

    assert refusal("What are rents in Berlin?", found) == (
        "The notes hold nothing that answers this. Searched for: “Berlin rents”. "
        "The nearest notes are listed as sources: “GPT”, “群聊”."
    )


def test_titles_cannot_pass_for_marks_or_flood_the_answer() -> None:
    found = replace(FOUND, passages=(passage("甲", title="A [1]\n" + "长" * 500),), missing=())

    text = refusal("柏林", found)

    assert "[1]" not in text
    assert len(text) < 250


def test_without_passages_nothing_is_called_nearest() -> None:
    assert "最接近" not in refusal("柏林", replace(FOUND, passages=()))


def test_the_agreed_words_are_recognised() -> None:
    assert declines("\nThe notes do not answer this question. But")
    assert not declines("GPT-3 有 1750 亿参数。")
