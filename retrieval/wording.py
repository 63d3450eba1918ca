"""Whether words stand in a text, in any width, case and script. Pure."""

import re
from functools import lru_cache

from retrieval.lexical import fold


@lru_cache(maxsize=8_192)
def folded(text: str) -> str:
    """Return ``text`` in one width, case and script, with single spaces."""
    return " ".join(fold(text).split())


def stands_in(words: str, text: str) -> bool:
    """Whether folded ``words`` stand in a folded text, English ones not as parts of others."""
    return words in text and bool(_sought(words).search(text))


@lru_cache(maxsize=4_096)
def _sought(words: str) -> re.Pattern[str]:
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", words) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", words) else ""
    return re.compile(before + re.escape(words) + after)
