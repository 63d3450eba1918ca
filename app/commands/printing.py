"""How results stand on standard output."""

import json
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_KEPT = "\n\t"


def document(value: BaseModel | Mapping[str, Any]) -> None:
    """Print one JSON document on a line of its own, at once."""
    plain_value = value.model_dump(mode="json") if isinstance(value, BaseModel) else dict(value)
    text = json.dumps(plain_value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(plain_value)
    print(text, flush=True)


def remark(text: str) -> None:
    """Say something beside the result, on standard error."""
    print(text, file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """Return note text that a terminal only shows: no control sequence in it takes effect."""
    return "".join(
        character
        for character in text
        if character in _KEPT or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
