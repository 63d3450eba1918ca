"""What an examination found, mended by the cheapest true means."""

from collections.abc import Callable, Collection
from uuid import UUID

from ingest.catalog import CutNote, Move
from ingest.cutting import cut
from ingest.examining import Findings, Folders, Stores
from ingest.lengths import Lengths, distrust
from ingest.listing import Found
from ingest.planning import Step
from ingest.recutting import recut
from ingest.repair import compare, index_chunks, mend
from ingest.source import NotesFolderError

_NOTES_AT_ONCE = 100


class Mending:
    """Mends catalogue and index."""

    def __init__(self, stores: Stores, sync: Callable[[], object] | None) -> None:
        """Mend ``stores``; ``sync`` takes the folders' changes in, None where none is known."""
        self._stores = stores
        self._sync = sync

    def run(self, findings: Findings, folders: Folders | None) -> None:
        """Write anew what is wrong, take changes in, and make the index follow."""
        if findings.broken or findings.recount:
            distrust(self._stores.catalog)
        self._rewrite(findings.broken, folders)
        self._have_read_again(findings.unread)
        if self._sync is not None:
            try:
                self._sync()
            except NotesFolderError:
                self._settle()
        else:
            self._settle()
        self._write_points(findings.points)
        self._stores.index.flush()

    def _rewrite(self, broken: Collection[UUID], folders: Folders | None) -> None:
        """Write rows anew, from the files where they are, else from the stored texts."""
        files = {found.path: found for found in folders.listing.found} if folders else {}
        wanted = sorted(broken)
        for start in range(0, len(wanted), _NOTES_AT_ONCE):
            right: list[CutNote] = []
            for stored in self._stores.records.stored(wanted[start : start + _NOTES_AT_ONCE]):
                found = files.get(stored.path)
                fresh = self._from_file(folders, found, stored.id) if found else None
                right.append(fresh or recut(stored))
            self._stores.records.rewrite(right)

    def _from_file(self, folders: Folders | None, found: Found, note_id: UUID) -> CutNote | None:
        return cut(folders.source, Step(found, note_id)).note if folders else None

    def _have_read_again(self, unread: Collection[UUID]) -> None:
        """Forget the files' times, so that the next sync looks into them."""
        moves = [
            Move(note.id, note.path, 0)
            for note in self._stores.catalog.known()
            if note.id in unread
        ]
        if moves:
            self._stores.catalog.relocate(moves)

    def _settle(self) -> None:
        """Do what a sync does without its folders: points and totals."""
        lengths = Lengths(self._stores.catalog, self._stores.encoder)
        lengths.prepare()
        difference = compare(self._stores.catalog, self._stores.index)
        mend(difference, self._stores.catalog, self._stores.index, self._stores.encoder)
        if lengths.settle():
            lengths.reencode(self._stores.index)

    def _write_points(self, points: Collection[UUID]) -> None:
        """Write points anew that have another vector than their texts give."""
        if points:
            chunks = self._stores.catalog.chunks(points)
            index_chunks(chunks, self._stores.index, self._stores.encoder)
