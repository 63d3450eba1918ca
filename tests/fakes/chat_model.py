"""A language model without a server."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from serving.chat_model import ChatModelError, Delta, Message, ModelTimedOutError, Wait


@dataclass
class FakeModel:
    """Keeps the contract of `ChatModel`: says what it was given, and remembers what it was asked.

    Its JSON objects are used up in order, the last one for ever; an error is raised instead.
    """

    objects: Sequence[Mapping[str, Any] | ChatModelError] = ()
    says: str = "好[1]。"
    seconds: float = 0.0
    """How long it thinks before a JSON object."""
    asked: list[Sequence[Message]] = field(default_factory=list)
    """The prompts for JSON objects."""
    answered: list[Sequence[Message]] = field(default_factory=list)
    """The prompts for answers."""

    async def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[Delta, None]:
        del max_tokens
        self.answered.append(messages)
        yield Delta(self.says)
        yield Delta(finish="stop")

    async def complete_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        max_tokens: int,
        seconds: float,
    ) -> Mapping[str, Any]:
        del schema, max_tokens
        self.asked.append(messages)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.sleep(self.seconds)
        except TimeoutError:
            raise ModelTimedOutError("nowhere", Wait.WHOLE, seconds) from None
        found = self.objects[min(len(self.asked), len(self.objects)) - 1]
        if isinstance(found, ChatModelError):
            raise found
        return found

    async def model_name(self) -> str:
        return "fake"
