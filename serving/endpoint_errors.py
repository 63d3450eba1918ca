"""What an endpoint's refusals mean."""

import json
import re
from http import HTTPStatus

from openai import APIError, APIStatusError

from serving.chat_model import (
    BrokenReplyError,
    ChatModelError,
    ContextTooLongError,
    ModelBusyError,
    ModelKeyRefusedError,
    NoSuchModelError,
)

_TOO_LONG = re.compile(
    r"context.?length|context window|maximum context|max_model_len|too many tokens|"
    r"(prompt|input|request)\b.{0,40}\btoo long|exceeds?\b.{0,60}\btokens?",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.{0,200}(not exist|not found|unknown)|model_not_found", re.IGNORECASE | re.DOTALL
)
_BUSY = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_LONGEST_EXCERPT = 160


def chat_model_error(address: str, error: APIError, key: str) -> ChatModelError:
    """Return what ``error`` means; the sentence holds neither ``key`` nor a whole page."""
    status = error.status_code if isinstance(error, APIStatusError) else None
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return ModelKeyRefusedError(address)
    if status in _BUSY and isinstance(error, APIStatusError):
        return ModelBusyError(address, _seconds(error.response.headers.get("retry-after", "")))
    said = _message(error.body) or error.message
    if _TOO_LONG.search(said):
        return ContextTooLongError(address)
    if status == HTTPStatus.NOT_FOUND and _NO_MODEL.search(said):
        return NoSuchModelError(address, _quoted(said))
    prefix = "an error in the stream" if status is None else f"status {status}"
    return BrokenReplyError(address, f"{prefix}: {_excerpt(said, key)}")


def error_in_body(address: str, content_type: str, body: bytes, key: str) -> ChatModelError:
    """Return what a reply means that came whole instead of as a stream."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return BrokenReplyError(address, "the reply is empty")
    try:
        document = json.loads(text)
    except ValueError:
        kind = "a web page" if "html" in content_type or text[:1] == "<" else "plain text"
        return BrokenReplyError(address, f"it sent {kind}")
    said = _message(document)
    if _TOO_LONG.search(said):
        return ContextTooLongError(address)
    what = f"it sent an error: {_excerpt(said, key)}" if said else "it sent JSON, not a stream"
    return BrokenReplyError(address, what)


def _message(body: object) -> str:
    """Return the message of an error document, however deep it is."""
    if isinstance(body, dict):
        inner = body.get("error", body.get("message", body.get("detail", "")))
        return _message(inner)
    return body if isinstance(body, str) else ""


def _excerpt(said: str, key: str) -> str:
    """Return the beginning of a message as one line without the key."""
    line = " ".join(said.replace(key, "…").split() if key else said.split())
    if line.startswith("<"):
        return "a web page"
    return line[:_LONGEST_EXCERPT].rstrip(". ") or "no reason given"


def _quoted(said: str) -> str:
    found = re.search(r"[`'\"]([^`'\"]{1,120})[`'\"]", said)
    return found.group(1) if found else ""


def _seconds(header: str) -> float | None:
    return float(header) if re.fullmatch(r"\d{1,6}(\.\d+)?", header) else None
