"""Texts of others inside a prompt, each between fences that it cannot imitate."""

import secrets
from collections.abc import Sequence

from serving.inert import inert

_NONCE_BYTES = 8


def nonce(texts: Sequence[str]) -> str:
    """Return a random word that stands in none of ``texts``."""
    while True:
        word = secrets.token_hex(_NONCE_BYTES)
        if not any(word in text for text in texts):
            return word


def fenced(named: Sequence[tuple[str, str]]) -> str:
    """Return texts, made inert, each between fences with its name and a word new each time."""
    texts = [(name, inert(text)) for name, text in named]
    word = nonce([text for _, text in texts])
    return "\n".join(f"<<<{name} {word}\n{text}\n>>>{name} {word}" for name, text in texts)
