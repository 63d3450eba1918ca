"""Answers, passages and a scripted answerer for tests of the application."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID, uuid4

from retrieval.chunk import Kind
from retrieval.passage import Passage
from retrieval.span import Span
from retrieval.trace import Trace
from serving.answer import (
    Answer,
    Citation,
    Cited,
    Done,
    Event,
    Finish,
    Label,
    Mode,
    Source,
    SourcesFound,
    Support,
    Supported,
    Token,
    Turn,
)

NOTE = UUID(int=1)
PASSAGE = Passage(
    note_id=NOTE,
    path="kv.md",
    title="KV Cache",
    kind=Kind.ARTICLE,
    span=Span(10, 16),
    text="缓存省显存。",
    score=0.75,
    headings=("KV", "Why"),
    when="2024-03-01",
)
SOURCE = Source(1, PASSAGE)
CITATION = Citation(1, 4, NOTE, "kv.md", Span(10, 15), "缓存省显存")
SUPPORT = Support(Span(0, 7), Label.VERIFIED, "same words")
ANSWER = Answer(
    text="省显存。[1]",
    mode=Mode.EXTRACTIVE,
    finish=Finish.COMPLETE,
    sources=(SOURCE,),
    citations=(CITATION,),
    support=(SUPPORT,),
    note="no_model",
    reason="No language model is connected.",
    ms=5,
)
EVENTS: tuple[Event, ...] = (
    SourcesFound((SOURCE,), "standalone?"),
    Token("省显存。"),
    Token("[1]"),
    Cited(CITATION),
    Supported(SUPPORT),
    Done(ANSWER),
)


class ScriptedAnswerer:
    """Yields what it was given; an exception in the script is raised, a number is a pause."""

    def __init__(self, *script: Event | Exception | float) -> None:
        self.script = script
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.closed = 0
        self.begun = asyncio.Event()

    async def answer(
        self, question: str, history: Sequence[Turn] = ()
    ) -> AsyncGenerator[Event, None]:
        self.asked.append((question, tuple(history)))
        self.begun.set()
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield step
        finally:
            self.closed += 1


class MemoryTurns:
    """Conversations in memory; `app.asking.TurnLog`."""

    def __init__(self) -> None:
        self.titles: dict[UUID, str] = {}
        self.turns: list[tuple[UUID, str, str, Answer]] = []
        self.traces: list[Trace | None] = []

    def begin(self, title: str) -> UUID:
        conversation = uuid4()
        self.titles[conversation] = title
        return conversation

    def exists(self, conversation_id: UUID) -> bool:
        return conversation_id in self.titles

    def history(self, conversation_id: UUID) -> tuple[Turn, ...]:
        return tuple(
            Turn(question, answer.text)
            for conversation, question, _, answer in self.turns
            if conversation == conversation_id and answer.finish is Finish.COMPLETE
        )

    def record(
        self,
        conversation_id: UUID,
        question: str,
        standalone: str,
        answer: Answer,
        trace: Trace | None = None,
    ) -> UUID:
        self.turns.append((conversation_id, question, standalone, answer))
        self.traces.append(trace)
        return UUID(int=len(self.turns))
