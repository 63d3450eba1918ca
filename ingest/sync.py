"""The flow "notes in": the folders' notes into catalogue and index.

Some notes at a time: new points into the index, then one transaction that swaps their rows, then
points that nothing needs any more out of the index. A crash between two of these leaves points
without a row, or rows that still have theirs; the next sync compares both sides first and takes the
leftovers out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from ingest.catalog import CatalogUnusableError, CutNote, KnownNote, Move, NoteCatalog, PassedOver
from ingest.cutting import CUTTER, Cut, cut, digest_of
from ingest.lengths import Lengths
from ingest.listing import Found, Listing
from ingest.planning import Plan, Remembered, Step, plan
from ingest.repair import compare, mend
from ingest.replacing import Replacing
from ingest.report import Failure, Omission, PassedBy, Progress, Report
from ingest.source import NotesFolderEmptiedError, Source
from ingest.workers import cuts
from retrieval.chunk import Chunk
from retrieval.failpoint import reach
from retrieval.index import ChunkIndex, IndexUnusableError, Point
from retrieval.lexical import LexicalEncoder

Item = TypeVar("Item")
_SAMPLED = 24
"""Notes from which a first sync learns how long passages are."""
_NOTES_AT_ONCE = 100
_CHUNKS_AT_ONCE = 400
"""A transaction holds about this much; what comes later is searchable later."""


@dataclass(slots=True)
class _Tally:
    """What a run has done so far."""

    written: int = 0
    done: int = 0
    changed: bool = False
    taken: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)
    passed_over: list[PassedOver] = field(default_factory=list)


class Sync:
    """One sync of the notes folders."""

    def __init__(
        self, source: Source, catalog: NoteCatalog, index: ChunkIndex, encoder: LexicalEncoder
    ) -> None:
        """Sync ``source`` with ``catalog`` and ``index``."""
        self._source = source
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._lengths = Lengths(catalog, encoder)
        self._replacing = Replacing(catalog, index, encoder, self._lengths)
        self._tally = _Tally()

    def plan(self, *, accept_deletions: bool = False) -> Plan:
        """Decide what `run` would do, reading only.

        Raises:
            NotesFolderError: No folder can be listed, or none holds a note where notes were.
        """
        return self._plan(self._source.found(), accept_deletions=accept_deletions)

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
    ) -> Report:
        """Take the folders' changes in.

        Args:
            on_progress: Told after each note that needs work, and once at the end.
            cancelled: Asked before each note; when true, what is done stays and the rest waits for
                the next sync.
            accept_deletions: Take missing notes out however many they are.

        Raises:
            NotesFolderError: No folder can be listed, or none holds a note where notes were.
        """
        started = perf_counter()
        tally = self._tally = _Tally()
        self._lengths.prepare()
        listing = self._source.found()
        self._mend()
        todo = self._plan(listing, accept_deletions=accept_deletions)
        tally.failures = {failure.path: failure.reason for failure in todo.failed}
        tally.passed_over = list(todo.passed_over)
        if self._lengths.unknown:
            self._lengths.assume(self._sample(todo))
        stopped = self._work_through(todo, on_progress or _ignore, cancelled or _never)
        reach("before settling")
        if self._lengths.settle():
            tally.written += self._lengths.reencode(self._index)
        self._catalog.record_failures(tally.failures)
        self._catalog.record_passed_over(tally.passed_over)
        if tally.written or tally.changed:
            self._index.flush()
        reach("end")
        return self._report(listing, todo, started, cancelled=stopped)

    def _plan(self, listing: Listing, *, accept_deletions: bool) -> Plan:
        known = self._catalog.known()
        if known and not listing.found and not listing.unseen and not accept_deletions:
            raise NotesFolderEmptiedError(self._source.name, len(known))
        remembered = Remembered(known, self._catalog.passed_over())
        return plan(listing, remembered, self._digest, CUTTER, accept_deletions=accept_deletions)

    def _work_through(
        self, todo: Plan, on_progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> bool:
        """Do the plan's steps; return whether it was cancelled before the end."""
        tally = self._tally
        if todo.touched:
            self._catalog.relocate(
                [Move(note_id, found.path, found.modified_ns) for note_id, found in todo.touched]
            )
        stopped = False
        batch: list[Cut] = []
        made = cuts(self._source, todo.to_read, self._encoder)
        for each in made:
            on_progress(Progress(tally.done, todo.work, tally.written, each.step.found.path))
            batch.append(each)
            tally.done += 1
            stopped = cancelled()
            if stopped or _is_full(batch):
                self._take_in(batch)
                batch = []
            if stopped:
                made.close()
                break
        self._take_in(batch)
        for some in _slices(todo.deleted, _NOTES_AT_ONCE):
            stopped = stopped or cancelled()
            if stopped:
                break
            on_progress(Progress(tally.done, todo.work, tally.written, some[0].path))
            self._take_out(some)
            tally.done += len(some)
        on_progress(Progress(tally.done, todo.work, tally.written, ""))
        return stopped

    def _take_in(self, batch: Sequence[Cut]) -> None:
        """Take notes in; whatever goes wrong with one of them becomes a line of the report.

        A broken index or catalogue is no fault of a note's, and ends the sync.
        """
        good = [each for each in batch if each.note is not None]
        for each in batch:
            self._set_apart(each)
        try:
            self._replace(good)
        except (IndexUnusableError, CatalogUnusableError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad note must not stop the others
            if len(good) > 1:
                for each in good:
                    self._take_in([each])
            else:
                path = good[0].step.found.path
                self._tally.failures[path] = str(error) or type(error).__name__

    def _set_apart(self, each: Cut) -> None:
        """Count a file that failed, or is no note."""
        found = each.step.found
        if each.failure:
            self._tally.failures[found.path] = each.failure
        elif each.passed_over:
            self._tally.passed_over.append(
                PassedOver(found.path, found.size, found.modified_ns, CUTTER, each.passed_over)
            )
            if each.step.note_id is not None:
                self._swap([], [each.step.note_id], {})

    def _replace(self, batch: Sequence[Cut]) -> None:
        notes = [each.note for each in batch if each.note is not None]
        made: dict[UUID, tuple[Point, int]] = {}
        for each in batch:
            made.update(each.points)
        known = [each.step.note_id for each in batch if each.step.note_id is not None]
        if notes:
            self._swap(notes, known, made)
        self._tally.taken.update(each.step.found.path for each in batch)

    def _take_out(self, notes: Sequence[KnownNote]) -> None:
        self._swap([], [note.id for note in notes], {})
        self._tally.taken.update(note.path for note in notes)

    def _swap(
        self,
        notes: Sequence[CutNote],
        known: Sequence[UUID],
        made: Mapping[UUID, tuple[Point, int]],
    ) -> None:
        self._tally.written += self._replacing.replace(notes, known, made)
        self._tally.changed = True

    def _sample(self, todo: Plan) -> Iterator[Chunk]:
        """Yield the chunks of some of the notes to come, spread over the folder."""
        for step in todo.added[:: max(1, len(todo.added) // _SAMPLED)]:
            note = cut(self._source, step).note
            yield from note.chunks if note is not None else ()

    def _mend(self) -> None:
        difference = compare(self._catalog, self._index)
        if not difference.none:
            self._tally.written += mend(difference, self._catalog, self._index, self._encoder)
            reach("after mend")

    def _digest(self, found: Found) -> str:
        return digest_of(self._source.read(found))

    def _report(self, listing: Listing, todo: Plan, started: float, *, cancelled: bool) -> Report:
        tally, totals = self._tally, self._catalog.totals()
        taken = tally.taken - set(tally.failures)
        difference = compare(self._catalog, self._index)
        lost = self._catalog.notes_of(difference.missing) if difference.missing else set()
        passed = [PassedBy(each.path, each.reason) for each in listing.passed_over]
        passed.extend(PassedBy(each.path, each.reason) for each in tally.passed_over)
        return Report(
            notes=totals.notes,
            added=_count(todo.added, taken),
            changed=_count(todo.changed, taken),
            moved=_count(todo.moved, taken),
            deleted=sum(note.path in taken for note in todo.deleted),
            unchanged=len(todo.unchanged) + len(todo.touched),
            failed=tuple(Failure(path, why) for path, why in sorted(tally.failures.items())),
            chunks=totals.chunks,
            chunks_written=tally.written,
            embedded=0,
            left_out=tuple(Omission(*each) for each in self._catalog.omissions()),
            ms=round((perf_counter() - started) * 1000),
            cancelled=cancelled,
            files=len(listing.found) - len(tally.passed_over),
            searchable=totals.notes - len(lost),
            orphans=len(difference.orphans),
            held_back=tuple(note.path for note in todo.held_back),
            passed_over=tuple(sorted(passed, key=_by_path)),
        )


def _by_path(passed: PassedBy) -> str:
    return passed.path


def _count(steps: Iterable[Step], taken: set[str]) -> int:
    return sum(step.found.path in taken for step in steps)


def _is_full(batch: Sequence[Cut]) -> bool:
    chunks = sum(len(each.note.chunks) for each in batch if each.note is not None)
    return len(batch) >= _NOTES_AT_ONCE or chunks >= _CHUNKS_AT_ONCE


def _slices(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _ignore(progress: Progress) -> None:
    del progress


def _never() -> bool:
    return False
