"""The words of a sentence, as far as two sentences can be compared by them."""

import re
import unicodedata

_WORDS = re.compile(
    r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    r"|(?P<other>[^\W_]+(?:[.'+#-][^\W_]+)*[+#]*)"
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_STOP_WORDS = re.compile(
    r"(?:an?|and|are|as|at|be|been|but|by|can|did|do|does|for|from|had|has|have|he|her|his|how|if|in"
    r"|into|is|it|its|of|on|or|our|she|so|than|that|the|their|them|then|there|these|they|this|those"
    r"|to|was|we|were|what|when|where|which|while|who|will|with|would|you|your)\Z"
)
_PARTICLES = frozenset("的了是在和与及也都就而着被把将对于从中个这那其之所以为吗呢吧啊呀")
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

    Pairs of neighbouring Chinese characters, unless both are particles; words of other scripts,
    numbers and identifiers whole, without English grammar words.
    """
    found: list[str] = []
    for match in _WORDS.finditer(folded(text)):
        word = match.group()
        if match.lastgroup == "han":
            found.extend(_pairs(word))
        else:
            found.extend(_split_at_han(word))
    return found


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


def _pairs(run: str) -> list[str]:
    if len(run) == 1:
        return [] if run in _PARTICLES else [run]
    pairs = (run[at : at + 2] for at in range(len(run) - 1))
    return [pair for pair in pairs if not set(pair) <= _PARTICLES]


def _split_at_han(word: str) -> list[str]:
    """Take apart a word in which Chinese characters follow letters without a space."""
    found: list[str] = []
    at = 0
    for match in _HAN.finditer(word):
        found.append(word[at : match.start()])
        found.extend(_pairs(match.group()))
        at = match.end()
    found.append(word[at:])
    return [w.strip(".'-") for w in found if w and not _STOP_WORDS.match(w)]
