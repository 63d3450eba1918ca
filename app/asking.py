"""The flow of one turn: question in, events out, the turn stored whatever happens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.missing import NoSuchConversationError
from app.question import asked
from retrieval.chip import Chip
from retrieval.trace import Trace
from serving.answer import (
    Answer,
    Cited,
    Done,
    Event,
    Failed,
    SourcesFound,
    Supported,
    Token,
    Turn,
)
from serving.partial import partial_answer

_TITLE_CHARACTERS = 60


class Answering(Protocol):
    """Answers a question, as `serving.answerer.Answerer` does it."""

    def answer(self, question: str, history: Sequence[Turn] = ()) -> AsyncIterator[Event]:
        """Yield the events of one answer; the last one is `Done` or `Failed`."""
        ...


class TurnLog(Protocol):
    """Where turns are remembered, as `app.db.conversations.Conversations` does it."""

    def begin(self, title: str) -> UUID:
        """Open a conversation."""
        ...

    def exists(self, conversation_id: UUID) -> bool:
        """Whether there is such a conversation."""
        ...

    def history(self, conversation_id: UUID) -> tuple[Turn, ...]:
        """Return the complete turns."""
        ...

    def record(
        self,
        conversation_id: UUID,
        question: str,
        standalone: str,
        answer: Answer,
        trace: Trace | None = None,
    ) -> UUID:
        """Store a turn, with how its search went."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """First step of a turn: where it will be stored."""

    conversation: UUID | None
    """None when the turn is not kept."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Last step of a turn: it is stored."""

    conversation: UUID | None
    turn: UUID | None
    question: str
    standalone: str
    answer: Answer
    error: str = ""
    """The sentence that says why it could not be given, or empty."""
    chips: tuple[Chip, ...] = ()
    """What was understood of the question beside its words."""


Step = Begun | SourcesFound | Token | Cited | Supported | Ended


@dataclass(frozen=True, slots=True)
class Ask:
    """What the reader sent."""

    question: str
    conversation: UUID | None = None
    """None begins one."""
    history: tuple[Turn, ...] = ()
    """Earlier turns of a reader who keeps them himself; only without a conversation."""
    keep: bool = True
    """Whether the turn is stored."""


class Asking:
    """Asks, and keeps what was said."""

    def __init__(self, answerer: Answering, turns: TurnLog, most_characters: int) -> None:
        self._answerer = answerer
        self._turns = turns
        self._most = most_characters

    async def checked(self, ask: Ask) -> Ask:
        """Return ``ask`` ready to be answered: question trimmed, earlier turns filled in.

        Raises:
            QuestionError: It cannot be asked.
            NoSuchConversationError: Its conversation is not there.
        """
        question = asked(ask.question, self._most)
        if ask.conversation is None:
            return Ask(question, None, ask.history, ask.keep)
        if not await asyncio.to_thread(self._turns.exists, ask.conversation):
            raise NoSuchConversationError
        history = await asyncio.to_thread(self._turns.history, ask.conversation)
        return Ask(question, ask.conversation, history, ask.keep)

    async def steps(self, ask: Ask) -> AsyncGenerator[Step, None]:
        """Answer a checked question step by step; `Ended` is always the last.

        A reader who leaves closes the generator: the model is released at once, and what had
        arrived is stored as interrupted.
        """
        conversation = ask.conversation
        if conversation is None and ask.keep:
            conversation = await asyncio.to_thread(self._turns.begin, title(ask.question))
        so_far: list[Event] = []
        found, last = SourcesFound((), ""), None
        try:
            yield Begun(conversation)
            answering = self._answerer.answer(ask.question, ask.history)
            async with aclosing(_generator(answering)) as events:
                async for event in events:
                    if isinstance(event, Done | Failed):
                        last = event
                        break
                    if isinstance(event, SourcesFound):
                        found = event
                    so_far.append(event)
                    yield event
        finally:
            answer = partial_answer(so_far) if last is None else last.answer
            storing = self._stored(conversation, ask.question, found, answer)
            turn = await asyncio.shield(storing)
        error = "" if isinstance(last, Done) else _sentence(last)
        yield Ended(conversation, turn, ask.question, found.standalone, answer, error, found.chips)

    async def whole(self, ask: Ask) -> Ended:
        """Answer a checked question and return its end."""
        async with aclosing(self.steps(ask)) as steps:
            async for step in steps:
                if isinstance(step, Ended):
                    return step
        raise UnfinishedTurnError

    async def _stored(
        self, conversation: UUID | None, question: str, found: SourcesFound, answer: Answer
    ) -> UUID | None:
        if conversation is None:
            return None
        standalone = found.standalone or question
        return await asyncio.to_thread(
            self._turns.record, conversation, question, standalone, answer, found.trace
        )


def _sentence(last: Failed | None) -> str:
    return str(UnfinishedTurnError()) if last is None else last.message


async def _generator(events: AsyncIterator[Event]) -> AsyncGenerator[Event, None]:
    """Give any iterator of events an ``aclose``, which closes it when it can be closed."""
    try:
        async for event in events:
            yield event
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def title(question: str) -> str:
    """Return the first line's beginning of a question as the name of its conversation."""
    line = " ".join(question.split())
    return line if len(line) <= _TITLE_CHARACTERS else line[: _TITLE_CHARACTERS - 1] + "…"


class UnfinishedTurnError(RuntimeError):
    """The events of an answer stopped before the last one."""

    def __init__(self) -> None:
        super().__init__("The answer ended in the middle. What there was is stored; ask again.")
