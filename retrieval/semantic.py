"""The semantic leg: points whose vectors are near the question's."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from retrieval.index import Scored


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the notes are embedded."""

    model: str
    """Name of the model; empty when none is chosen."""
    embedded: int = 0
    """Points that have a vector."""
    points: int = 0
    """Points there are."""


class SemanticLeg(Protocol):
    """Finds points by meaning; `NoSemanticLeg` when there is no model. Any thread may call it."""

    def search(self, text: str, limit: int, within: Collection[UUID] | None = None) -> list[Scored]:
        """Return the nearest points, best first; none when the leg cannot answer now.

        Args:
            text: The question.
            limit: Most points to return.
            within: Only these points, when given.
        """
        ...

    def weight(self, text: str) -> float:
        """Return how much the leg counts beside the lexical one for such a question, in 0..1.

        It was measured on the user's own notes; 0 means that the leg is left out.
        """
        ...

    @property
    def coverage(self) -> Coverage:
        """How far the notes are embedded."""
        ...


class NoSemanticLeg:
    """A `SemanticLeg` that finds nothing."""

    def search(self, text: str, limit: int, within: Collection[UUID] | None = None) -> list[Scored]:
        """Return nothing."""
        del text, limit, within
        return []

    def weight(self, text: str) -> float:
        """Return 0."""
        del text
        return 0.0

    @property
    def coverage(self) -> Coverage:
        """Nothing."""
        return Coverage("")
