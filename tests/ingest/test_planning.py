from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalog import KnownNote, PassedOver
from ingest.listing import Found, Listing
from ingest.planning import Plan, Remembered, Step, plan
from ingest.report import Failure
from ingest.source import UnreadableNoteError

CUTTER = "2"


def found(path: str, *, size: int = 3, time: int = 5) -> Found:
    return Found(path, Path("/notes") / path, size, time)


def known(number: int, path: str, digest: str = "", *, cutter: str = CUTTER) -> KnownNote:
    return KnownNote(UUID(int=number), path, digest or path, 3, 5, cutter)


def planned(
    files: list[Found],
    notes: list[KnownNote],
    digests: Mapping[str, str],
    *,
    accept_deletions: bool = False,
) -> Plan:
    """Plan with digests by path; a file without one must not be read."""
    return plan(
        Listing(tuple(files)),
        Remembered(notes),
        lambda each: digests[each.path],
        CUTTER,
        accept_deletions=accept_deletions,
    )


NOTHING = Plan()


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
    assert plan(Listing((file,)), Remembered([note]), broken, CUTTER) == replace(
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


def exchanged(sources: list[int]) -> Plan:
    """Plan files 0, 1, ... of which each now has the content that file ``sources[i]`` had."""
    notes = [known(number, f"{number}.md", f"{number}") for number in range(len(sources))]
    files = [found(f"{number}.md", time=6) for number in range(len(sources))]
    digests = {f"{number}.md": f"{source}" for number, source in enumerate(sources)}
    return planned(files, notes, digests)


@given(st.permutations(range(6)))
def test_files_that_exchange_their_names_are_moved(sources: list[int]) -> None:
    todo = exchanged(sources)
    assert {(step.found.path, step.note_id) for step in todo.moved} == {
        (f"{number}.md", UUID(int=source))
        for number, source in enumerate(sources)
        if number != source
    }
    assert (todo.added, todo.changed, todo.deleted) == ((), (), ())
    assert len(todo.touched) == 6 - len(todo.moved)


def test_a_chain_of_overwritten_files_is_no_exchange() -> None:
    # 0 holds what 1 held, 1 what 2 held, and 2 something new: each is an edit of what it was.
    todo = exchanged([1, 2, 7])
    assert [(step.found.path, step.note_id) for step in todo.changed] == [
        (f"{number}.md", UUID(int=number)) for number in range(3)
    ]
    assert todo.moved == ()


def test_a_copy_over_another_file_does_not_spoil_an_exchange() -> None:
    todo = exchanged([1, 0, 0])
    assert [(step.found.path, step.note_id) for step in todo.moved] == [
        ("0.md", UUID(int=1)),
        ("1.md", UUID(int=0)),
    ]
    assert [(step.found.path, step.note_id) for step in todo.changed] == [("2.md", UUID(int=2))]


@given(st.lists(st.integers(0, 7), min_size=1, max_size=6))
def test_whatever_files_hold_no_note_is_planned_twice(sources: list[int]) -> None:
    todo = exchanged(sources)
    steps = [*todo.changed, *todo.moved]
    ids = [step.note_id for step in steps] + [note_id for note_id, _ in todo.touched]
    paths = [step.found.path for step in steps] + [file.path for _, file in todo.touched]
    assert sorted(map(str, ids)) == sorted(str(UUID(int=number)) for number in range(len(sources)))
    assert sorted(paths) == [f"{number}.md" for number in range(len(sources))]


def test_notes_with_one_content_that_exchange_names_with_others_keep_one_note_each() -> None:
    notes = [known(0, "0.md", "x"), known(1, "1.md", "x"), known(2, "2.md", "y")]
    files = [found(f"{number}.md", time=6) for number in range(3)]
    todo = planned(files, notes, {"0.md": "y", "1.md": "y", "2.md": "x"})
    steps = [*todo.changed, *todo.moved]
    assert {step.found.path for step in steps} == {"0.md", "1.md", "2.md"}
    assert {step.note_id for step in steps} == {UUID(int=number) for number in range(3)}


def many(count: int) -> list[KnownNote]:
    return [known(number, f"{number:04}.md") for number in range(count)]


def files_of(notes: list[KnownNote]) -> list[Found]:
    return [found(note.path) for note in notes]


@pytest.mark.parametrize(
    ("total", "missing", "held"),
    [
        (5, 5, False),
        (6, 5, False),
        (6, 6, True),
        (30, 6, False),
        (29, 6, True),
        (1_000, 200, False),
        (1_000, 201, True),
    ],
)
def test_many_notes_missing_at_once_are_held_back(total: int, missing: int, *, held: bool) -> None:
    notes = many(total)
    gone, there = tuple(notes[:missing]), notes[missing:]
    todo = planned(files_of(there), notes, {})
    assert (todo.deleted, todo.held_back) == (((), gone) if held else (gone, ()))
    assert todo.unchanged == tuple(there)
    accepted = planned(files_of(there), notes, {}, accept_deletions=True)
    assert (accepted.deleted, accepted.held_back) == (gone, ())


def test_what_moved_is_not_missing() -> None:
    notes = many(40)
    files = [found(f"elsewhere/{note.path}") for note in notes]
    todo = planned(files, notes, {f"elsewhere/{note.path}": note.digest for note in notes})
    assert (len(todo.moved), todo.held_back) == (40, ())


def test_a_look_at_few_files_counts_missing_ones_against_all_notes() -> None:
    gone = many(6)
    todo = plan(Listing(), Remembered(gone, total=30), lambda each: each.path, CUTTER)
    assert (len(todo.deleted), todo.held_back) == (6, ())
    held = plan(Listing(), Remembered(gone, total=29), lambda each: each.path, CUTTER)
    assert (held.deleted, len(held.held_back)) == ((), 6)


def test_notes_of_a_folder_that_holds_none_any_more_are_held_back() -> None:
    stays, gone = known(1, "a/b.md"), known(2, "c/d.md")
    listing = Listing((found("a/b.md"),), emptied=("c/", "e/"))
    todo = plan(listing, Remembered([stays, gone]), _unread, CUTTER)
    assert todo == replace(NOTHING, unchanged=(stays,), held_back=(gone,))
    accepted = plan(listing, Remembered([stays, gone]), _unread, CUTTER, accept_deletions=True)
    assert accepted == replace(NOTHING, unchanged=(stays,), deleted=(gone,))


def test_notes_that_left_a_folder_for_another_have_moved() -> None:
    note, file = known(1, "c/d.md", "x"), found("a/d.md")
    listing = Listing((file,), emptied=("c/",))
    todo = plan(listing, Remembered([note]), lambda _: "x", CUTTER)
    assert todo == replace(NOTHING, moved=(Step(file, note.id),))


def test_notes_below_a_folder_that_was_not_seen_stay() -> None:
    below, beside = known(1, "a/b/c.md"), known(2, "a/bb.md")
    failure = Failure("a/b/", "Permission denied")
    listing = Listing(unseen=(failure,))
    todo = plan(listing, Remembered([below, beside]), lambda each: each.path, CUTTER)
    assert todo == replace(NOTHING, unseen=(below,), deleted=(beside,), failed=(failure,))


def test_unseen_notes_do_not_count_as_missing() -> None:
    notes = many(40)
    listing = Listing(unseen=(Failure("", "Input/output error"),))
    todo = plan(listing, Remembered(notes), lambda each: each.path, CUTTER)
    assert (len(todo.unseen), todo.held_back, todo.deleted) == (40, (), ())


def test_content_below_an_unseen_folder_is_no_move() -> None:
    note, file = known(1, "a/b.md", "x"), found("c.md")
    listing = Listing((file,), (Failure("a/", "Permission denied"),))
    todo = plan(listing, Remembered([note]), lambda _: "x", CUTTER)
    assert (todo.added, todo.moved, todo.unseen) == ((Step(file, None),), (), (note,))


def passed(path: str, *, time: int = 5, cutter: str = CUTTER) -> PassedOver:
    return PassedOver(path, 3, time, cutter, "no chat export")


def test_a_file_known_to_be_no_note_is_not_read_again() -> None:
    file = found("a.json")
    todo = plan(Listing((file,)), Remembered([], [passed("a.json")]), _unread, CUTTER)
    assert todo == replace(NOTHING, passed_over=(passed("a.json"),))


@pytest.mark.parametrize("before", [passed("a.json", time=4), passed("a.json", cutter="1")])
def test_a_file_that_was_no_note_is_tried_again_when_something_changed(before: PassedOver) -> None:
    file = found("a.json")
    todo = plan(Listing((file,)), Remembered([], [before]), lambda _: "x", CUTTER)
    assert todo == replace(NOTHING, added=(Step(file, None),))


def test_a_file_that_was_no_note_and_is_gone_is_forgotten() -> None:
    assert plan(Listing(), Remembered([], [passed("a.json")]), _unread, CUTTER) == NOTHING


def _unread(each: Found) -> str:
    raise AssertionError(each.path)
