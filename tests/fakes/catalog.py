"""A catalogue in memory; it keeps the same contract as the one in SQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import RLock
from uuid import UUID

from app.db.name_table import Named, NameTable
from ingest.catalog import CutNote, KnownNote, Move, PassedOver, Totals
from ingest.linking import aliases_of
from ingest.note import NoteLink
from retrieval.calendar import dated
from retrieval.chunk import Chunk
from retrieval.filters import Filters
from retrieval.lexical import number
from retrieval.lexical import terms as lexical_terms
from retrieval.span import Span
from retrieval.store import COPIES, NoteLabel
from tests.fakes.filtering import passes


class FakeCatalog:
    """Keeps `ingest.catalog.NoteCatalog` and `retrieval.store.ChunkStore` in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[UUID, CutNote] = {}
        self.failed: dict[str, str] = {}
        self.writes = 0
        """Changes made so far; a sync with nothing to do makes none."""
        self._passed_over: list[PassedOver] = []
        self._state: dict[str, str] = {}
        self._lock = RLock()

    def holds_below(self, folder: str) -> bool:
        return any(entry.note.path.startswith(folder) for entry in self.entries.values())

    def failures(self) -> Mapping[str, str]:
        return dict(self.failed)

    def known(self, paths: Collection[str] | None = None) -> Sequence[KnownNote]:
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
                    if paths is None or entry.note.path in paths
                ),
                key=lambda note: note.path,
            )

    def store(self, notes: Sequence[CutNote]) -> None:
        with self._lock:
            for each in notes:
                self._free_path(each.note.path, each.note.id)
                self.entries[each.note.id] = each
            self.writes += 1

    def relocate(self, moves: Sequence[Move]) -> None:
        with self._lock:
            for move in moves:
                if move.note_id not in self.entries:
                    continue
                self._free_path(move.path, move.note_id)
                entry = self.entries[move.note_id]
                modified = datetime.fromtimestamp(move.modified_ns / 1_000_000_000, UTC)
                note = replace(entry.note, path=move.path, modified=modified)
                self.entries[move.note_id] = replace(entry, note=note, modified_ns=move.modified_ns)
                self.writes += 1

    def remove(self, note_ids: Collection[UUID]) -> None:
        with self._lock:
            for note_id in note_ids:
                if self.entries.pop(note_id, None):
                    self.writes += 1

    def totals(self) -> Totals:
        chunks = self._every_chunk()
        return Totals(len(self.entries), len(chunks), len({chunk.point for chunk in chunks}))

    def points(self, note_ids: Collection[UUID]) -> set[UUID]:
        return {chunk.point for chunk in self._every_chunk() if chunk.note_id in note_ids}

    def live_points(self, points: Collection[UUID] | None = None) -> set[UUID]:
        live = {chunk.point for chunk in self._every_chunk()}
        return live if points is None else live & set(points)

    def notes_of(self, points: Collection[UUID]) -> set[UUID]:
        return {chunk.note_id for chunk in self._every_chunk() if chunk.point in points}

    def note_chunks(self, note_id: UUID) -> Sequence[Chunk]:
        chunks = [chunk for chunk in self._every_chunk() if chunk.note_id == note_id]
        return sorted(chunks, key=lambda chunk: chunk.ordinal)

    def links(self, note_id: UUID) -> Sequence[NoteLink]:
        with self._lock:
            entry = self.entries.get(note_id)
        return entry.links if entry else ()

    def passed_over(self) -> Sequence[PassedOver]:
        return sorted(self._passed_over, key=lambda each: each.path)

    def record_passed_over(self, files: Sequence[PassedOver]) -> None:
        if self.passed_over() != sorted(files, key=lambda each: each.path):
            self._passed_over = list(files)
            self.writes += 1

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
            if self.failed == dict(failures):
                return
            self.failed = dict(failures)

    def chunks(self, points: Collection[UUID] | None = None) -> Iterator[Chunk]:
        wanted = self.live_points(points)
        found = self.by_point(wanted)
        yield from (found[point][0] for point in sorted(wanted))

    def state(self, key: str) -> str | None:
        return self._state.get(key)

    def remember(self, key: str, value: str) -> None:
        self._state[key] = value

    def by_point(self, points: Collection[UUID]) -> Mapping[UUID, Sequence[Chunk]]:
        found: dict[UUID, list[Chunk]] = {}
        for chunk in sorted(self._every_chunk(), key=_place):
            if chunk.point in points and len(found.setdefault(chunk.point, [])) < COPIES:
                found[chunk.point].append(chunk)
        return found

    def named(self, terms: Collection[int], limit: int) -> Mapping[UUID, frozenset[int]]:
        with self._lock:
            names = {
                entry.note.id: frozenset(map(number, lexical_terms(entry.note.title)))
                for entry in self.entries.values()
                if entry.note.named
            }
        wanted = set(terms)
        found = sorted(
            (note_id for note_id in names if names[note_id] & wanted),
            key=lambda note_id: (-len(names[note_id] & wanted), note_id),
        )
        return {note_id: names[note_id] for note_id in found[:limit]}

    def around(self, places: Sequence[tuple[UUID, int]], reach: int) -> list[Chunk]:
        return [
            chunk
            for chunk in sorted(self._every_chunk(), key=_place)
            if any(
                chunk.note_id == note_id and abs(chunk.ordinal - ordinal) <= reach
                for note_id, ordinal in places
            )
        ]

    def led_to(self, places: Sequence[tuple[UUID, Span]]) -> Sequence[Collection[UUID]]:
        with self._lock:
            notes = {key: entry.note for key, entry in self.entries.items()}
            links = {key: entry.links for key, entry in self.entries.items()}
        table = NameTable(
            Named(each.id, each.path, each.title, aliases_of(each.text)) for each in notes.values()
        )
        return [
            {
                there
                for link in links.get(note_id, ())
                if span.start <= link.span.start
                and link.span.end <= span.end
                and (there := table.note(link.target, notes[note_id].path)) not in {None, note_id}
            }
            for note_id, span in places
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

    def points_within(
        self, filters: Filters, limit: int | None = None, among: Collection[UUID] | None = None
    ) -> set[UUID]:
        points = {chunk.point for chunk in self._within(filters)}
        return set(sorted(points)[:limit]) if among is None else points.intersection(among)

    def passing(self, filters: Filters, chunk_ids: Collection[UUID]) -> set[UUID]:
        return {chunk.id for chunk in self._within(filters) if chunk.id in chunk_ids}

    def holding(self, words: Collection[str], limit: int) -> set[UUID]:
        lowered = [word.lower() for word in words]
        points = {
            chunk.point
            for chunk in self._every_chunk()
            if any(word in chunk.text.lower() for word in lowered)
        }
        return set(sorted(points)[:limit])

    def newest(self, filters: Filters, limit: int) -> list[Chunk]:
        found = sorted(self._within(filters), key=_place)
        found.sort(key=lambda chunk: self.entries[chunk.note_id].note.modified, reverse=True)
        found.sort(key=lambda chunk: chunk.when if dated(chunk.when) else "", reverse=True)
        return found[: max(0, limit)]

    def months(self) -> tuple[str, ...]:
        months = {dated(chunk.when)[:7] for chunk in self._every_chunk()}
        return tuple(sorted(month for month in months if len(month) == len("2024-03")))

    def speakers(self) -> frozenset[str]:
        return frozenset(name for chunk in self._every_chunk() for name in chunk.speakers)

    def _within(self, filters: Filters) -> list[Chunk]:
        with self._lock:
            return [
                chunk
                for entry in self.entries.values()
                for chunk in entry.chunks
                if passes(filters, entry.note, chunk)
            ]

    def _every_chunk(self) -> list[Chunk]:
        with self._lock:
            return [chunk for entry in self.entries.values() for chunk in entry.chunks]

    def _free_path(self, path: str, note_id: UUID) -> None:
        for other, entry in self.entries.items():
            if entry.note.path == path and other != note_id:
                moved = replace(entry.note, path=f"\x00{other}")
                self.entries[other] = replace(entry, note=moved)
                return


def _place(chunk: Chunk) -> tuple[UUID, int, UUID]:
    return (chunk.note_id, chunk.ordinal, chunk.id)
