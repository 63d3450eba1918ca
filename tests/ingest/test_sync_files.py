"""Files that are odd, unreadable or no notes at all, and what a sync makes of them."""

import codecs
import os
import sys
from pathlib import Path

import pytest

from ingest.report import Failure, Progress
from ingest.source import NotesFolderEmptiedError, NotesFolderError
from tests.ingest.homes import MOST_BYTES, NOTES, Home
from tests.ingest.watched import Writes


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
        if progress.path == "新.md":
            (full.folder / "缓存.md").unlink()

    report = full.sync(on_progress=vanish)
    assert [failure.path for failure in report.failed] == ["缓存.md"]
    assert (report.added, report.changed, report.notes) == (1, 0, 5)
    assert full.found("重复计算")
    again = full.sync()
    assert (again.failed, again.deleted) == ((), 1)
    assert sorted(full.ids()) == ["sub/低秩.md", "新.md", "群.txt", "页.md"]
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
    home.write({"a.MD": "甲\n", "b.markdown": "乙\n", "c.exe": "丙\n", ".obsidian/d.md": "丁\n"})
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
    home.write({"\\xff\\xfe.md": "名字里写着同样的字。\n", "\\xff\\xfe.md\\": "不是笔记。\n"})
    assert home.sync().notes == 2
    assert list(home.ids()) == ["\\xff\\xfe.md", "\\xff\\xfe.md\\"]
    home.sync(again := Writes())
    assert again.names == []
    assert home.found("内容")


def test_folder_without_any_note_is_not_taken_for_one_whose_notes_were_deleted(
    full: Home,
) -> None:
    before = full.ids()
    for note in [path for path in full.folder.rglob("*") if path.is_file()]:
        note.unlink()
    with pytest.raises(NotesFolderEmptiedError, match="holds no notes, though"):
        full.sync()
    assert full.ids() == before


def test_a_plan_tells_of_what_only_reading_shows(full: Home) -> None:
    full.write({"package.json": "{}", "riesig.md": "字" * 50_000, "neu.md": "新。"})
    (full.folder / "link.md").symlink_to("neu.md")
    plan = full.syncing().plan()
    assert [step.found.path for step in plan.added] == ["neu.md"]
    assert [failure.path for failure in plan.failed] == ["riesig.md"]
    report = full.sync()
    assert (report.added, [each.path for each in report.failed]) == (1, ["riesig.md"])
    told = sorted(each.path for each in plan.passed_over)
    assert told == [each.path for each in report.passed_over] == ["link.md", "package.json"]
