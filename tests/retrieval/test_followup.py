import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.followup import ALONE, LEANING, UNSURE, earlier_weight
from retrieval.question import key_words


def weight(question: str) -> float:
    return earlier_weight(question, len(key_words(question)))


@pytest.mark.parametrize(
    "question",
    [
        "那他自己试下来觉得怎么样？",
        "为什么？",
        "第二个阶段具体要做些什么？",
        "它要多少显存？",
        "量化呢？",
        "And for the next one?",
        "What about the level above that?",
        "How much memory does it need?",
    ],
)
def test_a_question_that_points_back_leans_on_the_one_before(question: str) -> None:
    assert weight(question) == LEANING


@pytest.mark.parametrize(
    "question",
    [
        "Grok-1 每个 Token 由几位专家处理，最大序列长度是多少？",
        "宝玉介绍的那个把两小时视频自动变成图文文章的做法，一篇成本大概多少？",
        "Which application areas does the lecture find most promising for future models?",
    ],
)
def test_a_question_with_many_words_of_its_own_stands_alone(question: str) -> None:
    assert weight(question) == ALONE


def test_a_short_question_that_points_nowhere_is_unsure() -> None:
    assert weight("为什么不走常规的面试流程？") == UNSURE


@given(st.text(max_size=60), st.integers(0, 60))
def test_any_question_has_one_of_three_weights(question: str, words: int) -> None:
    assert earlier_weight(question, words) in {LEANING, UNSURE, ALONE}
