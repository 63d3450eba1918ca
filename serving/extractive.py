"""Choosing the words of the notes that answer a question when no model does."""

from dataclasses import dataclass

from retrieval.retrieved import Retrieved
from retrieval.span import Span
from serving.quoting import best_quote


@dataclass(frozen=True, slots=True)
class Extract:
    """Words of a note that answer."""

    source: int
    """Index of the passage among those retrieved, from 0."""
    span: Span
    """Where the words stand in the note."""
    text: str
    """Exactly those words."""


def extract(question: str, retrieved: Retrieved, limit: int = 5) -> tuple[Extract, ...]:
    """Return the words of each of the best passages that share most with the question."""
    extracts = []
    for source, passage in enumerate(retrieved.passages[:limit]):
        span = best_quote(question, passage)
        text = span.moved(-passage.span.start).of(passage.text)
        extracts.append(Extract(source, span, text))
    return tuple(extracts)
