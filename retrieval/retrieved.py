"""What a search found, with what an answer must know about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.passage import Passage
from retrieval.query import Query
from retrieval.removed import Removed
from retrieval.search_settings import SearchSettings
from retrieval.trace import Trace


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages for a question, best first, and whether they bear on it at all."""

    question: str
    """The text that was searched."""
    passages: tuple[Passage, ...]
    on_topic: bool
    """Whether the gate lets the question pass; when not, the passages are the nearest notes."""
    evidence: float
    """How likely the question bears on the notes, in 0..1; `retrieval.gate`."""
    weights: tuple[tuple[str, float], ...]
    """The question's terms with their IDF, heaviest first; terms no note has come with the top."""
    missing: tuple[str, ...]
    """Words of the question that stand in no passage, as the reader wrote them."""
    ms: float
    query: Query | None = None
    """How the line was read; None where nothing read it."""
    trace: Trace | None = None
    """What each stage did; None where nothing kept it."""
    sufficient: float | None = None
    """Best score in 0..1 that a cross-encoder gave a candidate; None where none read any."""
    answered: bool = True
    """Whether the notes may hold an answer; a cross-encoder that finds none says that not."""
    removed: int = 0
    """Candidates that the filters of the query line left out; counted where nothing is found."""
    removed_by: tuple[Removed, ...] = ()
    """What each of these filters alone leaves out, most first."""


class Searcher(Protocol):
    """Finds passages for a question. Any thread may call it."""

    def retrieve(
        self,
        question: str,
        limit: int = 8,
        *,
        previous: str = "",
        also: Sequence[str] = (),
        settings: SearchSettings | None = None,
    ) -> Retrieved:
        """Search for ``question``.

        Args:
            question: What the reader asks, or a query line.
            limit: Most passages to return, at least 1.
            previous: Earlier question of the conversation, for a follow-up that only makes
                sense with it.
            also: Other wordings of the question, or search terms for it.
            settings: Settings of this search alone; None takes those of the program.
        """
        ...
