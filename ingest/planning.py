"""What a sync will do, decided before anything is done. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ingest.catalog import KnownNote, PassedOver
from ingest.listing import Found, Listing
from ingest.report import Failure

MOST_MISSING = 0.2
"""Share of the notes that may be missing at once and is taken for deleted without asking."""
FEW = 5
"""So few missing notes are always taken for deleted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One note that needs work."""

    found: Found
    note_id: UUID | None
    """The note it already is; None for a new one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a sync."""

    added: tuple[Step, ...] = ()
    changed: tuple[Step, ...] = ()
    moved: tuple[Step, ...] = ()
    """Same content under another path."""
    touched: tuple[tuple[UUID, Found], ...] = ()
    """Same content and path, another modification time."""
    deleted: tuple[KnownNote, ...] = ()
    unchanged: tuple[KnownNote, ...] = ()
    failed: tuple[Failure, ...] = ()
    """Files and folders that could not be read; what is known of them stays."""
    held_back: tuple[KnownNote, ...] = ()
    """Notes whose files are missing, too many to be taken for deleted without asking, or all of
    one notes folder."""
    unseen: tuple[KnownNote, ...] = ()
    """Notes below a folder that could not be listed."""
    passed_over: tuple[PassedOver, ...] = ()
    """Files known to be no notes, unchanged since."""

    @property
    def work(self) -> int:
        """Notes that need reading, cutting or taking out."""
        return len(self.added) + len(self.changed) + len(self.moved) + len(self.deleted)

    @property
    def to_read(self) -> tuple[Step, ...]:
        """The files to read, in the order in which that is done."""
        return (*self.added, *self.changed, *self.moved)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the catalogue knows of files."""

    notes: Sequence[KnownNote]
    passed_over: Sequence[PassedOver] = ()
    total: int = 0
    """Notes of the whole catalogue, when these are only some."""


def plan(
    listing: Listing,
    remembered: Remembered,
    digest: Callable[[Found], str],
    cutter: str,
    *,
    accept_deletions: bool = False,
) -> Plan:
    """Compare the notes folders with the catalogue.

    Args:
        listing: The files there are.
        remembered: What the catalogue has.
        digest: Reads a file and returns the digest of its bytes; called only for files whose size
            or time differ from what is known. May raise OSError, which makes the file a failure.
        cutter: Version of parser and chunker; notes cut by another one are cut again.
        accept_deletions: Take missing notes out however many they are.
    """
    by_path = {note.path: note for note in remembered.notes}
    paths = {each.path for each in listing.found}
    missing = [note for note in remembered.notes if note.path not in paths]
    unseen = [note for note in missing if _is_below(note.path, listing.unseen)]
    gone = [note for note in missing if not _is_below(note.path, listing.unseen)]
    known_no_notes = {each.path: each for each in remembered.passed_over}
    sorting = _Sorting(cutter, _by_digest(gone))
    for each in listing.found:
        before = by_path.get(each.path)
        no_note = known_no_notes.get(each.path)
        if before is not None and _is_untouched(each, before, cutter):
            sorting.unchanged.append(before)
        elif before is None and no_note is not None and _is_untouched(each, no_note, cutter):
            sorting.passed_over.append(no_note)
        else:
            try:
                sorting.sort(each, before, digest)
            except OSError as error:
                sorting.failed.append(Failure(each.path, str(error)))
    swapped = _swaps(sorting.edited)
    moved = (*sorting.moved, *swapped.values())
    taken = {step.note_id for step in sorting.moved}
    deleted = [note for note in gone if note.id not in taken]
    held = () if accept_deletions else _held_back(deleted, listing, remembered)
    return Plan(
        added=tuple(sorting.added),
        changed=(
            *sorting.recut,
            *(each.step for each in sorting.edited if each.step.found.path not in swapped),
        ),
        moved=moved,
        touched=tuple(sorting.touched),
        deleted=tuple(note for note in deleted if note not in held),
        unchanged=tuple(sorting.unchanged),
        failed=(*listing.unseen, *sorting.failed),
        held_back=held,
        unseen=tuple(unseen),
        passed_over=tuple(sorting.passed_over),
    )


@dataclass(frozen=True, slots=True)
class _Edited:
    """A known path whose file has other content now."""

    step: Step
    digest: str
    before: KnownNote


class _Sorting:
    """Collects the steps of a plan."""

    def __init__(self, cutter: str, gone: dict[str, list[KnownNote]]) -> None:
        self._cutter = cutter
        self._gone = gone
        self.added: list[Step] = []
        self.edited: list[_Edited] = []
        self.recut: list[Step] = []
        self.moved: list[Step] = []
        self.touched: list[tuple[UUID, Found]] = []
        self.unchanged: list[KnownNote] = []
        self.failed: list[Failure] = []
        self.passed_over: list[PassedOver] = []

    def sort(
        self, found: Found, before: KnownNote | None, digest_of: Callable[[Found], str]
    ) -> None:
        """Decide what a file that is new or was touched needs."""
        if before is None and not self._gone:
            self.added.append(Step(found, None))  # it cannot be one that moved: unread so far
            return
        digest = digest_of(found)
        if before is not None:
            if before.digest != digest:
                self.edited.append(_Edited(Step(found, before.id), digest, before))
            elif before.cutter == self._cutter:
                self.touched.append((before.id, found))
            else:
                self.recut.append(Step(found, before.id))
        elif self._gone.get(digest):
            self.moved.append(Step(found, self._gone[digest].pop(0).id))
        else:
            self.added.append(Step(found, None))


def _swaps(edited: Sequence[_Edited]) -> Mapping[str, Step]:
    """Find files that exchanged their names; return each one's path with the step that moves it.

    The content at each such path was that of another one of them, all the way round.
    """
    owners = {each.before.digest: each.before for each in edited}
    comes_from = {
        each.before.path: owners[each.digest].path for each in edited if each.digest in owners
    }
    while True:
        closed = {
            path: source
            for path, source in comes_from.items()
            if source in comes_from and path in comes_from.values()
        }
        if len(closed) == len(comes_from):
            break
        comes_from = closed
    ids = {each.before.path: each.before.id for each in edited}
    found = {each.before.path: each.step.found for each in edited}
    return {path: Step(found[path], ids[source]) for path, source in comes_from.items()}


def _held_back(
    deleted: Sequence[KnownNote], listing: Listing, remembered: Remembered
) -> tuple[KnownNote, ...]:
    """Return those missing notes that are not taken for deleted."""
    known = max(remembered.total, len(remembered.notes))
    if len(deleted) > FEW and len(deleted) > MOST_MISSING * known:
        return tuple(deleted)
    return tuple(note for note in deleted if note.path.startswith(listing.emptied))


def _is_below(path: str, folders: Iterable[Failure]) -> bool:
    return any(path.startswith(each.path) for each in folders)


def _by_digest(notes: Sequence[KnownNote]) -> dict[str, list[KnownNote]]:
    found: dict[str, list[KnownNote]] = {}
    for note in notes:
        found.setdefault(note.digest, []).append(note)
    return found


def _is_untouched(found: Found, before: KnownNote | PassedOver, cutter: str) -> bool:
    return (found.size, found.modified_ns, cutter) == (
        before.size,
        before.modified_ns,
        before.cutter,
    )
