"""A catalogue in memory; it keeps the same contract as the one in SQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import RLock
from uuid import UUID

from ingest.catalog import KnownNote
from ingest.note import Note
from retrieval.chunk import Chunk
from retrieval.span import Span
from retrieval.store import NoteLabel


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored note."""

    note: Note
    chunks: tuple[Chunk, ...]
    modified_ns: int
    cutter: str


class FakeCatalog:
    """Keeps `ingest.catalog.NoteCatalog` and `retrieval.store.ChunkStore` in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[UUID, Entry] = {}
        self.failures: dict[str, str] = {}
        self.writes = 0
        """Changes made so far; a sync with nothing to do makes none."""
        self._state: dict[str, str] = {}
        self._lock = RLock()

    def known(self) -> Sequence[KnownNote]:
        with self._lock:
            return sorted(
                (
                    KnownNote(
                        id=entry.note.id,
                        path=entry.note.path,
                        digest=entry.note.digest,
                        size=entry.note.size,
                        modified_ns=entry.modified_ns,
                        cutter=entry.cutter,
                    )
                    for entry in self.entries.values()
                ),
                key=lambda note: note.path,
            )

    def chunk_ids(self, note_id: UUID) -> set[UUID]:
        with self._lock:
            entry = self.entries.get(note_id)
            return {chunk.id for chunk in entry.chunks} if entry else set()

    def all_chunk_ids(self) -> set[UUID]:
        return {chunk.id for chunk in self.chunks()}

    def store(self, note: Note, chunks: Sequence[Chunk], *, modified_ns: int, cutter: str) -> None:
        with self._lock:
            self._free_path(note.path, note.id)
            self.entries[note.id] = Entry(note, tuple(chunks), modified_ns, cutter)
            self.writes += 1

    def relocate(self, note_id: UUID, path: str, *, modified_ns: int) -> None:
        with self._lock:
            if note_id not in self.entries:
                return
            self._free_path(path, note_id)
            entry = self.entries[note_id]
            modified = datetime.fromtimestamp(modified_ns / 1_000_000_000, UTC)
            note = replace(entry.note, path=path, modified=modified)
            self.entries[note_id] = replace(entry, note=note, modified_ns=modified_ns)
            self.writes += 1

    def remove(self, note_id: UUID) -> None:
        with self._lock:
            if self.entries.pop(note_id, None):
                self.writes += 1

    def totals(self) -> tuple[int, int]:
        with self._lock:
            return len(self.entries), sum(len(entry.chunks) for entry in self.entries.values())

    def omissions(self) -> Sequence[tuple[str, int, int, str]]:
        with self._lock:
            notes = sorted((entry.note for entry in self.entries.values()), key=lambda n: n.path)
        return [
            (note.path, part.span.start, part.span.end, part.reason)
            for note in notes
            for part in note.left_out
        ]

    def record_failures(self, failures: Mapping[str, str]) -> None:
        with self._lock:
            if self.failures == dict(failures):
                return
            self.failures = dict(failures)

    def chunks(self, ids: Collection[UUID] | None = None) -> Iterator[Chunk]:
        with self._lock:
            live = [chunk for entry in self.entries.values() for chunk in entry.chunks]
        yield from sorted(
            (chunk for chunk in live if ids is None or chunk.id in ids),
            key=lambda chunk: (chunk.note_id, chunk.ordinal),
        )

    def state(self, key: str) -> str | None:
        return self._state.get(key)

    def remember(self, key: str, value: str) -> None:
        self._state[key] = value

    def by_id(self, ids: Collection[UUID]) -> Mapping[UUID, Chunk]:
        return {chunk.id: chunk for chunk in self.chunks(ids)}

    def around(self, places: Sequence[tuple[UUID, int]], reach: int) -> list[Chunk]:
        return [
            chunk
            for chunk in self.chunks()
            if any(
                chunk.note_id == note_id and abs(chunk.ordinal - ordinal) <= reach
                for note_id, ordinal in places
            )
        ]

    def labels(self, note_ids: Collection[UUID]) -> Mapping[UUID, NoteLabel]:
        with self._lock:
            notes = [self.entries[key].note for key in note_ids if key in self.entries]
        return {note.id: NoteLabel(note.id, note.path, note.title) for note in notes}

    def text(self, note_id: UUID, span: Span) -> str:
        with self._lock:
            entry = self.entries.get(note_id)
        return span.of(entry.note.text) if entry else ""

    def texts(self, places: Sequence[tuple[UUID, Span]]) -> list[str]:
        return [self.text(note_id, span) for note_id, span in places]

    def _free_path(self, path: str, note_id: UUID) -> None:
        for other, entry in self.entries.items():
            if entry.note.path == path and other != note_id:
                moved = replace(entry.note, path=f"\x00{other}")
                self.entries[other] = replace(entry, note=moved)
                return
