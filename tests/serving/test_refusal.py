"""A refusal says what was searched and what comes nearest."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from retrieval.query import read_query
from retrieval.removed import Removed
from retrieval.retrieved import Retrieved
from serving.refusal import caution, declines, refusal
from tests.serving.passages import chat, passage

FOUND = Retrieved("柏林房租", (passage("甲"), chat("乙")), False, 0.0, (), (), 1.0)  # noqa: FBT003
NEAR = replace(FOUND, question="GPT-5 参数", on_topic=True, answered=False)


def test_a_chinese_question_is_refused_in_chinese() -> None:
    assert refusal("柏林房租多少？", FOUND, ("柏林", "房租")) == (
        "笔记里没有找到能回答这个问题的内容。搜索的是：“柏林房租”。这些段落里没有出现：柏林、房租。"
        "最接近的笔记列在来源里：《GPT》、《群聊》。"
    )


def test_an_english_question_is_refused_in_english() -> None:
    found = replace(FOUND, question="Berlin rents")

    assert refusal("What are rents in Berlin?", found, ("Berlin",)) == (
        "The notes hold nothing that answers this. Searched for: “Berlin rents”. "
        "Not in these passages: Berlin. "
        "The nearest notes are listed as sources: “GPT”, “群聊”."
    )


def test_what_comes_near_and_does_not_answer_is_said_to_be_so() -> None:
    assert refusal("GPT-5 有多少参数？", NEAR, ("GPT-5",)) == (
        "笔记里有相近的内容，但没有写出这个问题的答案。搜索的是：“GPT-5 参数”。"
        "这些段落里没有出现：GPT-5。最接近的笔记列在来源里：《GPT》、《群聊》。"
    )
    assert refusal("How many parameters does it have?", NEAR).startswith(
        "The notes come near this, but do not state the answer. Searched for: “GPT-5 参数”."
    )


def test_filters_are_named_with_what_they_left_out_and_how_to_widen() -> None:
    line = "柏林房租 tag:租房 kind:chat"
    query = read_query(line, date(2024, 6, 1))
    parts = (Removed(query.chips[1], 12),)
    found = replace(FOUND, query=query, removed=14, removed_by=parts)

    assert (
        "只搜索了符合这些条件的内容：tag:租房、kind:chat（排除了 12 段）。"
        "去掉它们再问，会搜索全部笔记。"
    ) in refusal(line, found)
    assert (
        " Only what fits these was searched: tag:租房, kind:chat. "
        "Ask without them to search all notes."
    ) in refusal("Berlin rents", replace(found, removed_by=()))


def test_titles_cannot_pass_for_marks_or_flood_the_answer() -> None:
    found = replace(FOUND, passages=(passage("甲", title="A [1]\n" + "长" * 500),))

    text = refusal("柏林", found)

    assert "[1]" not in text
    assert len(text) < 250


def test_without_passages_nothing_is_called_nearest() -> None:
    text = refusal("柏林", replace(FOUND, passages=(), on_topic=True), ("柏林",))
    assert text == "笔记里没有找到能回答这个问题的内容。搜索的是：“柏林房租”。"


def test_before_quotes_the_missing_terms_are_named() -> None:
    assert caution("JEPA 有多少参数？", ("JEPA",)) == (
        "这些段落里没有出现：JEPA。下面是最接近的内容，不一定回答了问题："
    )
    assert caution("How large is JEPA?", ("JEPA", "I [1]")) == (
        "Not in these passages: JEPA, I [\u20601]. What follows comes nearest and may not answer:"
    )
    assert caution("GPT-3 有多少参数？", ()) == ""


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_words_can_be_named(question: str, searched: str, missing: list[str]) -> None:
    assert refusal(question, replace(FOUND, question=searched), missing)


def test_the_agreed_words_are_recognised() -> None:
    assert declines("\nThe notes do not answer this question. But")
    assert not declines("GPT-3 有 1750 亿参数。")
