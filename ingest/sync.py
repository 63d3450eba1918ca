"""The flow "notes in": a folder's notes into catalogue and index.

For each note: new points into the index, then one transaction that swaps its rows, then its old
points out of the index. A crash between two of these leaves points without a row, or rows that
still have theirs; the next sync compares both sides first and takes the leftovers out.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

from ingest.catalog import CatalogUnusableError, KnownNote, NoteCatalog
from ingest.chunking import CUTTER_VERSION, chunks
from ingest.decoding import Decoded
from ingest.formats import FileBytes, Format, format_of
from ingest.lengths import Lengths
from ingest.note import LeftOut, Note
from ingest.parsing import Parsed
from ingest.planning import Plan, Step, plan
from ingest.repair import compare, index_chunks, mend
from ingest.report import Failure, Omission, Progress, Report
from ingest.source import Contents, Found, NotesFolderEmptiedError, Source
from retrieval.chunk import Chunk
from retrieval.index import ChunkIndex, IndexUnusableError
from retrieval.lexical import LEXICAL_VERSION, LexicalEncoder

CUTTER = f"{CUTTER_VERSION}.{LEXICAL_VERSION}"
_SAMPLED = 24
"""Notes from which a first sync learns how long passages are."""


class Sync:
    """One sync of a folder."""

    def __init__(
        self,
        folder: Path,
        catalog: NoteCatalog,
        index: ChunkIndex,
        encoder: LexicalEncoder,
        max_note_bytes: int,
    ) -> None:
        """Sync ``folder`` with ``catalog`` and ``index``; larger files are reported, not read."""
        self._source = Source(folder, max_note_bytes)
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._lengths = Lengths(catalog, encoder)
        self._written = 0
        self._done: set[str] = set()
        self._failures: dict[str, str] = {}

    def plan(self) -> Plan:
        """Decide what `run` would do, reading only.

        Raises:
            NotesFolderError: The folder cannot be listed, or holds no note where notes were.
        """
        found, known = self._source.found(), self._catalog.known()
        if known and not found:
            raise NotesFolderEmptiedError(self._source.folder, len(known))
        return plan(found, known, self._digest, CUTTER)

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Take the folder's changes in.

        Args:
            on_progress: Told before each note that needs work, and once at the end.
            cancelled: Asked before each note; when true, what is done stays and the rest waits for
                the next sync.

        Raises:
            NotesFolderError: The folder cannot be listed, or holds no note where notes were.
        """
        started = perf_counter()
        self._written = 0
        self._done = set()
        self._lengths.prepare()
        self._written += self._mended()
        todo = self.plan()
        self._failures = {failure.path: failure.reason for failure in todo.failed}
        if self._lengths.unknown:
            self._lengths.assume(self._sample(todo))
        stopped = self._work_through(todo, on_progress or _ignore, cancelled or _never)
        if self._lengths.settle():
            self._written += self._lengths.reencode(self._index)
        self._catalog.record_failures(self._failures)
        if self._written or todo.deleted:
            self._index.flush()
        return self._report(todo, started, cancelled=stopped)

    def _work_through(
        self, todo: Plan, on_progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> bool:
        """Do the plan's steps; return whether it was cancelled before the end."""
        for note_id, found in todo.touched:
            self._catalog.relocate(note_id, found.path, modified_ns=found.modified_ns)
        for step in (*todo.added, *todo.changed, *todo.moved):
            if cancelled():
                return True
            on_progress(Progress(len(self._done), todo.work, self._written, step.found.path))
            self._take_in_or_report(step)
            self._done.add(step.found.path)
        for note in todo.deleted:
            if cancelled():
                return True
            on_progress(Progress(len(self._done), todo.work, self._written, note.path))
            self._take_out(note)
            self._done.add(note.path)
        on_progress(Progress(len(self._done), todo.work, self._written, ""))
        return False

    def _sample(self, todo: Plan) -> Iterator[Chunk]:
        """Yield the chunks of some of the notes to come, spread over the folder."""
        for step in todo.added[:: max(1, len(todo.added) // _SAMPLED)]:
            try:
                file = FileBytes(step.found.path, self._source.read(step.found).data)
                form = format_of(file)
                text = form.text(file).text
            except (OSError, ValueError):
                continue
            yield from chunks(UUID(int=0), text, form.parse(text, file.name))

    def _take_in_or_report(self, step: Step) -> None:
        """Take one note in; whatever goes wrong with it becomes a line of the report.

        A broken index or catalogue is no fault of the note's, and ends the sync.
        """
        try:
            self._take_in(step)
        except (IndexUnusableError, CatalogUnusableError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad note must not stop the others
            self._failures[step.found.path] = str(error) or type(error).__name__

    def _take_in(self, step: Step) -> None:
        contents = self._source.read(step.found)
        file = FileBytes(step.found.path, contents.data)
        form = format_of(file)
        decoded = form.text(file)
        parsed = form.parse(decoded.text, file.name)
        note = _note(step, contents, decoded, parsed, form)
        cut = chunks(note.id, note.text, parsed)
        before = self._catalog.chunk_ids(note.id) if step.note_id is not None else set[UUID]()
        fresh = [chunk for chunk in cut if chunk.id not in before]
        gone = before - {chunk.id for chunk in cut}
        lengths = [-self._expect_change(gone)] if fresh or gone else []
        self._written += index_chunks(fresh, self._index, self._encoder, lengths.append)
        self._catalog.store(note, cut, modified_ns=contents.modified_ns, cutter=CUTTER)
        self._lengths.changed(sum(lengths))
        self._index.remove(gone)

    def _take_out(self, note: KnownNote) -> None:
        gone = self._catalog.chunk_ids(note.id)
        lost = self._expect_change(gone)
        self._catalog.remove(note.id)
        self._lengths.changed(-lost)
        self._index.remove(gone)

    def _expect_change(self, gone: set[UUID]) -> int:
        """Tell that passages come or go; return the number of terms of those that go."""
        return self._lengths.expect(self._catalog.chunks(gone))

    def _mended(self) -> int:
        difference = compare(self._catalog, self._index)
        return 0 if difference.none else mend(difference, self._catalog, self._index, self._encoder)

    def _digest(self, found: Found) -> str:
        return _digest(self._source.read(found))

    def _report(self, todo: Plan, started: float, *, cancelled: bool) -> Report:
        notes, total = self._catalog.totals()
        taken = self._done - set(self._failures)
        return Report(
            notes=notes,
            added=sum(step.found.path in taken for step in todo.added),
            changed=sum(step.found.path in taken for step in todo.changed),
            moved=sum(step.found.path in taken for step in todo.moved),
            deleted=sum(note.path in taken for note in todo.deleted),
            unchanged=len(todo.unchanged) + len(todo.touched),
            failed=tuple(Failure(path, why) for path, why in sorted(self._failures.items())),
            chunks=total,
            chunks_written=self._written,
            embedded=0,
            left_out=tuple(Omission(*each) for each in self._catalog.omissions()),
            ms=round((perf_counter() - started) * 1000),
            cancelled=cancelled,
        )


def _note(step: Step, contents: Contents, decoded: Decoded, parsed: Parsed, form: Format) -> Note:
    return Note(
        id=step.note_id or uuid4(),
        path=step.found.path,
        title=parsed.title,
        kind=parsed.kind,
        text=decoded.text,
        digest=_digest(contents),
        encoding=decoded.encoding,
        size=len(contents.data),
        modified=datetime.fromtimestamp(contents.modified_ns / 1e9, UTC),
        format=form.name,
        tags=parsed.tags,
        lossy=decoded.lossy,
        left_out=tuple(
            LeftOut(block.span, block.reason) for block in parsed.blocks if block.reason
        ),
    )


def _digest(contents: Contents) -> str:
    return hashlib.sha256(contents.data).hexdigest()


def _ignore(progress: Progress) -> None:
    del progress


def _never() -> bool:
    return False
