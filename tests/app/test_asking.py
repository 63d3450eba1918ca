import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Self
from uuid import UUID, uuid4

import pytest

from app.asking import Ask, Asking, Begun, Ended, Step, UnfinishedTurnError, title
from app.missing import NoSuchConversationError
from app.question import EmptyQuestionError, LongQuestionError
from serving.answer import Answer, Event, Failed, Finish, Mode, Token, Turn
from tests.app.answers import (
    ANSWER,
    CITATION,
    EVENTS,
    SOURCE,
    SUPPORT,
    MemoryTurns,
    ScriptedAnswerer,
)

QUESTION = "什么是 KV 缓存？"


def collected(asking: Asking, ask: Ask, most: int = 100) -> list[Step]:
    async def scenario() -> list[Step]:
        steps: list[Step] = []
        async with aclosing(asking.steps(await asking.checked(ask))) as coming:
            async for step in coming:
                steps.append(step)
                if len(steps) == most:
                    break
        return steps

    return asyncio.run(scenario())


def test_turn_is_stored_before_its_end_is_told() -> None:
    turns = MemoryTurns()
    steps = collected(Asking(ScriptedAnswerer(*EVENTS), turns, 100), Ask(f" {QUESTION} "))
    (conversation,) = turns.titles
    assert steps == [
        Begun(conversation),
        *EVENTS[:-1],
        Ended(conversation, UUID(int=1), QUESTION, "standalone?", ANSWER),
    ]
    assert turns.titles == {conversation: QUESTION}
    assert turns.turns == [(conversation, QUESTION, "standalone?", ANSWER)]


def test_conversation_goes_on_with_its_own_history() -> None:
    turns, answerer = MemoryTurns(), ScriptedAnswerer(*EVENTS)
    asking = Asking(answerer, turns, 100)
    collected(asking, Ask("first"))
    (conversation,) = turns.titles
    collected(asking, Ask("second", conversation, history=(Turn("ignored", "x"),)))
    assert answerer.asked == [("first", ()), ("second", (Turn("first", ANSWER.text),))]
    assert len(turns.titles) == 1


def test_turn_that_is_not_kept_leaves_nothing_behind() -> None:
    turns, answerer = MemoryTurns(), ScriptedAnswerer(*EVENTS)
    history = (Turn("a", "b"),)
    steps = collected(Asking(answerer, turns, 100), Ask("q", history=history, keep=False))
    assert steps[0] == Begun(None)
    assert steps[-1] == Ended(None, None, "q", "standalone?", ANSWER)
    assert (turns.titles, turns.turns) == ({}, [])
    assert answerer.asked == [("q", history)]


def test_reader_who_leaves_frees_the_model_and_keeps_what_had_come() -> None:
    turns, answerer = MemoryTurns(), ScriptedAnswerer(*EVENTS)
    collected(Asking(answerer, turns, 100), Ask("q"), most=6)
    assert answerer.closed == 1
    ((_, _, standalone, answer),) = turns.turns
    assert standalone == "standalone?"
    assert answer == Answer(
        text="省显存。[1]",
        mode=Mode.MODEL,
        finish=Finish.INTERRUPTED,
        sources=(SOURCE,),
        citations=(CITATION,),
        support=(SUPPORT,),
    )


def test_reader_who_leaves_at_a_mark_leaves_none_without_its_citation() -> None:
    texts = []
    for most in range(1, len(EVENTS) + 1):
        turns = MemoryTurns()
        collected(Asking(ScriptedAnswerer(*EVENTS), turns, 100), Ask(QUESTION), most)
        ((_, _, _, answer),) = turns.turns
        texts.append((answer.text, len(answer.citations)))
    assert texts == [
        ("", 0),
        ("", 0),
        ("省显存。", 0),
        ("省显存。", 0),
        ("省显存。[1]", 1),
        ("省显存。[1]", 1),
    ]


def test_task_that_is_cancelled_while_the_model_is_silent_still_stores_the_turn() -> None:
    turns, answerer = MemoryTurns(), ScriptedAnswerer(*EVENTS[:2], 60.0, *EVENTS[2:])
    asking = Asking(answerer, turns, 100)

    async def scenario() -> None:
        reading = asyncio.create_task(asking.whole(Ask("q")))
        await answerer.begun.wait()
        await asyncio.sleep(0.05)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(scenario())
    ((_, question, _, answer),) = turns.turns
    assert (question, answer.text, answer.finish) == ("q", "省显存。", Finish.INTERRUPTED)
    assert answerer.closed == 1


def test_failure_is_the_end_with_its_sentence() -> None:
    partial = replace(ANSWER, text="省", finish=Finish.INTERRUPTED)
    turns = MemoryTurns()
    answerer = ScriptedAnswerer(Token("省"), Failed("The model stopped.", partial))
    steps = collected(Asking(answerer, turns, 100), Ask("q"))
    (conversation,) = turns.titles
    assert steps[-1] == Ended(conversation, UUID(int=1), "q", "", partial, "The model stopped.")
    assert turns.turns == [(conversation, "q", "q", partial)]


def test_events_that_stop_without_an_end_are_an_interrupted_turn() -> None:
    turns = MemoryTurns()
    steps = collected(Asking(ScriptedAnswerer(Token("a")), turns, 100), Ask("q"))
    last = steps[-1]
    assert isinstance(last, Ended)
    assert last.answer.finish is Finish.INTERRUPTED
    assert last.error == str(UnfinishedTurnError())


def test_answerer_that_breaks_leaves_an_interrupted_turn() -> None:
    turns = MemoryTurns()
    asking = Asking(ScriptedAnswerer(Token("a"), ValueError("broken")), turns, 100)
    with pytest.raises(ValueError, match="broken"):
        collected(asking, Ask("q"))
    assert [answer.text for *_, answer in turns.turns] == ["a"]


class Plain:
    """Events that come by an iterator without ``aclose``."""

    def __init__(self) -> None:
        self._events = iter(EVENTS)

    def answer(self, question: str, history: object = ()) -> AsyncIterator[Event]:
        del question, history
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        return next(self._events)


def test_events_of_a_plain_iterator_are_taken_too() -> None:
    ended = asyncio.run(Asking(Plain(), MemoryTurns(), 100).whole(Ask("q", keep=False)))
    assert ended.answer == ANSWER


def test_what_cannot_be_asked_is_refused_before_anything_happens() -> None:
    turns, answerer = MemoryTurns(), ScriptedAnswerer(*EVENTS)
    asking = Asking(answerer, turns, 10)
    for ask, error in (
        (Ask(" "), EmptyQuestionError),
        (Ask("x" * 11), LongQuestionError),
        (Ask("x", uuid4()), NoSuchConversationError),
    ):
        with pytest.raises(error):
            asyncio.run(asking.checked(ask))
    assert (turns.titles, answerer.asked) == ({}, [])


@pytest.mark.parametrize(
    ("question", "name"),
    [("a\n b", "a b"), ("x" * 60, "x" * 60), ("x" * 61, "x" * 59 + "…")],
)
def test_conversation_is_named_after_its_first_question(question: str, name: str) -> None:
    assert title(question) == name
