"""What retrieval asks of the catalogue."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.filters import Filters
from retrieval.span import Span

COPIES = 4
"""Chunks that say the same and are cited together: a text that stands in more notes than that is
cited in these."""


@dataclass(frozen=True, slots=True)
class NoteLabel:
    """How a note is named where it is cited."""

    id: UUID
    path: str
    """Relative to its notes folder, with forward slashes."""
    title: str


class ChunkStore(Protocol):
    """The live chunks, as the catalogue has them. Any method may be called from any thread."""

    def by_point(self, points: Collection[UUID]) -> Mapping[UUID, Sequence[Chunk]]:
        """Return the live chunks of each point, at most `COPIES` of one, in a stable order.

        A point without a chunk is missing from the result.
        """
        ...

    def named(self, terms: Collection[int], limit: int) -> Mapping[UUID, frozenset[int]]:
        """Return notes whose file names hold most of ``terms``, with all terms of their names.

        Only notes without another title: the titles of the others are indexed.

        Args:
            terms: Numbers of terms.
            limit: Most notes to return.
        """
        ...

    def around(self, places: Sequence[tuple[UUID, int]], reach: int) -> list[Chunk]:
        """Return the chunks at most ``reach`` ordinals from any (note id, ordinal), in order."""
        ...

    def led_to(self, places: Sequence[tuple[UUID, Span]]) -> Sequence[Collection[UUID]]:
        """Return, for each stretch of a note, the other notes that links inside it lead to."""
        ...

    def points(self, note_ids: Collection[UUID]) -> Collection[UUID]:
        """Return the points of these notes' chunks."""
        ...

    def labels(self, note_ids: Collection[UUID]) -> Mapping[UUID, NoteLabel]:
        """Return the label of each live note among ``note_ids``."""
        ...

    def text(self, note_id: UUID, span: Span) -> str:
        """Return the characters of a note that ``span`` covers."""
        ...

    def texts(self, places: Sequence[tuple[UUID, Span]]) -> list[str]:
        """Return the characters of each place, in the order asked."""
        ...

    def points_within(
        self, filters: Filters, limit: int | None = None, among: Collection[UUID] | None = None
    ) -> set[UUID]:
        """Return points of the chunks that pass ``filters``.

        Tags and folders count with everything below them, people by any part of a name; width,
        case and script do not count. A chunk without a date passes neither ``after`` nor
        ``before``; one that is dated by its month or year passes when that meets them.

        Args:
            filters: What must hold of a chunk.
            limit: Most points; None means all.
            among: Only these points, when given; then ``limit`` is not kept.
        """
        ...

    def passing(self, filters: Filters, chunk_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the chunks that are live and pass ``filters``."""
        ...

    def holding(self, words: Collection[str], limit: int) -> set[UUID]:
        """Return points of chunks whose texts hold one of ``words`` as it is, but for A and a.

        Every text is read for that, until there are enough.

        Args:
            words: Spellings of one phrase.
            limit: Most points.
        """
        ...

    def newest(self, filters: Filters, limit: int) -> list[Chunk]:
        """Return the newest chunks that pass, by their dates.

        Chunks without a date come last, those of the notes that were changed last first; of one
        note and date in reading order.
        """
        ...

    def months(self) -> tuple[str, ...]:
        """Return the months that chunks are dated in, such as ``2024-03``, in order."""
        ...

    def speakers(self) -> frozenset[str]:
        """Return the names of all who speak in chunks."""
        ...
