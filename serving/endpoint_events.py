"""What goes to an endpoint and comes from it, in the words of the client library."""

from collections.abc import Mapping
from typing import Any

from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from serving.chat_model import Delta, Message


def parameter(message: Message) -> ChatCompletionMessageParam:
    """Return a message as the client takes it."""
    if message.role == "system":
        return {"role": "system", "content": message.content}
    if message.role == "assistant":
        return {"role": "assistant", "content": message.content}
    return {"role": "user", "content": message.content}


def held_to(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields that hold a reply to ``schema``, and that keep a model from reasoning."""
    named = {"name": "reply", "strict": True, "schema": dict(schema)}
    return {
        "response_format": {"type": "json_schema", "json_schema": named},
        "chat_template_kwargs": {"enable_thinking": False},
    }


def delta_of(chunk: ChatCompletionChunk) -> Delta:
    """Read a chunk; servers put reasoning in one of two fields that OpenAI does not know.

    Raises:
        TypeError: It holds something else than text.
    """
    if not chunk.choices:
        return Delta()
    choice = chunk.choices[0]
    extra = (choice.delta and choice.delta.model_extra) or {}
    reasoning = extra.get("reasoning_content") or extra.get("reasoning") or ""
    text = (choice.delta and choice.delta.content) or ""
    if not isinstance(text, str) or not isinstance(reasoning, str):
        raise TypeError
    return Delta(text, reasoning, choice.finish_reason)
