"""What a sync would do now, told as mismatches between files and catalogue. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from ingest.catalog import KnownNote
from ingest.cutting import CUTTER
from ingest.listing import Listing
from ingest.mismatch import Mismatch, MismatchKind, named
from ingest.planning import Plan, Step


def outstanding(
    listing: Listing,
    plan: Plan,
    known: Sequence[KnownNote],
    failures: Mapping[str, str],
) -> Iterator[Mismatch]:
    """Yield where the files are not what the catalogue says of them.

    Args:
        listing: The files there are.
        plan: What a sync would do about them.
        known: What the catalogue has.
        failures: Files that the last sync could not take in: path to reason.
    """
    for failure in plan.failed:
        yield _unreadable(failure.path, failure.reason)
    for step in plan.added:
        yield from _told(step, MismatchKind.FILE_NOT_TAKEN_IN, "is not in the catalogue", failures)
    yield from _changed(plan, {note.path: note for note in known}, failures)
    before = {note.id: note.path for note in known}
    for step in plan.moved:
        was = before.get(step.note_id) if step.note_id is not None else None
        yield Mismatch(
            MismatchKind.FILE_MOVED,
            f"{named(step.found.path)} is {named(was or 'a note')} under another name",
        )
    for _, found in plan.touched:
        yield Mismatch(
            MismatchKind.FILE_TOUCHED, f"{named(found.path)} has another time than is remembered"
        )
    yield from _gone(plan)
    yield from _outdated(listing, plan, failures)


def _changed(
    plan: Plan, known: Mapping[str, KnownNote], failures: Mapping[str, str]
) -> Iterator[Mismatch]:
    for step in plan.changed:
        note = known.get(step.found.path)
        if note is not None and note.cutter != CUTTER:
            yield Mismatch(
                MismatchKind.CUTTER_EARLIER,
                f"{named(step.found.path)} was cut by version {note.cutter}, and this is {CUTTER}",
            )
        else:
            why = "was changed since it was read"
            yield from _told(step, MismatchKind.FILE_CHANGED, why, failures)


def _told(
    step: Step, kind: MismatchKind, why: str, failures: Mapping[str, str]
) -> Iterator[Mismatch]:
    path = step.found.path
    if path in failures:
        yield _unreadable(path, failures[path])
    else:
        yield Mismatch(kind, f"{named(path)} {why}")


def _unreadable(path: str, reason: str) -> Mismatch:
    told = reason if path in reason else f"{named(path)}: {reason}"
    return Mismatch(MismatchKind.FILE_UNREADABLE, told.rstrip("."))


def _gone(plan: Plan) -> Iterator[Mismatch]:
    for note in plan.deleted:
        yield Mismatch(MismatchKind.FILE_GONE, f"the file of {named(note.path)} is not there")
    for note in plan.held_back:
        yield Mismatch(
            MismatchKind.DELETION_HELD_BACK,
            f"the file of {named(note.path)} is not there, like those of "
            f"{len(plan.held_back) - 1} other notes; it is kept until the deletions are accepted",
        )


def _outdated(listing: Listing, plan: Plan, failures: Mapping[str, str]) -> Iterator[Mismatch]:
    files = {each.path for each in listing.found} | {each.path for each in listing.unseen}
    current = {note.path for note in plan.unchanged} | {each.path for each in plan.passed_over}
    for path in sorted(failures):
        if path not in files:
            why = "is not there any more"
        elif path in current:
            why = "has been read since"
        else:
            continue
        yield Mismatch(
            MismatchKind.FAILURE_OUTDATED, f"{named(path)} is said to have failed, but {why}"
        )
