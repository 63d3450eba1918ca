"""A model may say that the sources do not answer; nothing else it says counts."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from serving.answer import Mode, Source
from serving.answerer import Answerer, ModelAids
from serving.chat_model import ChatModelError, ModelUnreachableError, NotJsonError
from serving.prompt import prompt
from serving.sufficiency import Sufficiency, judging, sufficiency
from tests.fakes.chat_model import FakeModel
from tests.serving.passages import chat, passage
from tests.serving.searchers import GivenSearcher

QUESTION = "GPT-3 有多少参数？"
SOURCES = (Source(1, passage("GPT-3 有 1750 亿参数。")), Source(2, chat("好")))
MESSAGES = prompt(QUESTION, SOURCES)
AIDS = ModelAids(rewriting=False, sufficiency=True)


def judged(*objects: Mapping[str, Any] | ChatModelError) -> tuple[Sufficiency, str]:
    model = FakeModel(objects)
    verdict, call = asyncio.run(sufficiency(model, QUESTION, MESSAGES))
    assert call.purpose == "sufficiency"
    return verdict, call.outcome


@pytest.mark.parametrize("verdict", ["yes", "partly", "no"])
def test_a_verdict_is_one_of_three(verdict: str) -> None:
    assert judged({"answered": verdict}) == (Sufficiency(verdict), verdict)


@pytest.mark.parametrize(
    "said", [{}, {"answered": "maybe"}, {"answered": ["no"]}, {"answered": None}, {"no": "no"}]
)
def test_anything_else_is_no_verdict(said: Mapping[str, Any]) -> None:
    assert judged(said) == (Sufficiency.UNKNOWN, "unknown")


@pytest.mark.parametrize("error", [ModelUnreachableError("x"), NotJsonError("x")])
def test_an_error_is_no_verdict_and_its_sentence_is_kept(error: ChatModelError) -> None:
    assert judged(error) == (Sufficiency.UNKNOWN, str(error))


def test_a_slow_model_is_not_waited_for() -> None:
    model = FakeModel([{"answered": "no"}], seconds=5)
    verdict, call = asyncio.run(sufficiency(model, QUESTION, MESSAGES, seconds=0.05))
    assert verdict is Sufficiency.UNKNOWN
    assert call.ms < 1_000


def test_the_prompt_is_that_of_the_answer_but_for_its_end() -> None:
    *same, end = judging(QUESTION, MESSAGES)
    assert same == list(MESSAGES[:-1])
    shared = MESSAGES[-1].content[: -len("只根据以上来源") - 60]
    assert end.content.startswith(shared)
    assert end.content.endswith(QUESTION)
    assert end.content.count(QUESTION) == 1


@pytest.mark.parametrize(
    ("said", "mode"),
    [
        ({"answered": "no"}, Mode.REFUSAL),
        ({"answered": "partly"}, Mode.MODEL),
        ({"answered": "yes"}, Mode.MODEL),
        ({}, Mode.MODEL),
        (NotJsonError("x"), Mode.MODEL),
    ],
)
def test_only_a_no_turns_an_answer_into_a_refusal(
    said: Mapping[str, Any] | ChatModelError, mode: Mode
) -> None:
    model = FakeModel([said], says="GPT-3 有 1750 亿参数[1]。")
    searcher = GivenSearcher(tuple(source.passage for source in SOURCES))
    answer = asyncio.run(Answerer(searcher, model, None, AIDS).answered(QUESTION))
    assert answer.mode is mode
    assert answer.sources == SOURCES
    assert len(model.answered) == (mode is Mode.MODEL)
    if mode is Mode.REFUSAL:
        assert "《GPT》" in answer.text


def test_both_prompts_share_their_sources_word_for_word() -> None:
    model = FakeModel([{"answered": "yes"}])
    searcher = GivenSearcher(tuple(source.passage for source in SOURCES))
    asyncio.run(Answerer(searcher, model, None, AIDS).answered(QUESTION))
    (asked,), (answered,) = model.asked, model.answered
    assert judging(QUESTION, answered) == asked


def test_an_off_topic_question_is_not_judged() -> None:
    model = FakeModel([{"answered": "yes"}])
    searcher = GivenSearcher((passage("甲"),), on_topic=False)
    answer = asyncio.run(Answerer(searcher, model, None, AIDS).answered(QUESTION))
    assert answer.mode is Mode.REFUSAL
    assert model.asked == []
