"""Reading one JSON object out of what a model says. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from serving.reasoning import ReasoningFilter

LONGEST = 8_000
"""Characters of a reply that are looked at."""
_TRIES = 20
"""Opening braces that are tried."""
_DECODER = json.JSONDecoder()


def json_object(reply: str) -> Mapping[str, Any] | None:
    """Return the first JSON object in ``reply``, or None when it holds none.

    Endpoints promise more than they keep: the object may stand in a code fence, behind reasoning
    or between prose, and of one cut at the token limit nothing is read.
    """
    reasoning = ReasoningFilter()
    first, rest = reasoning.feed(reply[:LONGEST]), reasoning.finish()
    text = first.answer + rest.answer
    start = text.find("{")
    for _ in range(_TRIES):
        if start < 0:
            return None
        try:
            value, _ = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
        else:
            return value if isinstance(value, dict) else None
    return None
