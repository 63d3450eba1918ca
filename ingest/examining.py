"""Files, catalogue and index held against each other, all of them, in both directions.

Every file is read and cut again, every row compared with what that gives, every point with the
vector its text gives. Nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from uuid import UUID

from ingest.catalog import KnownNote, NoteCatalog
from ingest.comparing import chunk_mismatches, is_same_point, note_mismatches
from ingest.cutting import CUTTER, Cut
from ingest.lengths import DRIFT, Figures, figures
from ingest.listing import Listing
from ingest.mismatch import Mismatch, MismatchKind, named
from ingest.planning import Plan, Step
from ingest.recutting import recut
from ingest.repair import Difference, compare
from ingest.source import Source
from ingest.stored import Records, StoredNote
from ingest.workers import cuts
from retrieval.chunk import Chunk
from retrieval.index import ChunkIndex, Point
from retrieval.lexical import LEXICAL_VERSION, LexicalEncoder

_NOTES_AT_ONCE = 100
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Stores:
    """Where notes are kept, and how they are encoded."""

    catalog: NoteCatalog
    records: Records
    index: ChunkIndex
    encoder: LexicalEncoder


@dataclass(slots=True)
class Findings:
    """What an examination found, and what mending needs to know of it."""

    mismatches: list[Mismatch] = field(default_factory=list)
    broken: set[UUID] = field(default_factory=set)
    """Notes whose rows are to be written anew."""
    unread: set[UUID] = field(default_factory=set)
    """Notes whose files changed though size and time did not."""
    points: set[UUID] = field(default_factory=set)
    """Points that are to be written anew."""
    recount: bool = False
    """Whether the remembered totals are wrong."""
    files: int = 0
    """Files that are notes."""

    def add(self, kind: MismatchKind, what: str) -> None:
        """Remember one mismatch."""
        self.mismatches.append(Mismatch(kind, what))


@dataclass(frozen=True, slots=True)
class Folders:
    """The notes folders as they are now, and what a sync would do."""

    source: Source
    listing: Listing
    plan: Plan


class Examining:
    """One examination."""

    def __init__(self, stores: Stores) -> None:
        """Examine ``stores``."""
        self._stores = stores
        self._found = Findings()
        self._figures: Figures = figures(stores.catalog)
        self._lengths: dict[UUID, int] = {}
        """Number of terms of each point that a stored note should have."""

    def run(self, folders: Folders | None) -> Findings:
        """Compare everything; without ``folders`` the notes' stored texts stand for the files."""
        if self._figures.average is not None:
            self._stores.encoder.average_length = self._figures.average
        difference = compare(self._stores.catalog, self._stores.index)
        by_path = {note.path: note for note in self._stores.catalog.known()}
        self._tell_displaced(by_path.values())
        examined: set[UUID] = set()
        if folders is not None:
            self._found.files = len(folders.listing.found) - len(folders.plan.passed_over)
            examined = self._hold_against_files(folders, by_path, difference)
        rest = [note.id for note in by_path.values() if note.id not in examined]
        for some in _slices(rest, _NOTES_AT_ONCE):
            self._hold_against_texts(self._stores.records.stored(some), difference)
        self._tell_points(difference)
        self._tell_figures()
        return self._found

    def _hold_against_files(
        self, folders: Folders, by_path: Mapping[str, KnownNote], difference: Difference
    ) -> set[UUID]:
        """Compare notes with their files; return the ids of those that could be."""
        told = {failure.path for failure in folders.plan.failed}
        pending = {step.found.path for step in (*folders.plan.changed, *folders.plan.moved)}
        steps = [
            Step(found, by_path[found.path].id)
            for found in folders.listing.found
            if found.path in by_path and found.path not in told | pending
        ]
        examined: set[UUID] = set()
        for some in _slices(cuts(folders.source, steps, self._stores.encoder), _NOTES_AT_ONCE):
            examined |= self._hold_against_cuts(some, difference)
        return examined

    def _hold_against_cuts(self, some: Sequence[Cut], difference: Difference) -> set[UUID]:
        made = {each.step.note_id: each for each in some if each.note is not None}
        examined: set[UUID] = set()
        points: dict[UUID, Point] = {}
        for stored in self._stores.records.stored([key for key in made if key is not None]):
            each = made[stored.id]
            if each.note is None or self._is_another_file(stored, each):
                continue
            examined.add(stored.id)
            self._remember(stored.id, note_mismatches(stored, each.note))
            points.update(self._points_of(each))
        for each in some:
            if each.note is None:
                reason = each.failure or each.passed_over
                self._found.add(MismatchKind.FILE_UNREADABLE, reason.rstrip("."))
        self._hold_against_points(points, difference)
        return examined

    def _is_another_file(self, stored: StoredNote, made: Cut) -> bool:
        """Tell a note that is to be read again; its rows are held against its own text."""
        note = made.note
        if stored.cutter != CUTTER or note is None:
            return True  # told by the plan
        if stored.digest == note.note.digest or stored.text == note.note.text:
            return False
        self._found.unread.add(stored.id)
        self._found.add(
            MismatchKind.FILE_CHANGED,
            f"{named(stored.path)} holds other bytes than were read, though its size and time "
            "are the same",
        )
        return True

    def _hold_against_texts(self, notes: Iterable[StoredNote], difference: Difference) -> None:
        """Compare notes that have no readable file with what their stored text gives."""
        points: dict[UUID, Point] = {}
        for stored in notes:
            if stored.cutter == CUTTER:
                right = recut(stored)
                self._remember(stored.id, note_mismatches(stored, right))
                points.update(self._encoded(right.pointed))
            else:
                # What an earlier version made of the text is not known any more.
                right = recut(stored)
                certain = _ANY_CUT if stored.chunks else {*_ANY_CUT, MismatchKind.CHUNKS_MISSING}
                sound = [each for each in chunk_mismatches(stored, right) if each.kind in certain]
                self._remember(stored.id, sound)
                self._lengths.update(self._lengths_of(stored))
        self._hold_against_points(points, difference)

    def _remember(self, note_id: UUID, mismatches: Iterable[Mismatch]) -> None:
        before = len(self._found.mismatches)
        self._found.mismatches.extend(mismatches)
        if len(self._found.mismatches) > before:
            self._found.broken.add(note_id)

    def _points_of(self, made: Cut) -> Iterator[tuple[UUID, Point]]:
        if made.note is not None and not made.points:
            yield from self._encoded(made.note.pointed)
        for identifier, (point, length) in made.points.items():
            if identifier not in self._lengths:
                self._lengths[identifier] = length
                yield identifier, point

    def _encoded(self, pointed: Iterable[tuple[Chunk, UUID]]) -> Iterator[tuple[UUID, Point]]:
        for chunk, identifier in pointed:
            if identifier not in self._lengths:
                vector, length = self._stores.encoder.passage(chunk.indexed_text)
                self._lengths[identifier] = length
                yield identifier, Point(identifier, chunk.kind, vector)

    def _lengths_of(self, stored: StoredNote) -> Iterator[tuple[UUID, int]]:
        for chunk in stored.chunks:
            if chunk.point not in self._lengths:
                yield chunk.point, self._stores.encoder.passage(chunk.indexed_text)[1]

    def _hold_against_points(self, points: Mapping[UUID, Point], difference: Difference) -> None:
        """Compare points of the index with those that the texts give."""
        if not self._figures.current:
            return  # all of them are written again
        for indexed in self._stores.index.points(points.keys() - difference.missing):
            if not is_same_point(indexed, points[indexed.id]):
                self._found.points.add(indexed.id)
                self._found.add(
                    MismatchKind.POINT_VECTOR,
                    f"point {indexed.id} has another vector than its text gives",
                )

    def _tell_displaced(self, known: Iterable[KnownNote]) -> None:
        for note in known:
            if "\x00" in note.path:
                self._found.add(
                    MismatchKind.PATH_DISPLACED,
                    f"note {note.id} has lost its path to another one and found none of its own",
                )

    def _tell_points(self, difference: Difference) -> None:
        for point in sorted(difference.missing):
            self._found.add(MismatchKind.POINT_MISSING, f"point {point} is not in the index")
        for point in sorted(difference.orphans):
            self._found.add(
                MismatchKind.POINT_LEFT_OVER, f"point {point} of the index belongs to no chunk"
            )

    def _tell_figures(self) -> None:
        """Compare what is remembered of the texts' lengths with the texts."""
        known = self._figures
        if self._stores.catalog.totals().points == 0:
            return
        if not known.current:
            self._found.recount = True
            self._found.add(
                MismatchKind.INDEX_VERSION,
                f"the index was not written by version {LEXICAL_VERSION} of the lexical search",
            )
        total, points = sum(self._lengths.values()), len(self._lengths)
        if known.average is None or abs(total / points / known.average - 1) > DRIFT:
            self._found.recount = True
            self._found.add(
                MismatchKind.AVERAGE_WRONG,
                f"texts are {total / points:.1f} terms long on average, not "
                f"{'what is remembered' if known.average is None else known.average}",
            )
        if not self._found.broken and (known.terms != total or known.unfinished):
            self._found.recount = True
            self._found.add(
                MismatchKind.TERMS_WRONG,
                f"the texts have {total} terms, not "
                f"{'what is remembered' if known.terms is None else known.terms}",
            )


_ANY_CUT = frozenset(
    {
        MismatchKind.CHUNK_ORDER,
        MismatchKind.CHUNK_OUTSIDE,
        MismatchKind.CHUNK_TEXT,
        MismatchKind.CHUNK_POINT,
    }
)
"""Faults of a chunk whichever version cut it."""


def _slices(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
