"""Whether the quoted words support a sentence, judged without a model."""

import re
from collections import Counter
from collections.abc import Sequence

from serving.answer import Label
from serving.language import Language, language_of
from serving.wording import (
    bare,
    folded,
    names,
    numbers,
    numbers_in_words,
    quoted_phrases,
    squeezed,
    terms,
)

VERIFIED_COVERAGE = 0.55
"""Share of a sentence's terms that must stand close together in the quotes."""
WEAK_COVERAGE = 0.25
"""Below this share, quote and sentence speak of different things."""
_VERBATIM_COVERAGE = 0.75
_WINDOW_FACTOR = 3
_WINDOW_EXTRA = 20
_CLAUSE_ENDS = re.compile(r"[。，,；;！？!?\n]|\.\s|\band\b|\bbut\b")
_NEGATIONS = frozenset("不没沒無无非未勿莫")
_NEGATING_WORDS = ("not", "no", "never", "without", "cannot", "n't")

_REASONS: dict[str, dict[Language, str]] = {
    "no source": {"zh": "这句话没有标出来源。", "en": "No source is cited for this sentence."},
    "absent": {"zh": "引文里没有：", "en": "Not in the quoted words: "},
    "language": {
        "zh": "引文是另一种语言，无法逐词核对。",
        "en": "The quoted words are in another language and cannot be compared word by word.",
    },
    "negation": {
        "zh": "用词相近，但肯定与否定不一致。",
        "en": "The words agree, but one of the two says it with a negation.",
    },
    "verified": {"zh": "引文里有这句话的主要用词。", "en": "The quoted words say this."},
    "weak": {"zh": "引文只包含这句话的一部分用词。", "en": "The quoted words hold part of this."},
    "different": {
        "zh": "引文与这句话几乎没有共同的用词。",
        "en": "The quoted words share almost nothing with this sentence.",
    },
}


def support(sentence: str, quotes: Sequence[str]) -> tuple[Label, str]:
    """Judge whether ``quotes`` support ``sentence``, and say why in the sentence's language.

    In this order:

    1. Without a quote: unsupported.
    2. Quotes that are all in the other language cannot be compared: weak.
    3. Every number and every phrase in quotation marks must stand in a quote (numbers up to ten
       also as words): else unsupported.
    4. Coverage is the share of the sentence's terms (pairs of Chinese characters, Latin words)
       that stand within one stretch of a quote, three times as long as the sentence and twenty
       terms more. Below 0.25: unsupported. Below 0.55, or when a Latin name of the sentence is
       missing, or when nearly the same words are negated in one of the two: weak.
    5. Otherwise verified.
    """
    claim = bare(sentence)
    language = language_of(claim)
    quotes = [quote for quote in quotes if quote.strip()]
    if not quotes:
        return Label.UNSUPPORTED, _REASONS["no source"][language]
    if all(language_of(quote) != language for quote in quotes):
        return Label.WEAK, _REASONS["language"][language]
    absent = _absent_numbers(claim, quotes) or _absent_phrases(claim, quotes)
    if absent:
        return Label.UNSUPPORTED, _REASONS["absent"][language] + ", ".join(absent)
    return _judged_by_words(claim, quotes, language)


def _judged_by_words(claim: str, quotes: Sequence[str], language: Language) -> tuple[Label, str]:
    coverage, covering = max((_coverage(claim, quote), quote) for quote in quotes)
    together = _coverage_together(claim, quotes)
    text = squeezed(" ".join(quotes))
    strangers = [name for name in dict.fromkeys(names(claim)) if squeezed(name) not in text]
    if together < WEAK_COVERAGE:
        return Label.UNSUPPORTED, _REASONS["different"][language]
    if strangers:
        return Label.WEAK, _REASONS["absent"][language] + ", ".join(strangers)
    if coverage >= _VERBATIM_COVERAGE and _turned_round(claim, covering):
        return Label.WEAK, _REASONS["negation"][language]
    if together < VERIFIED_COVERAGE:
        return Label.WEAK, _REASONS["weak"][language]
    return Label.VERIFIED, _REASONS["verified"][language]


def _absent_numbers(claim: str, quotes: Sequence[str]) -> list[str]:
    present = {number for quote in quotes for number in numbers(quote)}
    present |= {number for quote in quotes for number in numbers_in_words(quote)}
    return [number for number in dict.fromkeys(numbers(claim)) if number not in present]


def _absent_phrases(claim: str, quotes: Sequence[str]) -> list[str]:
    text = squeezed(" ".join(quotes))
    phrases = dict.fromkeys(quoted_phrases(claim))
    return [phrase for phrase in phrases if squeezed(phrase) not in text]


def _coverage(claim: str, quote: str) -> float:
    """Return the share of the claim's terms inside the best window of ``quote``."""
    wanted = Counter(terms(claim))
    if not wanted:
        return 1.0 if squeezed(claim) in squeezed(quote) else 0.0
    return _best_window(wanted, quote).total() / wanted.total()


def _coverage_together(claim: str, quotes: Sequence[str]) -> float:
    """Return the share of the claim's terms inside the best windows of all quotes."""
    wanted = Counter(terms(claim))
    if not wanted:
        return max(_coverage(claim, quote) for quote in quotes)
    found: Counter[str] = Counter()
    for quote in quotes:
        found |= _best_window(wanted, quote)
    return found.total() / wanted.total()


def _best_window(wanted: Counter[str], quote: str) -> Counter[str]:
    """Return which of the ``wanted`` terms stand in the window that holds most of them."""
    offered = terms(quote)
    width = _WINDOW_FACTOR * wanted.total() + _WINDOW_EXTRA
    inside: Counter[str] = Counter()
    shared = best = best_end = 0
    for at, term in enumerate(offered):
        inside[term] += 1
        shared += inside[term] <= wanted[term]
        if at >= width:
            gone = offered[at - width]
            shared -= inside[gone] <= wanted[gone]
            inside[gone] -= 1
        if shared > best:
            best, best_end = shared, at + 1
    return Counter(offered[max(0, best_end - width) : best_end]) & wanted


def _turned_round(claim: str, quote: str) -> bool:
    """Whether only one of claim and its nearest clause of the quote is negated."""
    if squeezed(claim) in squeezed(quote):
        return False
    return _negated(claim) != _negated(_nearest(claim, quote))


def _nearest(claim: str, quote: str) -> str:
    """Return the clause of ``quote`` that shares most terms with the claim."""
    wanted = Counter(terms(claim))
    clauses = _CLAUSE_ENDS.split(folded(quote))
    shared = [((Counter(terms(clause)) & wanted).total(), clause) for clause in clauses]
    return max(shared, default=(0, ""))[1]


def _negated(text: str) -> bool:
    """Whether a text holds an odd number of negations."""
    plain = folded(text)
    words = plain.replace("n't", " n't").split()
    count = sum(character in _NEGATIONS for character in plain)
    return (count + sum(word.strip(".,;!?") in _NEGATING_WORDS for word in words)) % 2 == 1
