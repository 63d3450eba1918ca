"""Reasoning is folded away in every shape that models send it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.reasoning import Folded, ReasoningFilter

THINKISH = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<thi", "nk>", "<", "/", "`", "```", "\n", "答案", "嗯，", "a", "“"]
    ),
    max_size=14,
).map("".join)


def folded(text: str, *, opened: bool = False) -> tuple[str, str]:
    reasoning = ReasoningFilter(opened=opened)
    parts = [reasoning.feed(text), reasoning.finish()]
    return "".join(p.answer for p in parts), "".join(p.reasoning for p in parts)


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("答案是三。", "答案是三。", ""),
        ("<think>想</think>答案", "答案", "想"),
        ("<think>\n\n</think>\n\n答案", "\n\n答案", "\n\n"),
        ("<think>没有结束", "", "没有结束"),
        ("</think>答案", "答案", ""),
        ("\n</think>答案", "答案", "\n"),
        ("嗯，用户问的是……\n</think>\n答案", "\n答案", "嗯，用户问的是……\n"),
        ("Okay, the user asks `x\n</think>Yes.", "Yes.", "Okay, the user asks `x\n"),
        ("嗯，就是三。", "嗯，就是三。", ""),
        ("嗯，<think>想</think>三。", "嗯，三。", "想"),
        ("<think>想</think>答</think>案", "答案", "想"),
        ("答</think>案", "答案", ""),
        ("<think>a<think>b</think>c</think>d", "d", "a<think>b</think>c"),
        ("<think>“<think>”是标签</think>d", "d", "“<think>”是标签"),
        ("<think>a</think>x<think>b</think>y", "xy", "ab"),
        ("标签 `<think>` 打开推理", "标签 `<think>` 打开推理", ""),
        ("```\n<think>x</think>\n```\n后", "```\n<think>x</think>\n```\n后", ""),
        ("a < b，<thing>", "a < b，<thing>", ""),
        ("a <<think>x</think>", "a <", "x"),
        ("末尾 <thin", "末尾 <thin", ""),
    ],
)
def test_reasoning_and_answer_come_apart(text: str, answer: str, reasoning: str) -> None:
    assert folded(text) == (answer, reasoning)


def test_a_model_known_to_open_by_template_is_held_back_until_the_reasoning_ends() -> None:
    known = ReasoningFilter(opened=True)

    assert known.feed("先看来源") == Folded("", "")
    assert known.feed("。</think>三。") == Folded("三。", "先看来源。")


def test_a_model_that_stops_opening_by_template_loses_nothing() -> None:
    assert folded("三。", opened=True) == ("三。", "")


def test_a_template_that_opens_the_reasoning_is_recognised() -> None:
    first = ReasoningFilter()
    first.feed("先看来源。</think>三。")
    second = ReasoningFilter()
    second.feed("<think>x</think>三。</think>")

    assert (first.prefilled, second.prefilled) == (True, False)


def test_suspicion_ends_when_no_reasoning_ends() -> None:
    suspicious = ReasoningFilter(opened=True)

    assert len(suspicious.feed("字" * 20_001).answer) == 20_001


def test_an_answer_flows_without_delay() -> None:
    assert ReasoningFilter().feed("GPT-3 有 ").answer == "GPT-3 有 "


@given(THINKISH, st.lists(st.integers(0, 60), max_size=6), st.booleans())
def test_the_split_of_a_stream_changes_nothing(text: str, cuts: list[int], opened: bool) -> None:  # noqa: FBT001
    edges = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    reasoning = ReasoningFilter(opened=opened)
    parts = [reasoning.feed(text[a:b]) for a, b in pairwise(edges)]
    parts.append(reasoning.finish())

    together = ("".join(p.answer for p in parts), "".join(p.reasoning for p in parts))
    assert together == folded(text, opened=opened)


@given(st.text(alphabet="答案 ab`\n<>/", max_size=30))
def test_text_without_tags_is_all_answer(text: str) -> None:
    assert folded(text) == (text, "")
