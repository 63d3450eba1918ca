"""The words of a sentence, as far as two sentences can be compared by them."""

import re
import unicodedata

from retrieval import lexical
from retrieval.lexical import FUNCTION_TERMS

_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:[.:]\d+)*")
_NUMERALS = {numeral: str(value) for value, numeral in enumerate("零一二三四五六七八九十")}
_NUMERALS |= {"两": "2", "〇": "0", "半": "0.5"}
_ENGLISH_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip
_NUMBER_WORDS = re.compile(rf"(?i)\b(?:{'|'.join(_ENGLISH_NUMBERS)})\b")
_MARK = re.compile(r"\[\d+\]")
_LIST_MARK = re.compile(r"^\s*(?:[-*+•·#>]+\s+|\d{1,3}[.、)）]\s*)+")
_QUOTED = re.compile(r"“([^“”]{2,80})”|「([^「」]{2,80})」|『([^『』]{2,80})』|\"([^\"\n]{2,80})\"")
_NAME = re.compile(r"[A-Za-z][\w.+#-]*\d[\w.+#-]*|\b[A-Z]{2,}[\w+#-]*|(?<=[^.!?\s] )[A-Z][a-z]+\w*")


def bare(sentence: str) -> str:
    """Return a sentence without citation marks and list or heading marks."""
    return _LIST_MARK.sub("", _MARK.sub("", sentence)).strip()


def bare_line(line: str) -> str:
    """Return a line of a note without list or heading marks."""
    return _LIST_MARK.sub("", line).strip()


def folded(text: str) -> str:
    """Return ``text`` in compatibility form and lower case, for comparing."""
    return unicodedata.normalize("NFKC", text).lower()


def terms(text: str) -> list[str]:
    """Return what a text is compared by, in order.

    These are the terms it is searched by, without function words and pairs of particles.
    """
    return [term for term in lexical.terms(text) if not _binds(term)]


def numbers(text: str) -> list[str]:
    """Return the numbers of a text in order, without separators of thousands."""
    return [found.replace(",", "") for found in _NUMBER.findall(folded(text))]


def numbers_in_words(text: str) -> set[str]:
    """Return the numbers up to ten that stand in a text as Chinese numerals or English words."""
    chinese = {_NUMERALS[character] for character in text if character in _NUMERALS}
    words = _NUMBER_WORDS.findall(text)
    return chinese | {str(_ENGLISH_NUMBERS.index(word.lower())) for word in words}


def quoted_phrases(text: str) -> list[str]:
    """Return what a text puts between quotation marks."""
    return ["".join(groups) for groups in _QUOTED.findall(text)]


def names(text: str) -> list[str]:
    """Return the Latin names and identifiers of a text."""
    return [name.rstrip(".-") for name in _NAME.findall(text)]


def squeezed(text: str) -> str:
    """Return only the letters and digits of a text, folded."""
    return "".join(character for character in folded(text) if character.isalnum())


def _binds(term: str) -> bool:
    if term.isascii():
        return term in FUNCTION_TERMS
    return term in FUNCTION_TERMS or all(character in FUNCTION_TERMS for character in term)
