"""Without a model: what the notes do not answer is said, and what they answer is not denied."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.question_set import read_question_set
from app.settings import Settings
from app.wiring import Services, build
from retrieval.evaluation import Expected
from serving.answer import Answer, Mode, Turn

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("unanswerable") / "home"
    with build(Settings(home=home, notes=(DATA / "notes",), watch=False)) as services:
        services.sync().run()
        yield services


def answered(services: Services, name: str) -> list[tuple[Expected, Answer]]:
    expected = read_question_set(str(DATA / "evaluation" / f"{name}.jsonl"))

    async def run() -> list[Answer]:
        return [
            await services.answerer.answered(
                each.question, [Turn(each.previous, "")] if each.previous else []
            )
            for each in expected
        ]

    return list(zip(expected, asyncio.run(run()), strict=True))


def test_most_questions_without_an_answer_are_told_what_the_passages_lack(
    services: Services,
) -> None:
    found = answered(services, "unanswerable")
    told = [answer for _, answer in found if answer.mode is Mode.REFUSAL]
    assert len(found) == 20
    assert len(told) >= 13
    assert all(answer.missing for answer in told)


def test_hardly_a_question_with_an_answer_is(services: Services) -> None:
    found = [each for each in answered(services, "questions") if each[0].answerable]
    # A refusal that quotes is one for want of a key term; the gate's quote nothing.
    denied = [
        each.question for each, answer in found if answer.mode is Mode.REFUSAL and answer.citations
    ]
    assert len(denied) <= 0.05 * len(found), denied
