"""What a sync asks of the catalogue; the contract of `app.db.catalog`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ingest.note import Note
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


class CatalogUnusableError(RuntimeError):
    """The catalogue cannot do what it is asked, whichever note it is about."""


class NoteCatalog(Protocol):
    """The notes and chunks that exist. A chunk is live if and only if its row is here.

    Each writing method is one transaction: a crash leaves all of it or nothing of it.
    """

    def known(self) -> Sequence[KnownNote]:
        """Return what is remembered of every note, by path."""
        ...

    def chunk_ids(self, note_id: UUID) -> set[UUID]:
        """Return the ids of a note's live chunks."""
        ...

    def all_chunk_ids(self) -> set[UUID]:
        """Return the ids of all live chunks."""
        ...

    def store(self, note: Note, chunks: Sequence[Chunk], *, modified_ns: int, cutter: str) -> None:
        """Add or replace a note with its chunks: afterwards exactly ``chunks`` are live."""
        ...

    def relocate(self, note_id: UUID, path: str, *, modified_ns: int) -> None:
        """Record that a note's file moved, or was touched, with the same content."""
        ...

    def remove(self, note_id: UUID) -> None:
        """Take a note and its chunks out; an unknown id is ignored."""
        ...

    def totals(self) -> tuple[int, int]:
        """Return how many notes and how many chunks are live."""
        ...

    def omissions(self) -> Sequence[tuple[str, int, int, str]]:
        """Return path, start, end and reason of everything left out of the index."""
        ...

    def record_failures(self, failures: Mapping[str, str]) -> None:
        """Replace the list of files that could not be taken in: path to reason.

        The same list again writes nothing.
        """
        ...

    def chunks(self, ids: Collection[UUID] | None = None) -> Iterator[Chunk]:
        """Yield live chunks, all of them or those among ``ids``, in a stable order."""
        ...

    def state(self, key: str) -> str | None:
        """Return a remembered value of the index, such as its fingerprint."""
        ...

    def remember(self, key: str, value: str) -> None:
        """Store a value of the index."""
        ...
