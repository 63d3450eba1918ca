"""Finding the words of a passage that a sentence of an answer rests on."""

from collections import Counter

from retrieval.passage import Passage
from retrieval.span import Span
from serving.sentences import sentences
from serving.wording import bare, terms

_MOST_SENTENCES = 3
_LONGEST_QUOTE = 400
_LEAST_COVERAGE = 0.12
_BREVITY = 0.1
"""How much a quote's own words must earn their place, against covering the sentence."""


def best_quote(sentence: str, passage: Passage) -> Span:
    """Return where in the note the words stand that ``sentence`` rests on.

    Candidates are up to three neighbouring sentences or lines of the passage, at most 400
    characters together. The best covers most terms of the sentence with few words of its own: an
    F-measure that weighs coverage nine times as much as brevity. When none shares enough with
    the sentence, as with a sentence in another language, it is the whole passage.
    """
    wanted = Counter(terms(bare(sentence)))
    parts = sentences(passage.text)
    offered = [Counter(terms(part.of(passage.text))) for part in parts]
    best, best_score = Span(0, len(passage.text)), 0.0
    for first in range(len(parts)):
        together: Counter[str] = Counter()
        for last in range(first, min(first + _MOST_SENTENCES, len(parts))):
            span = parts[first].joined(parts[last])
            if len(span) > _LONGEST_QUOTE and last > first:
                break
            together.update(offered[last])
            score = _score(wanted, together)
            if score > best_score:
                best, best_score = span, score
    return best.moved(passage.span.start)


def _score(wanted: Counter[str], offered: Counter[str]) -> float:
    shared = (wanted & offered).total()
    if not shared or shared < _LEAST_COVERAGE * wanted.total():
        return 0.0
    coverage, brevity = shared / wanted.total(), shared / offered.total()
    return coverage * brevity / ((1 - _BREVITY) * brevity + _BREVITY * coverage)
