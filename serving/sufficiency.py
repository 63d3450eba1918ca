"""Do the sources answer at all? A language model's choice, before it writes the answer.

Large models answer wrongly rather than abstain when the context lacks the answer (Joren et al.,
"Sufficient Context", 2025). The prompt is the answer's own but for its end, so that an endpoint
that caches prefixes reads the sources once for both.
"""

import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from retrieval.trace import ModelCall
from serving.chat_model import ChatModel, ChatModelError, Message
from serving.inert import inert
from serving.language import language_of
from serving.prompt import fixed_text

SECONDS = 3.0
"""How long the choice may take."""
MAX_TOKENS = 24


class Sufficiency(StrEnum):
    """How far the sources answer."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"
    """The model did not say in time, or said something else."""


_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"answered": {"type": "string", "enum": ["yes", "partly", "no"]}},
    "required": ["answered"],
    "additionalProperties": False,
}


async def sufficiency(
    model: ChatModel, question: str, messages: Sequence[Message], seconds: float = SECONDS
) -> tuple[Sufficiency, ModelCall]:
    """Return how far the sources answer, and what to note of the call.

    Args:
        model: The model that will answer.
        question: As asked.
        messages: The prompt for the answer, the question at its end.
        seconds: How long the model may take.
    """
    begun = time.monotonic()
    verdict, told = Sufficiency.UNKNOWN, ""
    try:
        said = await model.complete_json(
            judging(question, messages), _SCHEMA, max_tokens=MAX_TOKENS, seconds=seconds
        )
        verdict = _verdict(said.get("answered"))
    except ChatModelError as error:
        told = str(error)
    ms = round((time.monotonic() - begun) * 1_000, 1)
    return verdict, ModelCall("sufficiency", told or verdict.value, ms)


def judging(question: str, messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return the prompt for an answer with the choice asked for at its end instead."""
    language = language_of(question)
    asked = fixed_text("question", language) + inert(question)
    shown = messages[-1].content.removesuffix(asked)
    wanted = fixed_text("sufficiency", language) + inert(question)
    return (*messages[:-1], Message("user", shown + wanted))


def _verdict(said: object) -> Sufficiency:
    choices = (Sufficiency.YES, Sufficiency.PARTLY, Sufficiency.NO)
    spoken = said.strip().lower() if isinstance(said, str) else ""
    return next((each for each in choices if each.value == spoken), Sufficiency.UNKNOWN)
