"""A sync of a folder, with stores in memory and with the real ones."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest

from ingest.catalog import CutNote
from ingest.report import Omission, Progress, Report
from tests.fakes.notes import sample_note
from tests.ingest.homes import NOTES, Home
from tests.ingest.watched import Writes


def quiet(report: Report) -> Report:
    """A report without its time."""
    return replace(report, ms=0)


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file below ``folder``; SQLite's shared memory is no content."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith("-shm")
    }


def test_first_sync_takes_every_note_in(home: Home) -> None:
    home.write(NOTES)
    report = home.sync()
    chunks = home.catalog.totals().chunks
    assert quiet(report) == Report(
        notes=4,
        added=4,
        changed=0,
        moved=0,
        deleted=0,
        unchanged=0,
        failed=(),
        chunks=chunks,
        chunks_written=chunks,
        embedded=0,
        left_out=(Omission("页.md", 0, 11, "navigation"),),
        ms=0,
        files=4,
        searchable=4,
    )
    home.assert_in_step()
    assert home.found("重复计算")[0].startswith("# 缓存")
    assert home.found("首页 注册") == []


def test_second_sync_writes_nothing(full: Home) -> None:
    home, notes = full.folder.parent, full.folder
    before, read_before = state_of(home), state_of(notes)
    writes = Writes()
    report = full.sync(writes)
    assert (writes.names, writes.points) == ([], 0)
    assert (report.unchanged, report.chunks_written) == (4, 0)
    assert state_of(home) == before
    assert state_of(notes) == read_before


def test_notes_are_opened_only_to_be_read(full: Home) -> None:
    full.write({"缓存.md": "# 缓存\n\n改过。\n", "新.md": "新的。\n"})
    opened: list[tuple[str, int]] = []
    listening = True

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "open" and str(arguments[0]).startswith(str(full.folder)):
            opened.append((str(arguments[0]), int(str(arguments[2]))))

    sys.addaudithook(listen)
    full.sync()
    listening = False
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    assert {Path(name).name for name, _ in opened} == {"缓存.md", "新.md", ".footnoteignore"}
    assert [(name, flags) for name, flags in opened if flags & writing] == []


def test_changed_note_writes_only_the_points_of_its_changed_chunks(full: Home) -> None:
    before = full.ids()
    kept = full.catalog.points([before["缓存.md"]])
    full.write({"缓存.md": NOTES["缓存.md"] + "\n最后添上的一句金丝雀。\n"})
    writes = Writes()
    report = full.sync(writes)
    after = full.catalog.points([before["缓存.md"]])
    assert (report.changed, report.unchanged) == (1, 3)
    assert 0 < writes.points == report.chunks_written == len(after - kept) < len(after)
    assert full.ids() == before
    assert full.found("金丝雀")[0].endswith("金丝雀。")
    full.assert_in_step()


def test_deleted_note_leaves_no_row_and_no_point(full: Home) -> None:
    (full.folder / "群.txt").unlink()
    report = full.sync()
    assert (report.notes, report.deleted, report.unchanged) == (3, 1, 3)
    assert full.found("四比特") == []
    full.assert_in_step()


def test_moved_note_keeps_its_id_and_its_points(full: Home) -> None:
    before = full.ids()
    (full.folder / "elsewhere").mkdir()
    (full.folder / "缓存.md").rename(full.folder / "elsewhere" / "缓存.md")
    writes = Writes()
    report = full.sync(writes)
    assert (report.moved, report.added, report.deleted, writes.points) == (1, 0, 0, 0)
    assert full.ids() == {
        path.replace("缓存.md", "elsewhere/缓存.md"): note for path, note in before.items()
    }
    full.assert_in_step()


def test_renamed_note_keeps_its_chunks_even_where_its_title_is_its_name(full: Home) -> None:
    before = full.ids()["群.txt"]
    (full.folder / "群.txt").rename(full.folder / "推理群.txt")
    assert full.sync().moved == 1
    assert full.ids()["推理群.txt"] == before
    full.assert_in_step()
    assert full.catalog.labels([before])[before].title == "推理群"
    live = full.catalog.note_chunks(before)
    assert {chunk.header.split(" | ")[0] for chunk in live} == {"chat"}


@pytest.mark.parametrize(
    "names", [("缓存.md", "页.md"), ("缓存.md", "页.md", "群.txt", "sub/低秩.md")]
)
def test_notes_that_exchange_names_are_moved_and_nothing_is_indexed(
    full: Home, names: tuple[str, ...]
) -> None:
    before = full.ids()
    turned = (*names[1:], names[0])
    texts = {name: (full.folder / name).read_bytes() for name in names}
    full.write({new: texts[name] for name, new in zip(names, turned, strict=True)})
    report = full.sync(writes := Writes())
    assert (report.moved, report.changed, writes.points) == (len(names), 0, 0)
    assert full.ids() == before | {
        new: before[name] for name, new in zip(names, turned, strict=True)
    }
    full.assert_in_step()
    assert full.sync(again := Writes()).unchanged == 4
    assert again.names == []


def test_copy_of_a_note_is_another_note_and_the_same_points(full: Home) -> None:
    points = full.index.ids()
    full.write({"副本.md": NOTES["缓存.md"]})
    report = full.sync(writes := Writes())
    assert (report.added, report.chunks_written, writes.points) == (1, 0, 0)
    assert full.index.ids() == points
    assert len(set(full.ids().values())) == 5
    assert len(full.found("重复计算")) == 2 * len(set(full.found("重复计算")))
    full.assert_in_step()
    (full.folder / "缓存.md").unlink()
    assert (full.sync().deleted, sorted(full.ids())) == (
        1,
        sorted(["副本.md", "sub/低秩.md", "群.txt", "页.md"]),
    )


def test_text_of_a_copy_stays_searchable_whichever_copy_goes(full: Home) -> None:
    full.write({"副本.md": NOTES["缓存.md"]})
    full.sync()
    both = full.found("重复计算")
    for gone, stays in (("缓存.md", "副本.md"), ("副本.md", "缓存.md")):
        (full.folder / gone).unlink()
        report = full.sync(writes := Writes())
        assert (report.deleted, writes.points, "remove points" in writes.names) == (1, 0, False)
        assert full.found("重复计算") == both[::2]
        assert stays in full.ids()
        full.assert_in_step()
        full.write({gone: NOTES["缓存.md"]})
        full.sync()


def test_note_that_becomes_a_copy_gives_up_its_own_points(full: Home) -> None:
    own = full.catalog.points([full.ids()["页.md"]])
    full.write({"页.md": NOTES["缓存.md"]})
    others = full.index.ids() - own
    assert full.sync().changed == 1
    assert full.index.ids() == others
    full.assert_in_step()


def test_many_missing_notes_are_held_back_and_stay_searchable(full: Home) -> None:
    many = {f"{number}.md": f"第{number}篇讲的是金丝雀。\n" for number in range(20)}
    full.write(many)
    full.sync()
    for name in many:
        (full.folder / name).unlink()
    report = full.sync(writes := Writes())
    assert (report.held_back, report.deleted, writes.names) == (tuple(sorted(many)), 0, [])
    assert (report.files, report.notes, report.searchable) == (4, 24, 24)
    assert len(full.found("金丝雀")) == 20
    full.write(many)
    back = full.sync()
    assert (back.held_back, back.unchanged, back.chunks_written) == ((), 24, 0)
    for name in many:
        (full.folder / name).unlink()
    gone = full.sync(accept_deletions=True)
    assert (gone.held_back, gone.deleted, gone.notes) == ((), 20, 4)
    full.assert_in_step()


def test_what_was_edited_is_taken_in_while_deletions_are_held_back(full: Home) -> None:
    many = {f"{number}.md": f"第{number}篇。\n" for number in range(20)}
    full.write(many)
    full.sync()
    for name in many:
        (full.folder / name).unlink()
    full.write({"页.md": "改过的一页。\n", "新.md": "新的一页。\n"})
    report = full.sync()
    assert (report.changed, report.added, len(report.held_back)) == (1, 1, 20)
    assert full.found("改过的一页")


def test_file_that_is_no_note_is_passed_over_and_not_read_again(full: Home) -> None:
    full.write({"data.json": '{"rows": []}'})
    report = full.sync()
    assert (report.failed, report.files, report.notes, report.searchable) == ((), 4, 4, 4)
    assert [passed.path for passed in report.passed_over] == ["data.json"]
    again = full.sync(writes := Writes())
    assert (again.passed_over, writes.names) == (report.passed_over, [])
    assert [each.path for each in full.syncing().plan().passed_over] == ["data.json"]
    (full.folder / "data.json").unlink()
    assert full.sync().passed_over == ()
    assert list(full.catalog.passed_over()) == []


EXPORT = (
    '{"name": "推理群", "type": "private_group", "id": 1, "messages": [{"id": 1, "type": '
    '"message", "date": "2024-03-01T10:00:01", "from": "小林", "text": "长臂猿在吗"}]}'
)


def test_note_whose_file_becomes_none_is_taken_out(full: Home) -> None:
    full.write({"chat.json": EXPORT})
    assert full.sync().added == 1
    assert full.found("长臂猿")
    full.write({"chat.json": '{"rows": []}'})
    report = full.sync()
    assert (report.failed, report.notes, report.files, report.searchable) == ((), 4, 4, 4)
    assert [passed.path for passed in report.passed_over] == ["chat.json"]
    assert (full.found("长臂猿"), "chat.json" in full.ids()) == ([], False)
    full.write({"chat.json": EXPORT})
    back = full.sync()
    assert (back.added, back.passed_over) == (1, ())


def test_touched_note_only_gets_its_new_time(full: Home) -> None:
    os.utime(full.folder / "缓存.md", ns=(1, 1_700_000_000_000_000_000))
    writes = Writes()
    report = full.sync(writes)
    assert (writes.names, writes.points, report.unchanged) == (["relocate"], 0, 4)
    assert full.sync(again := Writes()).unchanged == 4
    assert again.names == []


def test_plan_reads_and_writes_nothing(full: Home) -> None:
    full.write({"缓存.md": "改过。\n", "新.md": "新的。\n"})
    (full.folder / "群.txt").unlink()
    writes = Writes()
    todo = full.syncing(writes).plan()
    assert [step.found.path for step in todo.added] == ["新.md"]
    assert [step.found.path for step in todo.changed] == ["缓存.md"]
    assert [note.path for note in todo.deleted] == ["群.txt"]
    assert [note.path for note in todo.unchanged] == ["sub/低秩.md", "页.md"]
    assert (todo.work, writes.names) == (3, [])


def test_progress_is_told_before_each_note_and_at_the_end(home: Home) -> None:
    home.write(NOTES)
    told: list[Progress] = []
    report = home.sync(on_progress=told.append)
    assert [(each.done, each.total, each.path) for each in told] == [
        (0, 4, "sub/低秩.md"),
        (1, 4, "缓存.md"),
        (2, 4, "群.txt"),
        (3, 4, "页.md"),
        (4, 4, ""),
    ]
    assert told[-1].chunks == report.chunks_written


def answers(*given: Literal["go on"]) -> Iterator[bool]:
    yield from (False for _ in given)
    while True:
        yield True


def test_cancelled_sync_keeps_what_is_done_and_the_next_one_does_the_rest(home: Home) -> None:
    home.write(NOTES)
    asked = answers("go on", "go on")
    report = home.sync(cancelled=lambda: next(asked))
    assert (report.cancelled, report.added, report.notes) == (True, 2, 2)
    assert sorted(home.ids()) == ["sub/低秩.md", "缓存.md"]
    assert home.found("重复计算")
    rest = home.sync()
    assert (rest.cancelled, rest.added, rest.unchanged) == (False, 2, 2)
    home.assert_in_step()


def test_cancelled_sync_deletes_later(full: Home) -> None:
    (full.folder / "群.txt").unlink()
    report = full.sync(cancelled=lambda: True)
    assert (report.cancelled, report.deleted, report.notes) == (True, 0, 4)
    assert full.sync().deleted == 1
    full.assert_in_step()


def test_note_cut_by_an_earlier_version_is_cut_again(full: Home) -> None:
    known = {note.path: note for note in full.catalog.known()}["缓存.md"]
    before = full.catalog.note_chunks(known.id)
    stale = tuple(replace(chunk, id=UUID(int=chunk.ordinal)) for chunk in before)
    note = sample_note(NOTES["缓存.md"], path="缓存.md", note_id=known.id)
    note = replace(note, digest=known.digest, size=known.size)
    full.catalog.store([CutNote(note, stale, known.modified_ns, cutter="0")])
    report = full.sync()
    assert (report.changed, report.unchanged) == (1, 3)
    assert full.catalog.note_chunks(known.id) == before
    full.assert_in_step()
