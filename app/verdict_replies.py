"""The JSON documents of verdicts."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.replies import Reply
from app.verdict import MOST_REMARK, Verdict

_FARTHEST = 1_000_000_000


class EvidenceReply(Reply):
    """Words of a note that answer a question."""

    note: str
    """Path of the note when they were marked."""
    quote: str


class VerdictReply(Reply):
    """What the reader thinks of an answer."""

    good: bool
    reason: Literal["", "wrong", "not_in_notes", "missed_note", "wrong_source", "too_long", "other"]
    remark: str
    evidence: tuple[EvidenceReply, ...]
    """What the reader says answers the question."""
    at: datetime

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """Describe a verdict."""
        return cls(
            good=verdict.good,
            reason=verdict.reason.value,
            remark=verdict.remark,
            evidence=tuple(
                EvidenceReply(note=each.path, quote=each.quote) for each in verdict.evidence
            ),
            at=verdict.at,
        )


class VerdictRequest(BaseModel):
    """A verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    good: bool
    reason: Literal[
        "", "wrong", "not_in_notes", "missed_note", "wrong_source", "too_long", "other"
    ] = ""
    """Why the answer is no good; of a good one it is not kept."""
    remark: str = Field(default="", max_length=MOST_REMARK)
    """In the reader's own words."""


class EvidenceRequest(BaseModel):
    """A passage that answers a question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note_id: UUID
    start: int = Field(ge=0, le=_FARTHEST)
    """Offset in the note's text, in Unicode code points."""
    end: int = Field(ge=0, le=_FARTHEST)
