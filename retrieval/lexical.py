"""Text into sparse vectors: a Chinese-aware BM25. The only door to `rjieba` and `opencc`.

Folding: NFKC, lower case, traditional to simplified script. Terms: words as `rjieba` cuts them for
search, bigrams of Chinese characters, English words by their stem, identifiers and numbers whole
and in parts. A term is numbered by CRC-32; with 10^5 terms about one pair shares a number.

Weights are BM25's (Robertson and Zaragoza, 2009, k1 = 1.2, b = 0.75); the IDF factor is applied by
the index, which knows the number of points.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from operator import add

import opencc
import rjieba
import snowballstemmer

from retrieval.index import SparseVector

LEXICAL_VERSION = "1"
"""Changes whenever the same text would give other terms; the index is then built again."""
K1 = 1.2
B = 0.75
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
_OTHER = rf"[^\W_{_HAN}]+"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>{_OTHER}(?:[._+#/@-]*{_OTHER}|\+\+|#)*)")
_CHARACTER = re.compile(rf"[{_HAN}]")
_PART = re.compile(r"[^\W\d_]+|\d+")
_LETTERS = re.compile(r"[a-z]{3,}")
_JOINTS = re.compile(r"[._+#/@-]+")
_LONGEST_WORD = 64
_BIGRAM = 2


def fold(text: str) -> str:
    """Return ``text`` in one width, case and script; its length may differ."""
    # Half a surrogate pair is no character, and the converter refuses it.
    readable = text.encode("utf-8", "replace").decode()
    return str(_simplified().convert(unicodedata.normalize("NFKC", readable).lower()))


def spellings(text: str) -> tuple[str, ...]:
    """Return ``text`` as it stands, folded, and folded in traditional script, each once."""
    folded = fold(text)
    return tuple(dict.fromkeys((text, folded, str(_traditional().convert(folded)))))


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


def terms(text: str) -> list[str]:
    """Return the terms of ``text`` in reading order, a term once for each place it stands at."""
    return folded_terms(fold(text))


def folded_terms(folded: str) -> list[str]:
    """Return the terms of a text that is folded already."""
    found: list[str] = []
    for run in _RUN.finditer(folded):
        if run.lastgroup == "han":
            found.extend(_han(run.group()))
        else:
            found.extend(_latin(run.group()[:_LONGEST_WORD]))
    return found


def is_chinese(term: str) -> bool:
    """Whether a term stands in a text as it is, rather than by its stem or in parts."""
    return _CHARACTER.match(term) is not None


def latin_terms(folded: str) -> list[str]:
    """Return those terms of a folded text that are not Chinese."""
    return [
        term
        for run in _RUN.finditer(folded)
        if run.lastgroup == "word"
        for term in _latin(run.group()[:_LONGEST_WORD])
    ]


def words(text: str) -> Iterator[str]:
    """Yield the words of ``text``, folded, in reading order: for people, not for the index."""
    for run in _RUN.finditer(fold(text)):
        if run.lastgroup == "han":
            yield from (word for word in rjieba.cut_for_search(run.group()))
        else:
            yield run.group()


def tagged(text: str) -> list[tuple[str, str]]:
    """Return the words of ``text`` as it stands, each with its part of speech as jieba names it."""
    return [(str(word), str(kind)) for word, kind in rjieba.tag(text)]


def latin_runs(folded: str) -> Iterator[list[str]]:
    """Yield the words of each stretch that no Chinese interrupts, hyphenated ones in parts."""
    words_of_run: list[str] = []
    for run in _RUN.finditer(folded):
        if run.lastgroup == "han":
            yield words_of_run
            words_of_run = []
        else:
            words_of_run.extend(piece for piece in run.group().split("-") if piece)
    yield words_of_run


def stems(words_of_term: str) -> str:
    """Return an English term with each word stemmed, hyphens as spaces: LLMs and llm are one."""
    parts = words_of_term.lower().replace("-", " ").split()
    return " ".join(_latin(part)[0].removesuffix("s") for part in parts)


def _han(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    bigrams = list(map(add, run, run[1:]))
    # Words of two characters are bigrams already.
    return bigrams + [word for word in rjieba.cut_for_search(run) if len(word) > _BIGRAM]


@lru_cache(maxsize=50_000)
def _latin(word: str) -> tuple[str, ...]:
    """Return an English word's stem, or an identifier whole and in parts."""
    if _LETTERS.fullmatch(word):
        return (str(_stemmer().stemWord(word)),)
    parts = _PART.findall(word)
    pieces = [piece for piece in _JOINTS.split(word) if piece]
    found = [word]
    if len(pieces) > 1:
        found.extend(stem for piece in pieces for stem in _latin(piece)[:1])
    if len(parts) > 1:
        found.extend(
            _latin(part)[0] for part in parts if _LETTERS.fullmatch(part) and part not in pieces
        )
    return tuple(found)


@lru_cache(maxsize=200_000)
def number(term: str) -> int:
    """Return the dimension of ``term``, in 0..2**32-1."""
    return zlib.crc32(term.encode("utf-8", "surrogatepass"))


class LexicalEncoder:
    """Encodes passages and questions for one collection of notes."""

    def __init__(self, average_length: float = 300.0) -> None:
        """Remember the true average number of terms in a passage of the collection."""
        self.average_length = max(1.0, average_length)

    def passage(self, text: str) -> tuple[SparseVector, int]:
        """Return the vector of a passage and its number of terms."""
        counts = Counter(map(number, terms(text)))
        length = counts.total()
        norm = K1 * (1 - B + B * length / self.average_length)
        ordered = sorted(counts.items())
        return (
            SparseVector(
                tuple(dimension for dimension, _ in ordered),
                tuple(count * (K1 + 1) / (count + norm) for _, count in ordered),
            ),
            length,
        )

    def question(self, text: str) -> SparseVector:
        """Return the vector of a question: one per distinct term, function words left out."""
        dimensions = sorted({number(term) for term in content_terms(text)})
        return SparseVector(tuple(dimensions), (1.0,) * len(dimensions))


def content_terms(text: str) -> tuple[str, ...]:
    """Return the distinct terms of a question that carry meaning, in order.

    When nothing but function words stands there, those are returned.
    """
    found = tuple(dict.fromkeys(terms(text)))
    return tuple(term for term in found if term not in FUNCTION_TERMS) or found


FUNCTION_TERMS = frozenset(
    files("retrieval").joinpath("function_words.txt").read_text(encoding="utf-8").split()
)
"""Terms that ask or bind and say nothing about the matter; English ones by their stem."""
