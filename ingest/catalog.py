"""What a sync asks of the catalogue; the contract of `app.db.catalog`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from ingest.note import Note, NoteLink
from retrieval.chunk import Chunk


@dataclass(frozen=True, slots=True)
class KnownNote:
    """What the catalogue remembers of a file, to see whether it changed."""

    id: UUID
    path: str
    digest: str
    size: int
    modified_ns: int
    """The file's modification time in nanoseconds, as the file system gave it."""
    cutter: str
    """Version of the parser and chunker that cut it."""


@dataclass(frozen=True, slots=True)
class CutNote:
    """A note with its chunks, as a sync stores it."""

    note: Note
    chunks: tuple[Chunk, ...]
    modified_ns: int
    cutter: str
    points: tuple[UUID, ...] = ()
    """Each chunk's `Chunk.point`, where that was made already: it takes a digest."""
    links: tuple[NoteLink, ...] = ()
    """The note's links to other notes, in order."""

    @property
    def pointed(self) -> Iterator[tuple[Chunk, UUID]]:
        """The chunks with their points."""
        yield from zip(
            self.chunks, self.points or (chunk.point for chunk in self.chunks), strict=True
        )


@dataclass(frozen=True, slots=True)
class Move:
    """A note's file is elsewhere, or was touched, with the same content."""

    note_id: UUID
    path: str
    modified_ns: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file with a note's ending that is no note, as it was when that was found out."""

    path: str
    size: int
    modified_ns: int
    cutter: str
    reason: str


class Totals(NamedTuple):
    """How much is live."""

    notes: int
    chunks: int
    points: int
    """Distinct texts: chunks that say the same share a point."""


class CatalogUnusableError(RuntimeError):
    """The catalogue cannot do what it is asked, whichever note it is about."""


class NoteCatalog(Protocol):
    """The notes and chunks that exist. A chunk is live if and only if its row is here.

    Each writing method is one transaction: a crash leaves all of it or nothing of it.
    """

    def known(self, paths: Collection[str] | None = None) -> Sequence[KnownNote]:
        """Return what is remembered of every note, or of those at ``paths``, by path."""
        ...

    def holds_below(self, folder: str) -> bool:
        """Whether a note's path begins with ``folder``, which ends with a slash."""
        ...

    def store(self, notes: Sequence[CutNote]) -> None:
        """Add or replace notes with their chunks: afterwards exactly these are live of each."""
        ...

    def relocate(self, moves: Sequence[Move]) -> None:
        """Record where notes' files are; an unknown id is ignored."""
        ...

    def remove(self, note_ids: Collection[UUID]) -> None:
        """Take notes and their chunks out; an unknown id is ignored."""
        ...

    def totals(self) -> Totals:
        """Return how many notes, chunks and points are live."""
        ...

    def points(self, note_ids: Collection[UUID]) -> set[UUID]:
        """Return the points of these notes' chunks."""
        ...

    def live_points(self, points: Collection[UUID] | None = None) -> set[UUID]:
        """Return those among ``points`` that have a chunk; all there are when None."""
        ...

    def chunks(self, points: Collection[UUID] | None = None) -> Iterator[Chunk]:
        """Yield one live chunk of each point, or of those among ``points``, in a stable order."""
        ...

    def note_chunks(self, note_id: UUID) -> Sequence[Chunk]:
        """Return a note's live chunks in reading order."""
        ...

    def links(self, note_id: UUID) -> Sequence[NoteLink]:
        """Return a note's links to other notes, in order."""
        ...

    def notes_of(self, points: Collection[UUID]) -> set[UUID]:
        """Return the notes that have a chunk at one of ``points``."""
        ...

    def omissions(self) -> Sequence[tuple[str, int, int, str]]:
        """Return path, start, end and reason of everything left out of the index."""
        ...

    def failures(self) -> Mapping[str, str]:
        """Return the files that could not be taken in: path to reason."""
        ...

    def record_failures(self, failures: Mapping[str, str]) -> None:
        """Replace the list of files that could not be taken in: path to reason.

        The same list again writes nothing.
        """
        ...

    def passed_over(self) -> Sequence[PassedOver]:
        """Return the files that were found to be no notes, by path."""
        ...

    def record_passed_over(self, files: Sequence[PassedOver]) -> None:
        """Replace the list of such files; the same list again writes nothing."""
        ...

    def state(self, key: str) -> str | None:
        """Return a remembered value of the index, such as its fingerprint."""
        ...

    def remember(self, key: str, value: str) -> None:
        """Store a value of the index."""
        ...
