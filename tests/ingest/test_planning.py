from dataclasses import replace
from pathlib import Path
from uuid import UUID

from ingest.catalog import KnownNote
from ingest.planning import Plan, Step, plan
from ingest.report import Failure
from ingest.source import Found, UnreadableNoteError

CUTTER = "2"


def found(path: str, *, size: int = 3, time: int = 5) -> Found:
    return Found(path, Path("/notes") / path, size, time)


def known(number: int, path: str, digest: str = "", *, cutter: str = CUTTER) -> KnownNote:
    return KnownNote(UUID(int=number), path, digest or path, 3, 5, cutter)


def planned(files: list[Found], notes: list[KnownNote], digests: dict[str, str]) -> Plan:
    """Plan with digests by path; a file without one must not be read."""
    return plan(files, notes, lambda each: digests[each.path], CUTTER)


NOTHING = Plan((), (), (), (), (), (), ())


def test_new_file_is_added() -> None:
    new = found("a.md")
    assert planned([new], [], {"a.md": "x"}) == replace(NOTHING, added=(Step(new, None),))


def test_file_of_the_same_size_and_time_is_not_read() -> None:
    note = known(1, "a.md")
    assert planned([found("a.md")], [note], {}) == replace(NOTHING, unchanged=(note,))


def test_file_of_another_time_and_the_same_content_is_touched() -> None:
    note, file = known(1, "a.md", "x"), found("a.md", time=6)
    assert planned([file], [note], {"a.md": "x"}) == replace(NOTHING, touched=((note.id, file),))


def test_file_of_another_content_is_changed() -> None:
    note, file = known(1, "a.md", "x"), found("a.md", size=4)
    assert planned([file], [note], {"a.md": "y"}) == replace(
        NOTHING, changed=(Step(file, note.id),)
    )


def test_note_cut_by_another_version_is_changed() -> None:
    note, file = known(1, "a.md", "x", cutter="1"), found("a.md")
    assert planned([file], [note], {"a.md": "x"}) == replace(
        NOTHING, changed=(Step(file, note.id),)
    )


def test_vanished_file_is_deleted() -> None:
    note = known(1, "a.md")
    assert planned([], [note], {}) == replace(NOTHING, deleted=(note,))


def test_vanished_content_under_another_path_has_moved() -> None:
    note, file = known(1, "a.md", "x"), found("b.md")
    assert planned([file], [note], {"b.md": "x"}) == replace(NOTHING, moved=(Step(file, note.id),))


def test_each_of_two_equal_notes_moves_once() -> None:
    notes = [known(1, "a.md", "x"), known(2, "b.md", "x")]
    files = [found("c.md"), found("d.md"), found("e.md")]
    assert planned(files, notes, {"c.md": "x", "d.md": "x", "e.md": "x"}) == replace(
        NOTHING,
        moved=(Step(files[0], UUID(int=1)), Step(files[1], UUID(int=2))),
        added=(Step(files[2], None),),
    )


def test_copy_of_a_note_that_stays_is_added() -> None:
    note, copy = known(1, "a.md", "x"), found("b.md")
    assert planned([found("a.md"), copy], [note], {"b.md": "x"}) == replace(
        NOTHING, unchanged=(note,), added=(Step(copy, None),)
    )


def test_file_that_cannot_be_read_is_a_failure_and_its_note_stays() -> None:
    def broken(each: Found) -> str:
        raise UnreadableNoteError(each.path, "no permission")

    note, file = known(1, "a.md"), found("a.md", time=6)
    assert plan([file], [note], broken, CUTTER) == replace(
        NOTHING,
        failed=(
            Failure("a.md", "a.md cannot be read: no permission. Mend the file, then sync again."),
        ),
    )


def test_work_counts_what_needs_reading_or_taking_out() -> None:
    notes = [known(1, "a.md", "x"), known(2, "b.md"), known(3, "c.md"), known(4, "d.md", "m")]
    files = [found("a.md", time=6), found("c.md"), found("e.md"), found("f.md")]
    todo = planned(files, notes, {"a.md": "y", "e.md": "m", "f.md": "n"})
    assert todo.work == 4
