"""The JSON documents that tell how far the notes are embedded."""

from dataclasses import asdict
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from app.embedded import Embedded
from app.replies import Reply
from app.weighing import LanguageWeight


class EmbeddingRequest(BaseModel):
    """What is to be done about the vectors."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: Literal["start", "cancel", "choose"] = "start"
    """Embed what lacks a vector, stop that, or follow another choice of a model."""


class WeightReply(Reply):
    """How much search by meaning counts for the questions of one language, and why."""

    language: Literal["zh", "en"]
    weight: float
    """0 to 1; 0 leaves it out."""
    queries: int
    """Headings of the notes that were asked."""
    reworded: int
    """Headings in other words than their section's that were asked."""
    lexical: float
    """Mean reciprocal rank of the headings' sections by words alone."""
    fused: float
    """The same with search by meaning at this weight, or the best that was tried."""
    reworded_lexical: float
    """Mean reciprocal rank where the heading is in other words, by words alone."""
    reworded_fused: float
    low: float
    """Bounds of the gain in other words, with 95 % confidence."""
    high: float

    @classmethod
    def of(cls, weight: LanguageWeight) -> Self:
        """Describe what was measured."""
        return cls.model_validate(asdict(weight))


class EmbeddingReply(Reply):
    """How far the notes are embedded."""

    model: str
    """The model that answers; empty when none is chosen."""
    following: str
    """The model that takes over once all notes are embedded with it; mostly empty."""
    running: bool
    done: int
    """Points embedded since this began."""
    total: int
    """Points that had no vector when it began."""
    embedded: int
    """Points that search by meaning finds."""
    points: int
    rate: float
    """Points a second."""
    left_s: float | None
    """Seconds until all are embedded; null when that cannot be said."""
    ready: bool
    """Whether the model is loaded, so that searches use it."""
    weights: tuple[WeightReply, ...]
    damage: str
    """Why vectors were set aside; empty when they were not, or are whole again."""
    error: str
    """Why it could not go on, or why search by meaning is silent; empty while all is well."""
    cancelled: bool

    @classmethod
    def of(cls, now: Embedded, *, ready: bool, silence: str) -> Self:
        """Describe how it stands."""
        left = now.left_s
        return cls(
            model=now.model,
            following=now.following,
            running=now.running,
            done=now.done,
            total=now.total,
            embedded=now.embedded,
            points=now.points,
            rate=round(now.rate, 2),
            left_s=None if left is None else round(left, 1),
            ready=ready,
            weights=tuple(WeightReply.of(each) for each in now.weighed.languages),
            damage=now.damage,
            error=now.error or silence,
            cancelled=now.cancelled,
        )
