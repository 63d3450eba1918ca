"""What each stage of a search did, for the search lab and "why this answer"."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Stage(StrEnum):
    """A step that orders candidates."""

    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    FUSED = "fused"
    RERANKED = "reranked"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate as one stage had it."""

    chunk: UUID
    note: UUID
    path: str
    """Path of the note; empty where it is not known."""
    heading: str
    start: int
    end: int
    """Offsets of the chunk, or of the grown passage in the final stage."""
    score: float


@dataclass(frozen=True, slots=True)
class StageTrace:
    """One stage's candidates, best first, and how long it took."""

    stage: Stage
    ms: float
    entries: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term that was searched."""

    text: str
    weight: float
    """Weight in the search, rarity included."""
    origin: str
    """``asked``, ``earlier``, ``translation``, ``synonym`` or ``rewrite``."""


@dataclass(frozen=True, slots=True)
class Trace:
    """How a search came to its passages."""

    searched: str
    """The words that were searched."""
    earlier: str = ""
    """Earlier question whose terms were searched too."""
    also: tuple[str, ...] = ()
    """Other wordings that were searched too."""
    chips: tuple[str, ...] = ()
    """What was understood as a restriction or a wish, as it was written."""
    terms: tuple[Term, ...] = ()
    stages: tuple[StageTrace, ...] = ()
    semantic_weight: float = 0.0
    """How much the semantic leg counted, in 0..1."""
    reranker: str = ""
    """Name of the reranker."""
    within: int | None = None
    """Points that the filters left; None without filters."""
    evidence: float = 0.0
    threshold: float = 0.0
    """Evidence from which a question counts as on topic."""
    dropped: tuple[tuple[str, int], ...] = ()
    """Reason and number of candidates left out: ``per_note``, ``same``, ``filtered``."""
