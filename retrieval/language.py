"""In which language a question is asked."""

import re
from typing import Literal

Language = Literal["zh", "en"]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_HAN_PER_WORD = 2
_ENGLISH_WORD = re.compile(
    r"(?i)\b(an?|and|are|as|at|by|can|did|does?|for|from|how|in|is|it|of|on|or|should|that|the|this"
    r"|to|was|what|when|where|which|who|why|will|with|would)\b"
)


def language_of(text: str) -> Language:
    """Tell Chinese from English.

    A Chinese question is often full of English names, so Latin letters prove nothing: a text
    with Chinese characters is English only when English grammar words hold it together and the
    Latin words outnumber the Chinese ones, counted as two characters each.
    """
    han = len(_HAN.findall(text))
    if not han:
        return "en"
    words = len(_LATIN_WORD.findall(text))
    return "en" if words > han / _HAN_PER_WORD and _ENGLISH_WORD.search(text) else "zh"
