"""A chunk that a search found."""

from dataclasses import dataclass

from retrieval.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with the ranks and scores that each stage gave it."""

    chunk: Chunk
    lexical_rank: int | None
    """Position in the lexical candidates from 1, or None when that leg did not find it."""
    lexical_score: float
    dense_rank: int | None = None
    """Position in the semantic candidates from 1, or None."""
    fused: float = 0.0
    """Reciprocal rank fusion score, scaled to 0..1 over the candidates."""
    rerank: float = 0.0
    """Reranker's score in 0..1."""
    final: float = 0.0
    """Blend of rerank and fused score in 0..1; hits are ordered by it."""
    judged: float | None = None
    """What a cross-encoder that read question and chunk says, in 0..1; None when none did."""
