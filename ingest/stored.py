"""Notes exactly as the catalogue has them, right or wrong."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ingest.catalog import CutNote
from ingest.linking import link_name
from ingest.note import Note
from retrieval.chunk import Chunk
from retrieval.lexical import number, terms


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk's row. Nothing in it is checked: its span may lie outside of every text."""

    id: UUID
    note_id: UUID
    point: UUID
    ordinal: int
    start: int
    end: int
    header: str
    text: str
    told: tuple[object, ...]
    """Kind, headings, speakers, when, link, page and section."""

    @classmethod
    def of(cls, chunk: Chunk, point: UUID) -> "StoredChunk":
        """Return the row that a chunk should have."""
        return cls(
            id=chunk.id,
            note_id=chunk.note_id,
            point=point,
            ordinal=chunk.ordinal,
            start=chunk.span.start,
            end=chunk.span.end,
            header=chunk.header,
            text=chunk.text,
            told=(
                chunk.kind.value,
                chunk.headings,
                chunk.speakers,
                chunk.when,
                chunk.link,
                chunk.page,
                chunk.section,
            ),
        )

    @property
    def indexed_text(self) -> str:
        """The text that its point should be made of."""
        return f"{self.header}\n{self.text}"


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note's row with its tags and chunks."""

    id: UUID
    path: str
    digest: str
    encoding: str
    size: int
    characters: int
    format: str
    cutter: str
    modified_ns: int
    text: str
    told: tuple[object, ...]
    """Title, kind, lossy, tags and what is left out as (start, end, reason)."""
    chunks: tuple[StoredChunk, ...]
    """By ordinal."""
    name_terms: frozenset[int] = frozenset()
    """Numbers of the terms of its name, by which it is found where it has no other title."""
    links: tuple[tuple[object, ...], ...] = ()
    """Start, end, name and target of each of its links, by ordinal."""
    names: frozenset[tuple[str, str]] = frozenset()
    """The names by which links find it, each with the alias it comes of."""


def name_terms_of(note: Note) -> frozenset[int]:
    """Return what `StoredNote.name_terms` should be."""
    return frozenset(map(number, terms(note.title))) if note.named else frozenset()


def links_of(cut: CutNote) -> tuple[tuple[object, ...], ...]:
    """Return what `StoredNote.links` should be."""
    return tuple(
        (link.span.start, link.span.end, link_name(link.target), link.target) for link in cut.links
    )


def told_of(note: Note) -> tuple[object, ...]:
    """Return what `StoredNote.told` should be."""
    left_out = tuple((each.span.start, each.span.end, each.reason) for each in note.left_out)
    return (note.title, note.kind.value, note.lossy, note.tags, left_out)


class Records(Protocol):
    """The catalogue's rows as they are; `app.db.records` has them."""

    def stored(self, note_ids: Collection[UUID]) -> Iterator[StoredNote]:
        """Yield the notes with those ids; whatever cannot be read in one is empty in it."""
        ...

    def rewrite(self, notes: Sequence[CutNote]) -> None:
        """Make rows, tags and chunks of these notes exactly so, whatever stands there now."""
        ...
