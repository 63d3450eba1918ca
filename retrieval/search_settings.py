"""What can be set for one search: in the search lab, and to compare two settings."""

from dataclasses import dataclass
from datetime import date

from retrieval import gate


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How much a search looks at, which stages take part, and what it lets through."""

    candidates: int = 50
    """Points that each leg returns."""
    per_note: int = 3
    """Passages of one note."""
    threshold: float = gate.THRESHOLD
    """Evidence below which a question is off-topic."""
    semantic: bool = True
    """Whether the semantic leg takes part, where there is one."""
    semantic_weight: float | None = None
    """How much it counts, in 0..1; None takes what was measured on the notes."""
    rerank: bool = True
    """Whether candidates are reranked, or stay as they were fused."""
    translations: bool = True
    """Whether the question's words are searched in the other language too."""
    synonyms: bool = True
    """Whether words that the glossary has for the same are searched too."""
    links: bool = False
    """Whether passages of the notes that the best candidates link to are raised; it gains too
    little on too few question sets to be on by itself."""
    wishes: bool = True
    """Whether times, speakers, the newest and comparisons that a question names are preferred."""
    traced: int = 20
    """Candidates of each stage that the trace names."""
    today: date | None = None
    """Day that time words such as 上周 count from; None is the machine's."""
