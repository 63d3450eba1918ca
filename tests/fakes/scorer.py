"""A cross-encoder without a model."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import sleep

from retrieval.lexical import content_terms, terms
from retrieval.scorer import ScorerUnusableError


@dataclass
class FakeScorer:
    """Keeps the contract of `Scorer`: a text's score is the share of the question's terms in it."""

    name: str = "shares words"
    seconds: float = 0.0
    """How long it takes over each text."""
    failing: str = ""
    """The sentence it fails with; empty while it works."""
    read: list[str] = field(default_factory=list)
    """Every text it was given."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        if self.failing:
            raise ScorerUnusableError(self.failing)
        self.read.extend(texts)
        sleep(self.seconds * len(texts))
        asked = frozenset(content_terms(question))
        return [len(asked & frozenset(terms(text))) / (len(asked) or 1) for text in texts]
