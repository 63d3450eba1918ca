"""Choosing the words of the notes that answer a question when no model does. Pure.

Candidates are runs of neighbouring sentences (of a chat: messages), at most `CORE` characters.
A candidate is worth the weight of the question's terms it holds, times its passage's score, with a
mild preference for few words; one that only asks is worth less. Candidates are taken greedily,
each by what it adds to those before (maximal marginal relevance, Carbonell and Goldstein 1998).
What is quoted as proof is the candidate with its neighbours, at most `QUOTE` characters.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from retrieval.lexical import terms
from retrieval.passage import Passage
from retrieval.retrieved import Retrieved
from retrieval.span import Span
from serving.units import Unit, units

CORE = 160
QUOTE = 300
PER_PASSAGE = 2
LEAST = 0.3
"""Worth of an extract against the best one, below which it is left out."""
BREVITY = 0.2
"""Exponent of the length a candidate's worth is divided by."""
_BASE_LENGTH = 60
_NOVELTY = 0.5
"""Share of a candidate's worth that depends on terms no earlier one holds."""
_ASKING = 0.7
"""Worth of a candidate that ends with a question, against one that does not."""
_KNOWN = 0.3
"""Weight of terms that the passage's title, headings, speakers or date hold anyway."""
_NUMBER = 1.2
"""Worth of a candidate with a number when a number is asked for."""
_CONSIDERED = 600
_ASKS = re.compile(r"[?？]\s*$|[吗呢么]\s*[。!！~]*\s*$")
_ASKS_NUMBER = re.compile(
    r"多少|几[个次分天年月倍种台张]|多[大高长久快重远]|哪[年天]|何时|什么时候|"
    r"\bhow (?:many|much|long|big|large|often|fast)\b|\bwhen\b|\bwhich year\b",
    re.IGNORECASE,
)
_HAS_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万亿]")


@dataclass(frozen=True, slots=True)
class Extract:
    """Words of a note that answer."""

    source: int
    """Index of the passage among those retrieved, from 0."""
    span: Span
    """Where the proof stands in the note: the words with those around them."""
    text: str
    """The words to show; a chat's without message headers, its speakers before what they said."""
    twins: tuple[tuple[int, Span], ...] = ()
    """The same words in other passages that say the same: index and place in the note."""

    @property
    def places(self) -> tuple[tuple[int, Span], ...]:
        """Every passage that holds the words, with their place."""
        return ((self.source, self.span), *self.twins)


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: int
    first: int
    """Number of its first unit in the passage."""
    last: int
    place: Span
    """Where its words stand in the note."""
    note_id: UUID
    held: frozenset[str]
    worth: float

    def touches(self, other: "_Candidate") -> bool:
        """Whether the two share words of the same note."""
        return self.note_id == other.note_id and self.place.overlaps(other.place)


def extract(question: str, retrieved: Retrieved, limit: int = 5) -> tuple[Extract, ...]:
    """Choose at most ``limit`` extracts, in the order of their passages and places.

    Args:
        question: As asked.
        retrieved: What was found for it; its weights say what each term is worth.
        limit: Most extracts.
    """
    weights = dict(retrieved.weights)
    twins = _twins(retrieved.passages)
    cut = [units(passage) for passage in retrieved.passages]
    candidates = [
        candidate
        for source, passage in enumerate(retrieved.passages)
        if source in twins
        for candidate in _candidates(question, source, passage, cut[source], weights)
    ]
    chosen = _chosen(candidates, weights, limit)
    chosen.sort(key=lambda candidate: (candidate.source, candidate.first))
    return tuple(
        _extract(candidate, retrieved.passages, twins[candidate.source], cut[candidate.source])
        for candidate in chosen
    )


def _twins(passages: Sequence[Passage]) -> Mapping[int, Sequence[int]]:
    """Return the passages that differ, each with those that say the same elsewhere."""
    first: dict[str, int] = {}
    found: dict[int, list[int]] = {}
    for number, passage in enumerate(passages):
        lead = first.setdefault(passage.text, number)
        others = found.setdefault(lead, [])
        if lead != number:
            others.append(number)
    return found


def _candidates(
    question: str,
    source: int,
    passage: Passage,
    cut: Sequence[Unit],
    weights: Mapping[str, float],
) -> Iterator[_Candidate]:
    context = " ".join([passage.title, *passage.headings, *passage.speakers, passage.when])
    known = frozenset(terms(context))
    worth = {term: weight * (_KNOWN if term in known else 1.0) for term, weight in weights.items()}
    holdings = [frozenset(terms(unit.span.of(passage.text))) & worth.keys() for unit in cut]
    number = bool(_ASKS_NUMBER.search(question))
    for first, unit in enumerate(cut):
        held: frozenset[str] = frozenset()
        for last in range(first, len(cut)):
            span = unit.span.joined(cut[last].span)
            if last > first and len(span) > CORE:
                break
            held |= holdings[last]
            value = sum(worth[term] for term in held) * passage.score
            if value > 0:
                words = span.of(passage.text)
                value *= _ASKING if _ASKS.search(cut[last].said) else 1.0
                value *= _NUMBER if number and _HAS_NUMBER.search(words) else 1.0
                value /= (_BASE_LENGTH + len(span)) ** BREVITY
                place = span.moved(passage.span.start)
                yield _Candidate(source, first, last, place, passage.note_id, held, value)


def _chosen(
    candidates: Sequence[_Candidate], weights: Mapping[str, float], limit: int
) -> list[_Candidate]:
    pool = sorted(candidates, key=lambda candidate: -candidate.worth)[:_CONSIDERED]
    chosen: list[_Candidate] = []
    covered: set[str] = set()
    per_passage: Counter[int] = Counter()
    least = pool[0].worth * LEAST if pool else 0.0
    while len(chosen) < limit and pool:
        best = max(pool, key=lambda candidate: _adds(candidate, covered, weights))
        if best.worth < least:
            break
        chosen.append(best)
        covered |= best.held
        per_passage[best.source] += 1
        pool = [
            candidate
            for candidate in pool
            if not candidate.touches(best) and per_passage[candidate.source] < PER_PASSAGE
        ]
    return chosen


def _adds(candidate: _Candidate, covered: set[str], weights: Mapping[str, float]) -> float:
    everything = sum(weights[term] for term in candidate.held)
    new = sum(weights[term] for term in candidate.held if term not in covered)
    return candidate.worth * (1 - _NOVELTY + _NOVELTY * new / everything)


def _extract(
    candidate: _Candidate, passages: Sequence[Passage], twins: Sequence[int], cut: Sequence[Unit]
) -> Extract:
    shown = cut[candidate.first : candidate.last + 1]
    span = _grown(candidate, cut)
    return Extract(
        candidate.source,
        span.moved(passages[candidate.source].span.start),
        "\n".join(unit.said for unit in shown),
        tuple((twin, span.moved(passages[twin].span.start)) for twin in twins),
    )


def _grown(candidate: _Candidate, cut: Sequence[Unit]) -> Span:
    """Add neighbours behind and before in turn while the quote stays within `QUOTE` characters."""
    first, last = candidate.first, candidate.last
    grew = True
    while grew:
        grew = False
        if last + 1 < len(cut) and cut[last + 1].span.end - cut[first].span.start <= QUOTE:
            last, grew = last + 1, True
        if first > 0 and cut[last].span.end - cut[first - 1].span.start <= QUOTE:
            first, grew = first - 1, True
    return cut[first].span.joined(cut[last].span)
