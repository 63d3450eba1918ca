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
    - It keeps its time budget: candidates it has no time to read keep the order they came in and
      stand behind those that it has read. Nothing it does raises because of time.
    - Any thread may call it.
    """

    @property
    def name(self) -> str:
        """What it is called in a trace."""
        ...

    def rerank(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> list[Hit]:
        """Order ``hits``.

        Args:
            question: The question's text.
            weights: Weight of each of its terms, the term's rarity included.
            hits: Candidates, best first by ``fused``.
        """
        ...
