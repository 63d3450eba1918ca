"""What a reader thinks of an answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MOST_REMARK = 2_000
"""Characters of a remark that are kept."""


class Reason(StrEnum):
    """Why an answer is no good."""

    NONE = ""
    """Not said, or the answer is good."""
    WRONG = "wrong"
    """It says what is not so."""
    NOT_IN_NOTES = "not_in_notes"
    """The notes do not answer the question; it should have been refused."""
    MISSED_NOTE = "missed_note"
    """A note that answers the question was not found."""
    WRONG_SOURCE = "wrong_source"
    """What is cited does not say it."""
    TOO_LONG = "too_long"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a note that answer a question."""

    path: str
    """Path of the note when it was marked."""
    quote: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reader's judgement of one answer."""

    good: bool
    reason: Reason
    remark: str
    """In the reader's own words."""
    evidence: tuple[Evidence, ...]
    """Passages that the reader says answer the question."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """A question whose answer was judged, with what answers it as far as that is known."""

    turn: UUID
    conversation: UUID
    question: str
    previous: tuple[str, str] | None
    """Question and answer before it in the conversation."""
    good: bool
    reason: Reason
    remark: str
    answerable: bool
    evidence: tuple[Evidence, ...]
    """Empty for an answerable question: nobody has said yet what answers it."""
