"""What a question asks for: its terms and their weights, and its key words. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from retrieval.followup import LEANING, earlier_weight
from retrieval.lexical import FUNCTION_TERMS, content_terms, fold, terms, words
from retrieval.trace import Term

TRANSLATED = 1.0
"""Weight of all translations of one word together; the word itself has 1 as well."""
SYNONYMS = 1.0
"""Weight of all words together that mean the same as one."""
ALSO = 0.5
"""Weight of the terms that only other wordings of the question have."""
MOST_TRANSLATIONS = 10
"""Translations of one word that are searched, the dictionary's first."""
_ENGLISH = re.compile(r"[a-z]+")


class Translations(Protocol):
    """Words of the other language; `retrieval.dictionary.Dictionary` is one."""

    def chinese(self, english: str) -> tuple[str, ...]:
        """Return the Chinese words for an English word or pair of words."""
        ...

    def english(self, chinese: str) -> tuple[str, ...]:
        """Return the English words and pairs of words for a Chinese word."""
        ...


class Thesaurus(Protocol):
    """Words of the same meaning; `retrieval.glossary.Glossary` is one."""

    def alike(self, text: str) -> Sequence[tuple[str, ...]]:
        """Return, for each word of ``text`` that others mean the same as, those others."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """A question, ready to be searched."""

    text: str
    asked: tuple[str, ...]
    """The distinct terms of the question itself, function words left out."""
    earlier: tuple[str, ...]
    """Further terms that only the previous question has."""
    translations: tuple[tuple[str, ...], ...]
    """For each translated word, the terms of its translations."""
    also: tuple[str, ...] = ()
    """Further terms that only other wordings have."""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """For each word that others mean the same as, the terms of those."""
    earlier_weight: float = 0.0
    """Weight of the earlier terms, in 0..1; `retrieval.followup` says how it comes about."""

    @property
    def every_term(self) -> frozenset[str]:
        """All terms that may be searched."""
        added = (term for group in (*self.translations, *self.synonyms) for term in group)
        return frozenset([*self.asked, *self.earlier, *self.also, *added])

    def told(self, weighed: Mapping[str, float]) -> tuple[Term, ...]:
        """Return the terms that were searched with their weights and origins, heaviest first."""
        origins = {term: "synonym" for group in self.synonyms for term in group}
        origins |= {term: "translation" for group in self.translations for term in group}
        origins |= dict.fromkeys(self.also, "rewrite")
        origins |= dict.fromkeys(self.earlier, "earlier") | dict.fromkeys(self.asked, "asked")
        ordered = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Term(term, round(weight, 3), origins[term]) for term, weight in ordered)

    def weights(self, present: Collection[str]) -> Mapping[str, float]:
        """Weigh the terms that the index has.

        The translations of one word share `TRANSLATED` among those that occur, so that a word
        with many readings does not outweigh the rest of the question; synonyms do the same.
        """
        found = {term: 1.0 for term in self.asked if term in present}
        for term in self.earlier:
            if term in present:
                found.setdefault(term, self.earlier_weight)
        added: dict[str, float] = {}
        shares = [(group, TRANSLATED) for group in self.translations]
        shares += [(group, SYNONYMS) for group in self.synonyms]
        for group, weight in shares:
            occurring = [term for term in group if term in present and term not in found]
            for term in occurring:
                added[term] = max(weight / len(occurring), added.get(term, 0.0))
        for term in self.also:
            if term in present and term not in found:
                added[term] = max(ALSO, added.get(term, 0.0))
        return {**found, **added}


def read_question(
    text: str,
    previous: str,
    dictionary: Translations | None,
    also: Sequence[str] = (),
    thesaurus: Thesaurus | None = None,
) -> Question:
    """Read a question.

    Args:
        text: As asked.
        previous: The question before it in the conversation, or an empty string.
        dictionary: Where its words are translated; None leaves them as they are.
        also: Other wordings of it.
        thesaurus: Where words of the same meaning are looked up; None adds none.
    """
    asked = content_terms(text)
    before = content_terms(previous) if previous else ()
    reworded = dict.fromkeys(term for wording in also for term in content_terms(wording))
    weight = earlier_weight(text, len(key_words(text))) if before else 0.0
    meant = f"{text}\n{previous}" if weight == LEANING else text
    return Question(
        text=text,
        asked=asked,
        earlier=tuple(term for term in before if term not in asked),
        translations=tuple(_translations(meant, dictionary)) if dictionary else (),
        also=tuple(term for term in reworded if term not in asked and term not in before),
        earlier_weight=weight,
        synonyms=tuple(
            terms_of
            for group in (thesaurus.alike(meant) if thesaurus else ())
            for terms_of in _group(group)
        ),
    )


def key_words(text: str) -> tuple[str, ...]:
    """Return the words of a question that carry meaning, folded, as a reader would name them."""
    return tuple(dict.fromkeys(word for word in words(text) if _means(word)))


def _means(word: str) -> bool:
    if word in FUNCTION_TERMS or all(term in FUNCTION_TERMS for term in terms(word)):
        return False
    return len(word) > 1


def _translations(text: str, dictionary: Translations) -> Iterator[tuple[str, ...]]:
    found = [word for word in words(text) if _means(word)]
    english = [word for word in _ENGLISH.findall(fold(text)) if _means(word)]
    for pair in pairwise(english):
        yield from _group(dictionary.chinese(" ".join(pair)))
    for word in dict.fromkeys(english):
        yield from _group(dictionary.chinese(word))
    for word in dict.fromkeys(found):
        if not word.isascii():
            yield from _group(dictionary.english(word))


def _group(translations: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    found = dict.fromkeys(
        term
        for translation in translations[:MOST_TRANSLATIONS]
        for term in terms(translation)
        if term not in FUNCTION_TERMS
    )
    if found:
        yield tuple(found)
