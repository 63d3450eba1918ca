"""The JSON document of a search that tells how it went."""

from typing import Literal, Self
from uuid import UUID

from app.replies import Reply, SearchReply, note_address
from retrieval.retrieved import Retrieved
from retrieval.span import Span
from retrieval.trace import Ranked, StageTrace, Trace


class CandidateReply(Reply):
    """A candidate as one stage had it."""

    rank: int
    """Place in the stage, from 1."""
    score: float
    chunk: UUID
    note_id: UUID
    note: str
    """Path of the note relative to the notes folder; empty when it is gone."""
    heading: str
    start: int
    """Offset in the note's text, in Unicode code points."""
    end: int
    url: str
    """Where Footnote's page shows it."""
    joined: tuple[UUID, ...]
    """Further candidates that the passage holds, in the final stage."""

    @classmethod
    def of(cls, rank: int, entry: Ranked) -> Self:
        """Describe a candidate."""
        return cls(
            rank=rank,
            score=entry.score,
            chunk=entry.chunk,
            note_id=entry.note,
            note=entry.path,
            heading=entry.heading,
            start=entry.start,
            end=entry.end,
            url=note_address(entry.note, Span(entry.start, entry.end)),
            joined=entry.joined,
        )


class StageReply(Reply):
    """What one stage made of the candidates."""

    stage: Literal["lexical", "semantic", "fused", "reranked", "preferred", "final"]
    ms: float
    count: int
    """How many candidates it had, of which ``candidates`` are the best."""
    candidates: tuple[CandidateReply, ...]

    @classmethod
    def of(cls, stage: StageTrace) -> Self:
        """Describe a stage."""
        ranked = enumerate(stage.entries, start=1)
        return cls(
            stage=stage.stage.value,
            ms=stage.ms,
            count=stage.count,
            candidates=tuple(CandidateReply.of(rank, entry) for rank, entry in ranked),
        )


class TermReply(Reply):
    """A term that was searched."""

    text: str
    weight: float
    """Weight in the search, rarity included."""
    origin: str
    """``asked``, ``earlier``, ``translation``, ``synonym`` or ``rewrite``."""


class DroppedReply(Reply):
    """Candidates that were left out for one reason."""

    reason: Literal["same", "per_note", "filtered", "beyond"]
    count: int
    chunks: tuple[UUID, ...]
    """The best of them."""


class ModelCallReply(Reply):
    """What a language model was asked beside the answer."""

    purpose: str
    outcome: str
    ms: float


class TraceReply(Reply):
    """How a search came to its passages."""

    searched: str
    """The words that were searched."""
    earlier: str
    """Earlier question whose terms were searched too."""
    also: tuple[str, ...]
    """Other wordings that were searched too."""
    chips: tuple[str, ...]
    """What was understood as a restriction or a wish."""
    terms: tuple[TermReply, ...]
    stages: tuple[StageReply, ...]
    semantic_weight: float
    reranker: str
    """Name of the reranker; empty when none took part."""
    within: int | None
    """Points that the filters left; null without filters."""
    evidence: float
    threshold: float
    """Evidence from which a question counts as on topic."""
    dropped: tuple[DroppedReply, ...]
    calls: tuple[ModelCallReply, ...]
    reading_ms: float
    """Milliseconds until the question was read."""
    ms: float
    """Milliseconds of the whole search."""

    @classmethod
    def of(cls, trace: Trace) -> Self:
        """Describe a trace."""
        return cls(
            searched=trace.searched,
            earlier=trace.earlier,
            also=trace.also,
            chips=trace.chips,
            terms=tuple(
                TermReply(text=each.text, weight=each.weight, origin=each.origin)
                for each in trace.terms
            ),
            stages=tuple(StageReply.of(stage) for stage in trace.stages),
            semantic_weight=trace.semantic_weight,
            reranker=trace.reranker,
            within=trace.within,
            evidence=trace.evidence,
            threshold=trace.threshold,
            dropped=tuple(
                DroppedReply(reason=each.reason.value, count=each.count, chunks=each.chunks)
                for each in trace.dropped
            ),
            calls=tuple(
                ModelCallReply(purpose=each.purpose, outcome=each.outcome, ms=each.ms)
                for each in trace.calls
            ),
            reading_ms=trace.reading_ms,
            ms=trace.ms,
        )


class TracedSearchReply(SearchReply):
    """What a search found, best first, and how when that was asked for."""

    trace: TraceReply | None = None

    @classmethod
    def of_traced(cls, found: Retrieved, trace: Trace | None, *, incomplete: bool = False) -> Self:
        """Describe what was found, with its trace where one is given."""
        plain = SearchReply.of(found, incomplete=incomplete)
        return cls(**dict(plain), trace=None if trace is None else TraceReply.of(trace))
