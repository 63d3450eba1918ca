"""What a search returns and an answer cites."""

from dataclasses import dataclass
from uuid import UUID

from retrieval.chunk import Kind
from retrieval.hit import Hit
from retrieval.span import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """Contiguous chunks of one note, found together or grown around a hit."""

    note_id: UUID
    path: str
    """Path of the note relative to its notes folder, with forward slashes."""
    title: str
    kind: Kind
    span: Span
    text: str
    """Exactly ``note.text[span.start:span.end]``."""
    score: float
    """Final score of the best hit inside, 0..1."""
    headings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    when: str = ""
    """Wall-clock date or time as the note gives it, ISO 8601 without zone; empty when unknown."""
    link: str = ""
    """Address that opens the video at this second; empty when there is none."""
    page: int = 0
    """Page of the document it begins on, from 1; 0 where there are no pages."""
    hits: tuple[Hit, ...] = ()
    """The hits it was grown from, best first."""

    @property
    def heading(self) -> str:
        """The heading path as one line, empty when the passage stands under none."""
        return " › ".join(self.headings)
