"""The flow "notes in": the folders' notes into catalogue and index.

Some notes at a time: new points into the index, then one transaction that swaps their rows, then
points that nothing needs any more out of the index. A crash between two of these leaves points
without a row, or rows that still have theirs; the next sync compares both sides first and takes the
leftovers out.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from ingest.catalog import CatalogUnusableError, CutNote, KnownNote, Move, NoteCatalog, PassedOver
from ingest.cutting import CUTTER, Cut, cut, digest_of
from ingest.lengths import Lengths
from ingest.listing import Found, Listing
from ingest.planning import Plan, Remembered, plan
from ingest.repair import NO_DIFFERENCE, compare, mend
from ingest.replacing import Replacing
from ingest.report import Omission, PassedBy, Progress, Report
from ingest.source import Look, NotesFolderEmptiedError, Source
from ingest.tally import Tally
from ingest.trying import tried
from ingest.workers import cuts
from retrieval.chunk import Chunk
from retrieval.failpoint import reach
from retrieval.index import ChunkIndex, IndexUnusableError, Point
from retrieval.lexical import LexicalEncoder

Item = TypeVar("Item")
_SAMPLED = 24
"""Notes from which a first sync learns how long passages are."""
_NOTES_AT_ONCE = 200
_CHUNKS_AT_ONCE = 800
"""A transaction holds about this much; what comes later is searchable later."""


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
        self._tally = Tally()

    def plan(self, *, accept_deletions: bool = False) -> Plan:
        """Decide what `run` would do, reading only.

        Raises:
            NotesFolderError: No folder can be listed, or none holds a note where notes were.
        """
        listing = self._source.found()
        todo = self._plan(listing, accept_deletions=accept_deletions)
        return tried(todo, listing, self._source)

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        accept_deletions: bool = False,
        only: Collection[Path] = (),
    ) -> Report:
        """Take the folders' changes in.

        Args:
            on_progress: Told after each note that needs work, and once at the end.
            cancelled: Asked before each note; when true, what is done stays and the rest waits for
                the next sync.
            accept_deletions: Take missing notes out however many they are.
            only: Places that changed; the rest of the folders is not looked at where these tell
                enough. Without any, everything is.

        Raises:
            NotesFolderError: No folder can be listed, or none holds a note where notes were.
        """
        started = perf_counter()
        tally = self._tally = Tally()
        self._lengths.prepare()
        look = self._look(only)
        if look is None:
            self._mend()
        listing, todo = self._decide(look, accept_deletions=accept_deletions)
        tally.failures = {failure.path: failure.reason for failure in todo.failed}
        tally.passed_over = list(todo.passed_over)
        if self._lengths.unknown:
            self._lengths.assume(self._sample(todo))
        stopped = self._work_through(todo, on_progress or _ignore, cancelled or _never)
        reach("before settling")
        if self._lengths.settle():
            tally.reweighted = self._lengths.reencode(self._index)
        self._record(look)
        if tally.written or tally.reweighted or tally.changed:
            self._index.flush()
        reach("end")
        report = tally.report(todo, self._catalog.totals(), cancelled=stopped)
        report = replace(
            report, left_out=tuple(Omission(*each) for each in self._catalog.omissions())
        )
        if look is None:
            report = self._proved(report, listing, todo)
        return replace(report, ms=round((perf_counter() - started) * 1000))

    def _look(self, only: Collection[Path]) -> Look | None:
        """Look at changed places alone, if that tells enough."""
        look = self._source.look(only) if only else None
        if look is None or any(self._catalog.holds_below(f"{path}/") for path in look.paths):
            return None  # a folder that is gone may have held notes
        return look

    def _decide(self, look: Look | None, *, accept_deletions: bool) -> tuple[Listing, Plan]:
        if look is None:
            listing = self._source.found()
            return listing, self._plan(listing, accept_deletions=accept_deletions)
        passed_over = [each for each in self._catalog.passed_over() if each.path in look.paths]
        remembered = Remembered(
            self._catalog.known(look.paths), passed_over, self._catalog.totals().notes
        )
        return look.listing, plan(
            look.listing, remembered, self._digest, CUTTER, accept_deletions=accept_deletions
        )

    def _record(self, look: Look | None) -> None:
        """Remember what failed and what is no note; a look tells nothing of other files."""
        failures, passed_over = self._tally.failures, self._tally.passed_over
        if look is not None:
            before = self._catalog.failures().items()
            others = {path: why for path, why in before if path not in look.paths}
            failures = others | failures
            kept = [each for each in self._catalog.passed_over() if each.path not in look.paths]
            passed_over = self._tally.passed_over = kept + passed_over
        reach("before failures")
        self._catalog.record_failures(failures)
        reach("after failures")
        self._catalog.record_passed_over(passed_over)

    def _plan(self, listing: Listing, *, accept_deletions: bool) -> Plan:
        known = self._catalog.known()
        if known and not listing.found and not listing.unseen and not accept_deletions:
            raise NotesFolderEmptiedError(self._source.name, len(known))
        remembered = Remembered(known, self._catalog.passed_over(), len(known))
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
        chunks = 0
        with closing(cuts(self._source, todo.to_read, self._encoder)) as made:
            for _ in todo.to_read:
                stopped = cancelled()
                if stopped:
                    break
                each = next(made)
                on_progress(Progress(tally.done, todo.work, tally.written, each.step.found.path))
                batch.append(each)
                chunks += 0 if each.note is None else len(each.note.chunks)
                tally.done += 1
                if len(batch) >= _NOTES_AT_ONCE or chunks >= _CHUNKS_AT_ONCE:
                    self._take_in(batch)
                    batch, chunks = [], 0
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
            self._tally.changed = True
            self._tally.written += mend(difference, self._catalog, self._index, self._encoder)
            reach("after mend")

    def _digest(self, found: Found) -> str:
        return digest_of(self._source.read(found))

    def _proved(self, report: Report, listing: Listing, todo: Plan) -> Report:
        """Add what only a look at everything tells: that both sides hold what the files do."""
        # What was compared at the start still holds when nothing was written since.
        tally = self._tally
        written = tally.changed or tally.written or tally.reweighted
        difference = compare(self._catalog, self._index) if written else NO_DIFFERENCE
        lost = self._catalog.notes_of(difference.missing) if difference.missing else set()
        passed = [PassedBy(each.path, each.reason) for each in listing.passed_over]
        return replace(
            report,
            unchanged=len(todo.unchanged) + len(todo.touched),
            files=len(listing.found) - len(self._tally.passed_over),
            searchable=report.notes - len(lost),
            orphans=len(difference.orphans),
            passed_over=tuple(sorted((*report.passed_over, *passed), key=lambda each: each.path)),
        )


def _slices(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _ignore(progress: Progress) -> None:
    del progress


def _never() -> bool:
    return False
