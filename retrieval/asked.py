"""A question as a search has read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval import gate
from retrieval.followup import UNSURE
from retrieval.index import SparseVector
from retrieval.lexical import number
from retrieval.query import Query
from retrieval.question import Question
from retrieval.scope import Scope
from retrieval.search_settings import SearchSettings


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched, and how."""

    query: Query
    question: Question
    settings: SearchSettings
    scope: Scope
    """What the query line leaves to be searched."""
    rarity: Mapping[str, float]
    weights: Mapping[str, float]
    """Weight of each term without its rarity, which the index adds."""
    points: int
    """Points of the index."""
    semantic_weight: float
    previous: str
    """The question before it."""

    @property
    def meant(self) -> str:
        """The question, with the one before it when it may lean on that."""
        leans = self.question.earlier_weight >= UNSURE
        return f"{self.previous}\n{self.query.text}" if leans else self.query.text

    @property
    def weighed(self) -> Mapping[str, float]:
        """Weight of each term, its rarity included."""
        return {term: weight * self.rarity[term] for term, weight in self.weights.items()}

    @property
    def vector(self) -> SparseVector:
        """The terms as the lexical index takes them."""
        dimensions: dict[int, float] = {}
        for term, weight in self.weights.items():
            dimensions[number(term)] = max(weight, dimensions.get(number(term), 0.0))
        ordered = sorted(dimensions.items())
        return SparseVector(
            tuple(dimension for dimension, _ in ordered), tuple(weight for _, weight in ordered)
        )

    @property
    def name_weights(self) -> Mapping[int, float]:
        """Weight of the question's own terms as parts of names, by number."""
        rarest = gate.rarest(self.points)
        found = {number(term): self.rarity.get(term, rarest) for term in self.question.asked}
        for term in self.question.earlier:
            weight = self.question.earlier_weight * self.rarity.get(term, rarest)
            found.setdefault(number(term), weight)
        return found
