"""Only key terms that an answer can hardly do without are named as lacking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.passage import Passage
from serving.lacking import MOST, lacking
from tests.serving.passages import chat, passage

CHINESE = (
    passage("GPT-3 有 1750 亿参数，用了一万张 V100 显卡训练，卢菁老师讲过大模型岗位。"),
    chat("阿水 2024/3/1 10:00:00\n4090 能跑 34B 的量化模型"),
)
ENGLISH = (passage("Speculative decoding lets a draft model propose tokens on an A100 GPU."),)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("JEPA 用了多少参数？", ("JEPA",)),
        ("Grok-1.5V 和 GPT-3 各有多少参数？", ("Grok-1.5V",)),
        ("RTX 5090 能跑多大的模型？", ("RTX", "5090")),
        ("2024-08-30 的例会说了什么？", ("2024-08-30",)),
        ("大模型岗位的起薪是多少？", ("起薪",)),
        ("阿水的显卡配了哪款主板？", ("主板",)),
        ("阿水的母公司什么时候上市？", ("上市",)),
        ("麻省理工的模型有多少参数？", ("麻省理工",)),
    ],
)
def test_names_and_what_is_asked_for_are_named(question: str, expected: tuple[str, ...]) -> None:
    assert lacking(question, CHINESE) == expected


@pytest.mark.parametrize(
    "question",
    [
        "gpt-3 有多少参数？",
        "阿水说 4090 能跑多大的模型？",
        "举的例子是什么？",
        "他们为什么盼着名校学生多吃点苦？",
        "小团队就算免费拿到别家的巨型模型，为什么还是只能靠写指令来用它？",
        "从哪里开始看？",
        "怎么看大模型的将来？",
        "还有什么顾虑？",
        "卢菁老师的看法是什么？",
        "",
        "？？？",
    ],
)
def test_words_that_an_answer_can_do_without_are_not(question: str) -> None:
    assert lacking(question, CHINESE) == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who wrote the SpecInfer paper?", ("SpecInfer",)),
        ("How does Chatbot Arena rank models?", ("Chatbot Arena",)),
        ("What did Hinton say about tokens?", ("Hinton",)),
        ("Which HELM score does the draft model get?", ("HELM",)),
        ("How many GPUs and A100s does the draft model need?", ()),
        ("What did the ten Chinese researchers say in March?", ()),
        ("How does speculative decoding propose tokens?", ()),
        ("Who gave the 10-minute talk?", ()),
    ],
)
def test_in_english_names_are(question: str, expected: tuple[str, ...]) -> None:
    assert lacking(question, ENGLISH) == expected


def test_in_another_language_only_what_is_written_alike_in_both_is_named() -> None:
    assert lacking("What does Hinton say about GPT-3 and GPT-5?", CHINESE) == ("GPT-5",)


def test_titles_headings_speakers_and_dates_count_as_held() -> None:
    assert lacking("阿水在规模那节里说 GPT 是什么？", CHINESE) == ()


def test_only_a_few_are_named() -> None:
    question = " ".join(f"model-{number}" for number in range(20)) + " 是什么？"
    assert len(lacking(question, CHINESE)) == MOST


@given(st.text(st.characters(), max_size=80), st.lists(st.sampled_from([*CHINESE, *ENGLISH])))
def test_any_question_has_its_own_words_named(question: str, passages: list[Passage]) -> None:
    readable = question.encode("utf-8", "replace").decode()
    assert all(term in readable for term in lacking(question, passages))
