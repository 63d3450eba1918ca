"""How far the notes are embedded, and the models that embed them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from app.weighing import NOTHING_WEIGHED, Weighed
from retrieval.embedder import Embedder


class Models(Protocol):
    """The models on this machine."""

    def chosen(self) -> Embedder | None:
        """Return the model that is to answer; None when none is chosen.

        Raises:
            EmbedderUnusableError: One is chosen that cannot be used.
        """
        ...

    def named(self, name: str) -> Embedder | None:
        """Return a model that was chosen before; None when it cannot be used any more."""
        ...

    def fits(self, embedder: Embedder) -> Collection[str]:
        """Return the languages that a model is known to be made for."""
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """How far the notes are embedded."""

    model: str = ""
    """The model that answers; empty when there is none."""
    following: str = ""
    """The model whose vectors are being made, when it is another one."""
    running: bool = False
    done: int = 0
    """Points embedded since this began."""
    total: int = 0
    """Points that had no vector when it began."""
    seconds: float = 0.0
    """How long that took so far."""
    embedded: int = 0
    """Points that can be found by meaning."""
    points: int = 0
    """Points there are."""
    weighed: Weighed = NOTHING_WEIGHED
    damage: str = ""
    """Why vectors were set aside; empty when they were not, or are whole again."""
    error: str = ""
    """Why it could not go on; empty while it can."""
    cancelled: bool = False

    @property
    def rate(self) -> float:
        """Points a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until all points are embedded; None when that cannot be said."""
        return (self.total - self.done) / self.rate if self.running and self.rate else None
