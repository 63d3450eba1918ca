"""The unit of search."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from retrieval.span import Span


class Kind(StrEnum):
    """What a stretch of a note is, as far as cutting and citing it is concerned."""

    ARTICLE = "article"
    CHAT = "chat"
    DIGEST = "digest"
    TRANSCRIPT = "transcript"
    CLIP = "clip"


def kind_named(name: object) -> Kind:
    """Return the kind of that name; what names none reads as an article."""
    return next((kind for kind in Kind if kind.value == name), Kind.ARTICLE)


_POINTS = UUID("5f0e2f2c-8b0a-4f6e-9a53-2f6d1c9f7b10")
"""Namespace of the ids of points."""


def point_of(indexed_text: str) -> UUID:
    """Return the id of the point of a text: UUIDv5 of its SHA-256."""
    digest = hashlib.sha256(indexed_text.encode("utf-8", "surrogatepass")).hexdigest()
    return uuid5(_POINTS, digest)


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
    page: int = 0
    """Page of the document it begins on, from 1; 0 where there are no pages."""
    section: int = 0
    """Number of the section or conversation it belongs to; neighbours stay inside it."""

    @property
    def point(self) -> UUID:
        """Id of its point in the index; chunks that say the same share one."""
        return point_of(self.indexed_text)

    @property
    def indexed_text(self) -> str:
        """The text that is searched: header line, then the note's own words."""
        return f"{self.header}\n{self.text}"
