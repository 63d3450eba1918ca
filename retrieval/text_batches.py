"""Texts of like length together, so that little is padded."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from retrieval.embedder import Matrix
from retrieval.model_errors import ModelOutOfMemoryError

_Item = TypeVar("_Item")
_ASCII_TOKENS = 0.25
"""Tokens that a letter of an alphabet makes, about; a Chinese character makes about one."""
_CHARACTERS_A_TOKEN = 20
_BLANK = "."
"""What is encoded for a text in which nothing is written."""


def length_sorted(texts: Sequence[str], tokens: int, longest: int) -> Iterator[list[int]]:
    """Yield positions of ``texts`` in batches, the longest texts first.

    The first batch thereby needs the most memory: what does not fit is known at once.

    Args:
        texts: What is to be encoded.
        tokens: Tokens of one batch at most, padding included; a text alone may have more.
        longest: Tokens of one text at most.
    """
    lengths = [min(longest, estimated_tokens(text)) for text in texts]
    order = sorted(range(len(texts)), key=lambda position: -lengths[position])
    start = 0
    while start < len(order):
        size = max(1, int(tokens / lengths[order[start]]))
        yield order[start : start + size]
        start += size


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text makes, at least 3."""
    letters = len(text.encode("ascii", "ignore"))
    return 3 + len(text) - letters + int(letters * _ASCII_TOKENS)


def readable(text: str, longest: int) -> str:
    """Return the part of a text that a tokenizer reads, without halves of characters.

    Args:
        text: Any text.
        longest: Tokens that are read.
    """
    beginning = text[: longest * _CHARACTERS_A_TOKEN]
    return beginning.encode("utf-8", "replace").decode() if beginning.strip() else _BLANK


def halving(encode: Callable[[Sequence[_Item]], Matrix], items: Sequence[_Item]) -> Matrix:
    """Encode a batch; where memory does not suffice, its halves.

    Raises:
        ModelOutOfMemoryError: Not even one item fits.
    """
    try:
        return encode(items)
    except ModelOutOfMemoryError:
        if len(items) == 1:
            raise
    half = len(items) // 2
    return np.concatenate([halving(encode, items[:half]), halving(encode, items[half:])])
