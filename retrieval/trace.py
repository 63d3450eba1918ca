"""What each stage of a search did, for the search lab and "why this answer"."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID


class Stage(StrEnum):
    """A step that orders candidates."""

    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    FUSED = "fused"
    RERANKED = "reranked"
    PREFERRED = "preferred"
    """What the question names raised: a time, a speaker, the newest, the parts of a comparison;
    only where that changed something."""
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
    joined: tuple[UUID, ...] = ()
    """Further candidates that the grown passage holds, best first; only in the final stage."""


class Reason(StrEnum):
    """Why a candidate is no passage of its own."""

    SAME = "same"
    """A better passage of its note holds it."""
    PER_NOTE = "per_note"
    """Its note has its share of passages."""
    FILTERED = "filtered"
    """The query line rules it out."""
    BEYOND = "beyond"
    """There were enough better ones."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Candidates that were left out for one reason."""

    reason: Reason
    count: int
    chunks: tuple[UUID, ...] = ()
    """The best of them."""


@dataclass(frozen=True, slots=True)
class StageTrace:
    """One stage's best candidates, best first, and how long it took."""

    stage: Stage
    ms: float
    entries: tuple[Ranked, ...]
    """As many as `retrieval.search_settings.SearchSettings.traced`."""
    count: int = 0
    """How many candidates it had."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term that was searched."""

    text: str
    weight: float
    """Weight in the search, rarity included."""
    origin: str
    """``asked``, ``earlier``, ``translation``, ``synonym`` or ``rewrite``."""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What a language model was asked beside the answer."""

    purpose: str
    """``rewriting`` or ``sufficiency``."""
    outcome: str
    """What came of it; the sentence of the failure when nothing did."""
    ms: float


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
    dropped: tuple[Dropped, ...] = ()
    reading_ms: float = 0.0
    """Milliseconds until the query line and the question were read."""
    ms: float = 0.0
    """Milliseconds of the whole search."""
    calls: tuple[ModelCall, ...] = ()
    """What a language model was asked beside the answer, in order."""

    @property
    def notes(self) -> frozenset[UUID]:
        """The notes of all candidates."""
        return frozenset(entry.note for stage in self.stages for entry in stage.entries)

    def with_paths(self, paths: Mapping[UUID, str]) -> "Trace":
        """Return the same with the paths of its notes, as far as they are known."""
        return replace(
            self,
            stages=tuple(
                replace(
                    stage,
                    entries=tuple(
                        replace(entry, path=paths.get(entry.note, entry.path))
                        for entry in stage.entries
                    ),
                )
                for stage in self.stages
            ),
        )
