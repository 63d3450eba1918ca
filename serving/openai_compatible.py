"""A language model behind an OpenAI-compatible endpoint, written for vLLM."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from openai import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AsyncOpenAI,
    AsyncStream,
    DefaultAsyncHttpxClient,
    Timeout,
)
from openai.types.chat import ChatCompletionChunk

from serving.chat_model import (
    BrokenReplyError,
    ChatModelError,
    Delta,
    Message,
    ModelBusyError,
    ModelTimedOutError,
    ModelUnreachableError,
    NoSuchModelError,
    NotJsonError,
    ReplyInterruptedError,
    Wait,
)
from serving.endpoint_errors import chat_model_error, error_in_body
from serving.endpoint_events import delta_of, held_to, parameter
from serving.json_reply import LONGEST, json_object
from serving.patience import Clock, Patience

_RETRIES = 2
_LONGEST_RETRY_AFTER_S = 5.0
_FIRST_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is, and how it is asked."""

    url: str
    """Base address, with or without ``/v1``."""
    model: str = ""
    """Empty takes the first model the endpoint lists."""
    api_key: str = field(default="", repr=False)
    temperature: float = 0.2

    @property
    def base_url(self) -> str:
        """The address that ``/chat/completions`` is appended to."""
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/") or "/v1"
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))

    @property
    def address(self) -> str:
        """The address as it may be shown, without user or password."""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@dataclass(frozen=True, slots=True)
class _Request:
    """What the model is asked for once."""

    messages: Sequence[Message]
    max_tokens: int
    temperature: float
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the body."""


class OpenAICompatibleModel:
    """Keeps the contract of `ChatModel`.

    Until the first token, a refused connection and a busy or failing server are tried again, at
    most twice, after a jittered moment or what a short ``Retry-After`` asks for. No proxy is
    used, whatever the environment says: the notes go to this endpoint and nowhere else.
    """

    def __init__(self, endpoint: Endpoint, patience: Patience | None = None) -> None:
        self._endpoint = endpoint
        self._patience = patience or Patience()
        self._listed = ""
        self._holds_to_schemas = True
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[Delta, None]:
        """Answer ``messages`` with at most ``max_tokens`` tokens; see `ChatModel.stream`."""
        request = _Request(messages, max_tokens, self._endpoint.temperature)
        end = asyncio.get_running_loop().time() + self._patience.total_s
        for attempt in range(_RETRIES + 1):
            begun = False
            try:
                async with aclosing(self._attempt(request, end)) as deltas:
                    async for delta in deltas:
                        begun = begun or bool(delta.text or delta.reasoning)
                        yield delta
            except (ModelUnreachableError, ModelBusyError) as error:
                pause = _pause(error, attempt)
                if begun or pause is None:
                    raise
                await asyncio.sleep(pause)
            except NoSuchModelError:
                if begun or self._endpoint.model or attempt:
                    raise
                self._listed = ""
            else:
                return

    async def complete_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        max_tokens: int,
        seconds: float,
    ) -> Mapping[str, Any]:
        """Answer with one JSON object; see `ChatModel.complete_json`."""
        end = asyncio.get_running_loop().time() + self._patience.total_s
        plain = _Request(messages, max_tokens, temperature=0.0)
        try:
            async with asyncio.timeout(seconds):
                if self._holds_to_schemas:
                    try:
                        held = replace(plain, extra=held_to(schema))
                        return await self._object(held, end)
                    except BrokenReplyError:
                        # It may not know the fields by which a reply is held to a schema.
                        found = await self._object(plain, end)
                        self._holds_to_schemas = False
                        return found
                return await self._object(plain, end)
        except TimeoutError:
            raise ModelTimedOutError(self._endpoint.address, Wait.WHOLE, seconds) from None

    async def _object(self, request: "_Request", end: float) -> Mapping[str, Any]:
        """Ask once for a JSON object."""
        said = reasoned = ""
        async with aclosing(self._attempt(request, end)) as deltas:
            async for delta in deltas:
                said += delta.text
                reasoned += delta.reasoning
                if len(said) + len(reasoned) > 2 * LONGEST:
                    break
        # Some servers take a constrained reply for reasoning, and set all of it apart.
        found = json_object(said) or json_object(reasoned if not said.strip() else "")
        if found is None:
            raise NotJsonError(self._endpoint.address)
        return found

    async def model_name(self) -> str:
        """Return the configured model, or the first that the endpoint lists."""
        if self._endpoint.model:
            return self._endpoint.model
        if not self._listed:
            served = await self.served()
            if not served:
                raise BrokenReplyError(self._endpoint.address, "it lists no model")
            self._listed = served[0]
        return self._listed

    async def served(self) -> tuple[str, ...]:
        """Return the names of the models that the endpoint lists.

        Raises:
            ChatModelError: The endpoint does not tell.
        """
        address = self._endpoint.address
        try:
            async with asyncio.timeout(self._patience.first_token_s):
                page = await self._connection().models.list()
            return tuple(str(model.id) for model in page.data)
        except APIError as error:
            raise self._translated(error, begun=False) from None
        except TimeoutError:
            seconds = self._patience.first_token_s
            raise ModelTimedOutError(address, Wait.FIRST, seconds) from None
        except (AttributeError, TypeError, ValueError):
            raise BrokenReplyError(address, "its list of models cannot be read") from None

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _connection(self) -> AsyncOpenAI:
        """Return the client of the running event loop; connections do not cross loops."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            timeout = Timeout(None, connect=self._patience.connect_s)
            self._client = AsyncOpenAI(
                base_url=self._endpoint.base_url,
                api_key=self._endpoint.api_key or "none",
                max_retries=0,
                timeout=timeout,
                http_client=DefaultAsyncHttpxClient(
                    trust_env=False, follow_redirects=False, timeout=timeout
                ),
            )
            self._loop = loop
        return self._client

    async def _attempt(self, request: "_Request", end: float) -> AsyncGenerator[Delta, None]:
        """Ask once. Ends after the delta that says why the model finished."""
        clock = Clock(self._endpoint.address, self._patience, end)
        begun = False
        try:
            async with clock.waiting():
                stream = await self._open(request)
            async with stream:
                await self._expect_events(stream, clock)
                chunks = aiter(stream)
                while (chunk := await _next(chunks, clock)) is not None:
                    delta = delta_of(chunk)
                    begun = begun or bool(delta.text or delta.reasoning)
                    clock.begun = begun
                    if delta != Delta():
                        yield delta
                    if delta.finish is not None:
                        return
        except APIError as error:
            raise self._translated(error, begun=begun) from None
        except (ValueError, TypeError, AttributeError):
            raise self._broken("an event cannot be read", begun=begun) from None
        raise self._broken("the reply is empty", begun=begun)

    async def _open(self, request: "_Request") -> AsyncStream[ChatCompletionChunk]:
        model = await self.model_name()
        try:
            return await self._connection().chat.completions.create(
                model=model,
                messages=[parameter(message) for message in request.messages],
                max_tokens=request.max_tokens,
                temperature=request.temperature,
                stream=True,
                extra_body=request.extra or None,
            )
        except APIError as error:
            translated = self._translated(error, begun=False)
            if isinstance(translated, NoSuchModelError):
                served = await self.served()
                raise NoSuchModelError(self._endpoint.address, model, served) from None
            raise translated from None

    async def _expect_events(self, stream: AsyncStream[ChatCompletionChunk], clock: Clock) -> None:
        """Refuse a reply that is a page or a JSON document instead of a stream."""
        content_type = stream.response.headers.get("content-type", "").lower()
        if content_type and "event-stream" not in content_type:
            async with clock.waiting():
                body = await stream.response.aread()
            key = self._endpoint.api_key
            raise error_in_body(self._endpoint.address, content_type, body, key)

    def _translated(self, error: APIError, *, begun: bool) -> ChatModelError:
        address = self._endpoint.address
        if begun:
            return ReplyInterruptedError(address)
        if isinstance(error, APITimeoutError):
            return ModelTimedOutError(address, Wait.CONNECTION, self._patience.connect_s)
        if isinstance(error, APIConnectionError):
            return ModelUnreachableError(address)
        return chat_model_error(address, error, self._endpoint.api_key)

    def _broken(self, what: str, *, begun: bool) -> ChatModelError:
        address = self._endpoint.address
        return ReplyInterruptedError(address) if begun else BrokenReplyError(address, what)


def _pause(error: ChatModelError, attempt: int) -> float | None:
    """Return how long to wait before trying again, or None to give up."""
    asked = error.retry_after if isinstance(error, ModelBusyError) else None
    if attempt >= _RETRIES or (asked is not None and asked > _LONGEST_RETRY_AFTER_S):
        return None
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing
    return asked or jitter * _FIRST_PAUSE_S * 2**attempt


async def _next(
    chunks: AsyncIterator[ChatCompletionChunk], clock: Clock
) -> ChatCompletionChunk | None:
    """Return the next chunk, or None at the end of the stream."""
    async with clock.waiting():
        return await anext(chunks, None)
