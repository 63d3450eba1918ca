"""The JSON documents about notes, and what lies around one."""

from typing import Self
from uuid import UUID

from app.db.library import NoteSummary
from app.db.links import Backlink, OutgoingLink
from app.replies import Reply, note_address
from app.views.note_links import Bearings, RelatedNote
from ingest.note import Note


class NoteReply(Reply):
    """A note in the list."""

    id: UUID
    path: str
    title: str
    kind: str
    tags: tuple[str, ...]
    characters: int
    chunks: int
    modified: str
    """ISO 8601, UTC."""
    snippet: str
    """Where the note's text matches, or empty."""

    @classmethod
    def of(cls, note: NoteSummary) -> Self:
        """Describe a note of a list."""
        return cls(
            id=note.id,
            path=note.path,
            title=note.title,
            kind=note.kind.value,
            tags=note.tags,
            characters=note.characters,
            chunks=note.chunks,
            modified=note.modified.isoformat(),
            snippet=note.snippet,
        )


class NotesReply(Reply):
    """Notes of the library."""

    total: int
    """How many there are, of which ``notes`` is a page."""
    notes: tuple[NoteReply, ...]


class LinkReply(Reply):
    """A link of a note to another one."""

    target: str
    """As the note writes it, without the section."""
    start: int
    """Offset of the link in the note's text, in Unicode code points."""
    end: int
    note: UUID | None
    """The note it leads to; null while there is none."""
    path: str
    """That note's path; empty while there is none."""

    @classmethod
    def of(cls, link: OutgoingLink) -> Self:
        """Describe a link."""
        return cls(
            target=link.link.target,
            start=link.link.span.start,
            end=link.link.span.end,
            note=link.note.id if link.note else None,
            path=link.note.path if link.note else "",
        )


class BacklinkReply(Reply):
    """A place in another note that leads here."""

    note: UUID
    path: str
    title: str
    start: int
    """Offset of the link in that note's text."""
    end: int
    sentence: str
    """The words around the link, the link included."""
    url: str

    @classmethod
    def of(cls, backlink: Backlink) -> Self:
        """Describe a backlink."""
        return cls(
            note=backlink.note.id,
            path=backlink.note.path,
            title=backlink.note.title,
            start=backlink.span.start,
            end=backlink.span.end,
            sentence=f"{backlink.before}{backlink.written}{backlink.after}".strip(),
            url=note_address(backlink.note.id, backlink.span),
        )


class RelatedReply(Reply):
    """A note that says much of the same."""

    note: UUID
    path: str
    title: str
    score: float
    """Higher is more; the notes are sorted by it."""
    shared: tuple[str, ...]
    """Words that weigh much in both."""

    @classmethod
    def of(cls, found: RelatedNote) -> Self:
        """Describe a related note."""
        return cls(
            note=found.note.id,
            path=found.note.path,
            title=found.note.title,
            score=round(found.related.score, 4),
            shared=found.related.shared,
        )


class NoteTextReply(Reply):
    """One note with its text as it was read, and what lies around it."""

    id: UUID
    path: str
    title: str
    kind: str
    tags: tuple[str, ...]
    text: str
    modified: str
    links: tuple[LinkReply, ...]
    """In the order of the text."""
    backlinks: tuple[BacklinkReply, ...]
    related: tuple[RelatedReply, ...]
    """Notes that say much of the same and are not linked."""

    @classmethod
    def of(cls, note: Note, around: Bearings) -> Self:
        """Describe a note."""
        return cls(
            id=note.id,
            path=note.path,
            title=note.title,
            kind=note.kind.value,
            tags=note.tags,
            text=note.text,
            modified=note.modified.isoformat(),
            links=tuple(map(LinkReply.of, around.outgoing)),
            backlinks=tuple(map(BacklinkReply.of, around.backlinks)),
            related=tuple(map(RelatedReply.of, around.related)),
        )
