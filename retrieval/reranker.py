"""The contract of a reranker; `tests/contracts` tries every implementation on it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from retrieval.hit import Hit


class Reranker(Protocol):
    """Orders candidates by how well they answer a question.

    Rules every implementation keeps:

    - It returns every hit it was given, once, best first by ``final``, with ``rerank`` and
      ``final`` in 0..1; the other fields stay.
    - The same candidates give the same order each time, equal ones by their place in ``hits``.
    - It keeps its time budget: candidates it has no time to read stand behind those that it has
      read, in the order that it can tell without. Nothing it does raises because of time.
    - It never raises because of a model: what stands in for one that cannot be used is its own
      affair.
    - Any thread may call it.
    """

    @property
    def name(self) -> str:
        """What it is called in a trace."""
        ...

    @property
    def least(self) -> float:
        """Best judgement below which the candidates are taken not to answer; 0 judges nothing."""
        ...

    def rerank(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> list[Hit]:
        """Order ``hits``.

        Args:
            question: The question's text.
            weights: Weight of each of its terms, the term's rarity included.
            hits: Candidates, best first by ``fused``.
        """
        ...


ENOUGH_READ = 8
"""Candidates that must have been read before their judgement says that none answers."""


def judgement(hits: Sequence[Hit], least: float) -> tuple[float | None, bool]:
    """Return the best score that a cross-encoder gave, and whether any of ``hits`` may answer.

    Args:
        hits: All candidates, reranked.
        least: Best score below which they are taken not to answer.
    """
    judged = [hit.judged for hit in hits if hit.judged is not None]
    if not judged:
        return None, True
    enough = len(judged) >= min(ENOUGH_READ, len(hits))
    return max(judged), max(judged) >= least or not enough
