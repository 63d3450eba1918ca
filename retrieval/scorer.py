"""The contract of a cross-encoder; `retrieval.cross_rerank` orders candidates by one."""

from collections.abc import Sequence
from typing import Protocol


class Scorer(Protocol):
    """Reads a question and a text together and says how well the text answers it.

    Rules every implementation keeps:

    - One finite score in 0..1 for each text, in their order, whatever stands beside it in a batch.
    - Any text does: an empty one, one longer than the model reads (its beginning counts).
    - Any method may be called from any thread. Loading happens on first use, never when it is made.
    - What the model cannot do now is a `ScorerUnusableError`.
    """

    @property
    def name(self) -> str:
        """The model as a reader knows it: its hub id or the name of its folder."""
        ...

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Score ``texts`` for ``question``."""
        ...


class ScorerUnusableError(RuntimeError):
    """The model cannot be used now; each kind says why and what to do."""
