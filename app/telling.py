"""Which words of a marked passage become the evidence of a question; pure.

A passage as it was found reaches as far as one setting made it reach. Kept whole, it would be a
miss wherever another setting cuts elsewhere; its sentence that bears most on the question is found
under any.
"""

from retrieval.lexical import content_terms, terms
from retrieval.span import Span
from serving.sentences import sentences

_SHORTEST = 12
"""Characters below which a sentence could stand anywhere; it takes its neighbour with it."""


def telling(question: str, passage: str) -> Span:
    """Return the sentence of ``passage`` that shares most terms with ``question``.

    The longest one where several do; the whole of a passage that is one sentence or blank.
    """
    found = sentences(passage)
    if len(found) <= 1:
        return found[0] if found else Span(0, len(passage))
    asked = frozenset(content_terms(question))
    shared = [len(asked.intersection(terms(span.of(passage)))) for span in found]
    best = max(range(len(found)), key=lambda place: (shared[place], len(found[place])))
    span = found[best]
    if len(span) < _SHORTEST:
        span = span.joined(found[best + 1] if best + 1 < len(found) else found[best - 1])
    return span
