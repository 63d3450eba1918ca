"""The reranker in use: a cross-encoder where one is chosen, else the light one."""

import threading
from collections.abc import Callable, Mapping, Sequence

from retrieval.cross_rerank import CrossReranker, ReadingSpeed
from retrieval.hit import Hit
from retrieval.lexical_rerank import LightReranker
from retrieval.scorer import Scorer, ScorerUnusableError


class Reranking:
    """A `retrieval.reranker.Reranker` that follows the choice of a model while it runs.

    What cannot be used is told in `now`: the light reranker stands in for it.
    """

    def __init__(self, chosen: Callable[[], Scorer | None], budget_ms: float) -> None:
        """Rerank with what ``chosen`` returns, for ``budget_ms`` a search.

        Args:
            chosen: Returns the cross-encoder that is chosen, or None; it may raise
                `retrieval.scorer.ScorerUnusableError`.
            budget_ms: Milliseconds that one search may spend on reading; 0 reads nothing.
        """
        self._chosen = chosen
        self._budget_ms = budget_ms
        self._light = LightReranker()
        self._cross: CrossReranker | None = None
        self._problem = ""
        self._background = False
        self.choose()

    @property
    def now(self) -> ReadingSpeed | None:
        """How the cross-encoder is doing; None when none is chosen."""
        cross = self._cross
        if cross is not None:
            return cross.speed
        return ReadingSpeed("", None, self._problem) if self._problem else None

    @property
    def name(self) -> str:
        """What orders candidates now."""
        return self._current.name

    @property
    def least(self) -> float:
        """Best judgement below which the candidates are taken not to answer."""
        return self._current.least

    def rerank(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> list[Hit]:
        """Order ``hits``; see `retrieval.reranker.Reranker`."""
        return self._current.rerank(question, weights, hits)

    def choose(self) -> None:
        """Follow the choice of a model."""
        self._cross, self._problem = None, ""
        if not self._budget_ms:
            return
        try:
            scorer = self._chosen()
        except ScorerUnusableError as error:
            self._problem = str(error)
            return
        if scorer is not None:
            self._cross = CrossReranker(scorer, budget_ms=self._budget_ms)
            if self._background:
                self.begin()

    def begin(self) -> None:
        """Load the model in the background, so that no search waits for that."""
        self._background = True
        if self._cross is not None:
            threading.Thread(target=self._cross.warm, name="reranking", daemon=True).start()

    @property
    def _current(self) -> CrossReranker | LightReranker:
        return self._cross or self._light
