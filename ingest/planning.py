"""What a sync will do, decided before anything is done. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ingest.catalog import KnownNote
from ingest.report import Failure
from ingest.source import Found


@dataclass(frozen=True, slots=True)
class Step:
    """One note that needs work."""

    found: Found
    note_id: UUID | None
    """The note it already is; None for a new one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a sync."""

    added: tuple[Step, ...]
    changed: tuple[Step, ...]
    moved: tuple[Step, ...]
    """Same content under another path."""
    touched: tuple[tuple[UUID, Found], ...]
    """Same content and path, another modification time."""
    deleted: tuple[KnownNote, ...]
    unchanged: tuple[KnownNote, ...]
    failed: tuple[Failure, ...]
    """Files that could not be read; what is known of them stays."""

    @property
    def work(self) -> int:
        """Notes that need reading, cutting or taking out."""
        return len(self.added) + len(self.changed) + len(self.moved) + len(self.deleted)


def plan(
    found: Sequence[Found],
    known: Sequence[KnownNote],
    digest: Callable[[Found], str],
    cutter: str,
) -> Plan:
    """Compare a folder with the catalogue.

    Args:
        found: The files there are.
        known: The notes the catalogue has.
        digest: Reads a file and returns the digest of its bytes; called only for files whose size
            or time differ from what is known. May raise OSError, which makes the file a failure.
        cutter: Version of parser and chunker; notes cut by another one are cut again.
    """
    by_path = {note.path: note for note in known}
    paths = {each.path for each in found}
    vanished = [note for note in known if note.path not in paths]
    sorting = _Sorting(cutter, _by_digest(vanished))
    for each in found:
        before = by_path.get(each.path)
        if before is not None and _untouched(each, before, cutter):
            sorting.unchanged.append(before)
            continue
        try:
            sorting.sort(each, before, digest(each))
        except OSError as error:
            sorting.failed.append(Failure(each.path, str(error)))
    moved = {step.note_id for step in sorting.moved}
    return Plan(
        added=tuple(sorting.added),
        changed=tuple(sorting.changed),
        moved=tuple(sorting.moved),
        touched=tuple(sorting.touched),
        deleted=tuple(note for note in vanished if note.id not in moved),
        unchanged=tuple(sorting.unchanged),
        failed=tuple(sorting.failed),
    )


class _Sorting:
    """Collects the steps of a plan."""

    def __init__(self, cutter: str, vanished: dict[str, list[KnownNote]]) -> None:
        self._cutter = cutter
        self._vanished = vanished
        self.added: list[Step] = []
        self.changed: list[Step] = []
        self.moved: list[Step] = []
        self.touched: list[tuple[UUID, Found]] = []
        self.unchanged: list[KnownNote] = []
        self.failed: list[Failure] = []

    def sort(self, found: Found, before: KnownNote | None, digest: str) -> None:
        """Decide what a file that is new or was touched needs."""
        if before is not None:
            if before.digest == digest and before.cutter == self._cutter:
                self.touched.append((before.id, found))
            else:
                self.changed.append(Step(found, before.id))
        elif self._vanished.get(digest):
            self.moved.append(Step(found, self._vanished[digest].pop(0).id))
        else:
            self.added.append(Step(found, None))


def _by_digest(notes: Sequence[KnownNote]) -> dict[str, list[KnownNote]]:
    found: dict[str, list[KnownNote]] = {}
    for note in notes:
        found.setdefault(note.digest, []).append(note)
    return found


def _untouched(found: Found, before: KnownNote, cutter: str) -> bool:
    return (found.size, found.modified_ns, cutter) == (
        before.size,
        before.modified_ns,
        before.cutter,
    )
