"""A sync of a folder, with stores in memory and with the real ones."""

import codecs
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest

from ingest.report import Failure, Omission, Progress, Report
from ingest.source import NotesFolderError
from tests.fakes.notes import sample_note
from tests.ingest.homes import MOST_BYTES, Home
from tests.ingest.watched import Writes

NOTES = {
    "缓存.md": "# 缓存\n\n## 为什么\n\n" + "键和值存起来，解码时省去重复计算。" * 20 + "\n\n"
    "## 代价\n\n" + "显存随长度线性增长。" * 30 + "\n",
    "sub/低秩.md": "# 低秩\n\n冻结权重，只训练两个小矩阵。\n",
    "群.txt": "小林 2024/3/1 10:00:01\n四比特掉点吗\n\n阿毛 2024/3/1 10:01:30\n基本不掉。\n",
    "页.md": "首页 专栏 登录 注册\n\n向量检索与关键词检索两者互补，生产环境多半两路都开。\n",
}


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


@pytest.fixture
def full(home: Home) -> Home:
    """A home with a few notes taken in."""
    home.write(NOTES)
    home.sync()
    return home


def test_first_sync_takes_every_note_in(home: Home) -> None:
    home.write(NOTES)
    report = home.sync()
    chunks = home.catalog.totals()[1]
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
    assert {Path(name).name for name, _ in opened} == {"缓存.md", "新.md"}
    assert [(name, flags) for name, flags in opened if flags & writing] == []


def test_changed_note_writes_only_the_points_of_its_changed_chunks(full: Home) -> None:
    before = full.ids()
    kept = full.catalog.chunk_ids(before["缓存.md"])
    full.write({"缓存.md": NOTES["缓存.md"] + "\n最后添上的一句金丝雀。\n"})
    writes = Writes()
    report = full.sync(writes)
    after = full.catalog.chunk_ids(before["缓存.md"])
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


def test_note_that_moved_to_another_name_is_found_under_it(full: Home) -> None:
    before = full.ids()["群.txt"]
    (full.folder / "群.txt").rename(full.folder / "推理群.txt")
    assert full.sync().moved == 1
    assert full.ids()["推理群.txt"] == before
    full.assert_in_step()
    live = full.catalog.chunks(full.catalog.chunk_ids(before))
    assert {chunk.header.split(" | ")[0] for chunk in live} == {"推理群"}


def test_two_notes_that_swap_names_keep_to_their_paths(full: Home) -> None:
    first, second = full.folder / "缓存.md", full.folder / "页.md"
    texts = first.read_bytes(), second.read_bytes()
    first.write_bytes(texts[1])
    second.write_bytes(texts[0])
    assert full.sync().changed == 2
    full.assert_in_step()


def test_copy_of_a_note_is_another_note(full: Home) -> None:
    full.write({"副本.md": NOTES["缓存.md"]})
    assert full.sync().added == 1
    assert len(set(full.ids().values())) == 5
    full.assert_in_step()
    (full.folder / "缓存.md").unlink()
    assert (full.sync().deleted, sorted(full.ids())) == (
        1,
        sorted(["副本.md", "sub/低秩.md", "群.txt", "页.md"]),
    )


def test_touched_note_only_gets_its_new_time(full: Home) -> None:
    os.utime(full.folder / "缓存.md", ns=(1, 1_700_000_000_000_000_000))
    writes = Writes()
    report = full.sync(writes)
    assert (writes.names, writes.points, report.unchanged) == (["relocate"], 0, 4)
    assert full.sync(again := Writes()).unchanged == 4
    assert again.names == []


@pytest.mark.parametrize("nanoseconds", [-(10**18), 10**18 * 9_000, -(10**18) * 9_000])
def test_time_outside_the_calendar_is_no_obstacle(home: Home, nanoseconds: int) -> None:
    home.write({"老.md": "很久以前。\n"})
    os.utime(home.folder / "老.md", ns=(0, nanoseconds))
    assert home.sync().failed == ()
    assert home.sync(writes := Writes()).unchanged == 1
    assert writes.names == []
    os.utime(home.folder / "老.md", ns=(0, nanoseconds // 2))
    home.sync()
    home.assert_in_step()


def test_note_that_became_too_large_is_reported_and_its_earlier_version_stays(full: Home) -> None:
    before = full.ids()
    full.write({"缓存.md": "大" * MOST_BYTES})
    report = full.sync()
    assert report.failed == (
        Failure(
            "缓存.md",
            "缓存.md cannot be read: it has 300,000 bytes and the limit is 100,000 "
            "(FOOTNOTE_MAX_NOTE_BYTES). Mend the file, then sync again.",
        ),
    )
    assert (report.changed, report.unchanged, report.notes) == (0, 3, 4)
    assert full.ids() == before
    assert full.found("重复计算")
    full.write(NOTES)
    assert full.sync().failed == ()
    full.assert_in_step()


def test_note_that_vanishes_before_it_is_read_is_a_line_in_the_report(full: Home) -> None:
    full.write({"缓存.md": "改过。\n", "新.md": "新的。\n"})

    def vanish(progress: Progress) -> None:
        if progress.path:
            (full.folder / progress.path).unlink()

    report = full.sync(on_progress=vanish)
    assert [failure.path for failure in report.failed] == ["新.md", "缓存.md"]
    assert (report.added, report.changed, report.notes) == (0, 0, 4)
    assert full.found("重复计算")
    assert (full.sync().failed, sorted(full.ids())) == ((), ["sub/低秩.md", "群.txt", "页.md"])
    full.assert_in_step()


def test_note_that_vanishes_while_a_first_sync_looks_around_is_a_line_too(home: Home) -> None:
    home.write(NOTES)
    opened: list[str] = []
    listening = True

    def vanish(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "open" and str(arguments[0]).endswith("群.txt"):
            opened.append(event)
            if len(opened) == 2:
                (home.folder / "群.txt").unlink()

    sys.addaudithook(vanish)
    report = home.sync()
    listening = False
    assert ([failure.path for failure in report.failed], report.added) == (["群.txt"], 3)
    home.assert_in_step()


def test_bytes_that_cannot_be_read_are_replaced_and_the_note_is_found(home: Home) -> None:
    home.write({"坏.md": "显存怎么估算".encode() + b"\xff\xfe\x80" + "参数量乘以字节".encode()})
    assert home.sync().failed == ()
    assert home.text("坏.md") == "显存怎么估算\ufffd\ufffd\ufffd参数量乘以字节"
    assert home.found("参数量")
    home.assert_in_step()


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("gbk", b""),
        ("gb18030", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-8", codecs.BOM_UTF8),
    ],
)
def test_note_in_another_encoding_is_found(home: Home, encoding: str, mark: bytes) -> None:
    text = "# 量化\n\n四比特量化以后，显存只要原来的四分之一。\n"
    home.write({"量化.md": mark + text.encode(encoding)})
    home.sync()
    assert home.found("显存") == ["# 量化\n\n四比特量化以后，显存只要原来的四分之一。"]
    home.assert_in_step()


def test_links_hidden_folders_and_other_files_are_passed_over(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "秘密.md").write_text("不该读。\n", encoding="utf-8")
    home.write({"a.MD": "甲\n", "b.markdown": "乙\n", "c.pdf": "丙\n", ".obsidian/d.md": "丁\n"})
    home.write({".e.md": "戊\n", "folder.md/f.txt": "己\n"})
    (home.folder / "链接.md").symlink_to(outside / "秘密.md")
    (home.folder / "linked").symlink_to(outside)
    (home.folder / "断.md").symlink_to(outside / "无.md")
    os.mkfifo(home.folder / "pipe.md")
    assert home.sync().failed == ()
    assert sorted(home.ids()) == ["a.MD", "b.markdown", "folder.md/f.txt"]


def test_note_that_became_a_link_is_gone(full: Home, tmp_path: Path) -> None:
    (tmp_path / "秘密.md").write_text("不该读。\n", encoding="utf-8")
    (full.folder / "缓存.md").unlink()
    (full.folder / "缓存.md").symlink_to(tmp_path / "秘密.md")
    assert (full.sync().deleted, full.found("不该读")) == (1, [])


def test_missing_folder_is_an_error_and_deletes_nothing(full: Home) -> None:
    full.folder.rename(full.folder.with_name("away"))
    writes = Writes()
    with pytest.raises(NotesFolderError, match="Nothing was changed"):
        full.sync(writes)
    assert writes.names == []
    assert full.catalog.totals()[0] == 4
    full.folder.with_name("away").rename(full.folder)
    assert full.sync().unchanged == 4


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
    before = list(full.catalog.chunks(full.catalog.chunk_ids(known.id)))
    stale = [replace(chunk, id=UUID(int=chunk.ordinal)) for chunk in before]
    note = sample_note(NOTES["缓存.md"], path="缓存.md", note_id=known.id)
    note = replace(note, digest=known.digest, size=known.size)
    full.catalog.store(note, stale, modified_ns=known.modified_ns, cutter="0")
    report = full.sync()
    assert (report.changed, report.unchanged) == (1, 3)
    assert list(full.catalog.chunks(full.catalog.chunk_ids(known.id))) == before
    full.assert_in_step()


@pytest.mark.parametrize(
    "text", ["", "\n \n", "\0\0", "# 题\0目\n\n正\0文\u2028。\n", "\ufeff# 题\n\n正文\r\r\n"]
)
def test_odd_text_is_kept_to_the_character(home: Home, text: str) -> None:
    home.write({"怪.md": text, "好.md": "好的。\n"})
    assert home.sync().failed == ()
    assert home.text("怪.md") == text
    home.assert_in_step()
    assert home.sync(writes := Writes()).unchanged == 2
    assert writes.names == []


def test_name_that_is_no_text_is_written_with_escapes(home: Home) -> None:
    file = os.fsencode(home.folder) + b"/\xff\xfe.md"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, "有内容。\n".encode())
    os.close(descriptor)
    assert home.sync().failed == ()
    assert list(home.ids()) == ["\\xff\\xfe.md"]
    assert home.found("内容")
