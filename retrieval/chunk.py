"""The unit of search."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from retrieval.span import Span


class Kind(StrEnum):
    """What a stretch of a note is, as far as cutting and citing it is concerned."""

    ARTICLE = "article"
    CHAT = "chat"
    DIGEST = "digest"
    TRANSCRIPT = "transcript"
    CLIP = "clip"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one note that is indexed, found and cited as one."""

    id: UUID
    """UUIDv5 of note id, digest of the indexed text and occurrence number."""
    note_id: UUID
    ordinal: int
    """Position among the note's chunks in reading order, from 0."""
    kind: Kind
    header: str
    """The line indexed before the text: title › headings | kind | date | speakers."""
    text: str
    """Exactly ``note.text[span.start:span.end]``."""
    span: Span
    headings: tuple[str, ...] = ()
    """The headings above the text, outermost first."""
    speakers: tuple[str, ...] = ()
    when: str = ""
    """Wall-clock date or time as the note gives it, ISO 8601 without zone; empty when unknown."""
    link: str = ""
    """Address that opens the video at this second; empty when there is none."""
    section: int = 0
    """Number of the section or conversation it belongs to; neighbours stay inside it."""

    @property
    def indexed_text(self) -> str:
        """The text that is searched: header line, then the note's own words."""
        return f"{self.header}\n{self.text}"
