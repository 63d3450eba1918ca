"""The contract of a language model, and what can go wrong with one.

ChatModelError
├── ModelUnreachableError     no connection
├── ModelTimedOutError        a wait ran out; says which
├── ModelKeyRefusedError      401, 403
├── NoSuchModelError          the endpoint serves another model
├── ModelBusyError            429, 503
├── ContextTooLongError       prompt and answer do not fit the model
├── BrokenReplyError          a reply that is no answer
├── NotJsonError              a reply that should hold a JSON object and holds none
└── ReplyInterruptedError     the reply stopped before its end
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Delta:
    """What arrives from the model at one time."""

    text: str = ""
    reasoning: str = ""
    """Reasoning that the endpoint itself has set apart."""
    finish: str | None = None
    """Why the model ended (``stop``, ``length``, …); None while it goes on."""


class ChatModel(Protocol):
    """A language model that answers a chat prompt.

    Rules every implementation keeps:

    - A stream that ends without an error has given a delta with ``finish``.
    - Nothing is tried again once a delta with text or reasoning has gone out.
    - Closing the stream, or cancelling the task that reads it, stops the model at once.
    - Every failure is a `ChatModelError`; its sentence holds no key.
    """

    def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Delta, None]:
        """Answer ``messages`` with at most ``max_tokens`` tokens.

        Raises:
            ChatModelError: The model did not answer, or stopped before the end.
        """
        ...

    async def complete_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        max_tokens: int,
        seconds: float,
    ) -> Mapping[str, Any]:
        """Answer ``messages`` with one small JSON object, at temperature 0.

        The endpoint is asked to hold the reply to ``schema``, without reasoning. Whether it did
        is not known: what comes back is any JSON object.

        Args:
            messages: The prompt; it must say what object is wanted.
            schema: JSON schema of the object.
            max_tokens: Most tokens of the reply.
            seconds: How long all of it may take; nothing is tried again after an error.

        Raises:
            ChatModelError: The model did not answer in time, or not with a JSON object.
        """
        ...

    async def model_name(self) -> str:
        """Return the name of the model that answers.

        Raises:
            ChatModelError: The endpoint does not tell.
        """
        ...


class Wait(StrEnum):
    """What was waited for when the time ran out."""

    CONNECTION = "a connection"
    FIRST = "the first token"
    NEXT = "the next token"
    WHOLE = "the whole answer"


class ChatModelError(RuntimeError):
    """The language model did not answer."""


class ModelUnreachableError(ChatModelError):
    """No connection to the endpoint."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The language model at {address} cannot be reached. "
            "Start it, or correct FOOTNOTE_LLM_URL."
        )


class ModelTimedOutError(ChatModelError):
    """The endpoint took too long."""

    def __init__(self, address: str, wait: Wait, seconds: float) -> None:
        super().__init__(
            f"The language model at {address} was given up after {seconds:g} s of waiting for "
            f"{wait}. Try again, or allow more time in the settings."
        )
        self.wait = wait


class ModelKeyRefusedError(ChatModelError):
    """The endpoint wants another key."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The language model at {address} refused the key. Correct FOOTNOTE_LLM_API_KEY."
        )


class NoSuchModelError(ChatModelError):
    """The endpoint does not serve the model asked for."""

    def __init__(self, address: str, model: str, served: Sequence[str] = ()) -> None:
        listed = f" It serves {', '.join(served[:3])}." if served else ""
        super().__init__(
            f"The endpoint at {address} has no model {model!r}.{listed} "
            "Correct FOOTNOTE_LLM_MODEL, or leave it empty."
        )


class ModelBusyError(ChatModelError):
    """The endpoint has too much to do."""

    def __init__(self, address: str, retry_after: float | None) -> None:
        when = "in a moment" if retry_after is None else f"in {retry_after:g} s"
        super().__init__(f"The language model at {address} is busy. Try again {when}.")
        self.retry_after = retry_after


class ContextTooLongError(ChatModelError):
    """Prompt and answer together do not fit the model."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The question with its sources is too long for the model at {address}. "
            "Lower FOOTNOTE_LLM_CONTEXT_TOKENS to what the model holds."
        )


class BrokenReplyError(ChatModelError):
    """The endpoint answered with something that is no answer."""

    def __init__(self, address: str, what: str) -> None:
        super().__init__(
            f"The endpoint at {address} did not answer as a language model does: {what}. "
            "Check that FOOTNOTE_LLM_URL names an OpenAI-compatible endpoint, and its log."
        )


class NotJsonError(ChatModelError):
    """A reply that should hold a JSON object and holds none."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The language model at {address} was asked for a JSON object and sent something else. "
            "The question goes on without it; a larger model may do better."
        )


class ReplyInterruptedError(ChatModelError):
    """The reply stopped before its end."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The language model at {address} stopped in the middle of the answer. "
            "What had arrived is kept; ask again for the rest."
        )
