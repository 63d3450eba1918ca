"""Files that cannot be read, change while they are read, or carry odd times."""

import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.source import UnreadableNoteError
from tests.ingest.homes import NOTES, Home, OpenHome
from tests.timing import untraced

NOBODY = 65_534


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Run the block as a user whom permissions bind, and who can reach ``folder``."""
    if os.geteuid() != 0:
        yield
        return
    above = [each for each in [folder, *folder.parents] if each.stat().st_mode & 0o055 != 0o055]
    modes = {each: stat.S_IMODE(each.stat().st_mode) for each in above}
    for each in above:
        each.chmod(modes[each] | 0o055)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for each, mode in modes.items():
            each.chmod(mode)


@pytest.fixture
def in_memory(open_fake: OpenHome, tmp_path: Path) -> Home:
    """A home whose catalogue and index no permission touches."""
    home = open_fake(tmp_path / "home")
    home.write(NOTES)
    home.sync()
    return home


needs_permissions = pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")


@needs_permissions
def test_a_file_that_may_not_be_read_keeps_its_old_version_and_stops_no_other(
    in_memory: Home,
) -> None:
    closed = in_memory.folder / "缓存.md"
    closed.write_text("# 新\n\n鹈鹕。\n", encoding="utf-8")
    closed.chmod(0)
    in_memory.write({"另.md": "# 另\n\n白鹭。\n"})
    with as_nobody(in_memory.folder):
        report = in_memory.sync()
    assert [failure.path for failure in report.failed] == ["缓存.md"]
    assert "Permission denied" in report.failed[0].reason
    assert (report.added, in_memory.found("白鹭") != [], in_memory.found("鹈鹕")) == (1, True, [])
    assert in_memory.found("解码时省去重复计算") != []
    closed.chmod(0o600)
    assert in_memory.sync().changed == 1
    in_memory.assert_in_step()


@needs_permissions
def test_a_folder_that_may_not_be_read_keeps_its_notes(in_memory: Home) -> None:
    closed = in_memory.folder / "sub"
    closed.chmod(0)
    try:
        with as_nobody(in_memory.folder):
            report = in_memory.sync()
    finally:
        closed.chmod(0o700)
    assert [failure.path for failure in report.failed] == ["sub/"]
    assert (report.deleted, report.notes) == (0, len(NOTES))
    assert in_memory.found("冻结权重") != []


def test_more_than_a_fifth_and_more_than_five_missing_are_held_back(home: Home) -> None:
    home.write({f"{number}.md": f"# {number}\n\n鹈鹕{number}\n" for number in range(30)})
    home.sync()
    for number in range(6):
        (home.folder / f"{number}.md").unlink()
    assert home.sync().deleted == 6  # a fifth, and no more
    for number in range(6, 11):
        (home.folder / f"{number}.md").unlink()
    assert home.sync().deleted == 5  # more than a fifth, and few
    for number in range(11, 17):
        (home.folder / f"{number}.md").unlink()
    report = home.sync()
    assert (report.deleted, len(report.held_back), report.notes) == (0, 6, 19)
    assert len(home.found("鹈鹕")) == 19
    report = home.syncing().run(accept_deletions=True)
    assert (report.deleted, report.held_back, report.notes) == (6, (), 13)


def version(number: int) -> bytes:
    """Return a version that names itself in every line, of a length of its own."""
    return f"第{number % 10}版\n".encode() * (2_000 + number % 7 * 300)


@contextmanager
def written_all_the_time(write: Callable[[int], None]) -> Iterator[None]:
    ended = threading.Event()

    def run() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            write(number)
            time.sleep(0.001)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_file_that_is_written_all_the_time_is_read_in_one_version_or_not(home: Home) -> None:
    file = home.folder / "急.md"
    file.write_bytes(version(0))

    def replace_file(number: int) -> None:
        draft = home.folder / ".draft"
        draft.write_bytes(version(number))
        draft.replace(file)

    source = home.syncing()._source
    read = 0
    with untraced(), written_all_the_time(replace_file):
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            (found,) = source.found().found
            try:
                lines = source.read(found).data.decode().split("\n")
            except UnreadableNoteError:
                continue
            read += 1
            assert (len(set(lines[:-1])), lines[-1]) == (1, "")
    assert read > 10


@pytest.mark.parametrize("seconds", [-3_000_000_000, 0, 1, 4_000_000_000, 2**33])
def test_an_edit_is_seen_whatever_time_the_file_carries(full: Home, seconds: int) -> None:
    file = full.folder / "缓存.md"
    os.utime(file, (seconds, seconds))
    full.sync()
    file.write_text("# 缓存\n\n鹈鹕。\n", encoding="utf-8")
    os.utime(file, (seconds - 10, seconds - 10))
    assert full.sync().changed == 1
    full.assert_in_step()


def test_two_edits_in_a_row_of_the_same_length_are_both_seen(full: Home) -> None:
    file = full.folder / "缓存.md"
    for word in ("鹈鹕", "白鹭", "苍鹰", "云雀"):
        file.write_text(f"# 鸟\n\n{word}。\n", encoding="utf-8")
        assert full.sync().changed == 1, word
        assert full.found(word) != []


@pytest.mark.parametrize(
    "text",
    ["一" * 30_000, "\n" * 90_000, "data:image/png;base64," + "iVBORw0K" * 10_000, "[" * 90_000],
    ids=["one line", "blank lines", "embedded data", "brackets"],
)
def test_a_note_of_odd_size_is_taken_in_and_its_neighbours_too(full: Home, text: str) -> None:
    full.write({"怪.md": f"# 怪\n\n{text}\n", "好.md": "# 好\n\n鹈鹕。\n"})
    with untraced():
        report = full.sync()
    assert (report.failed, report.added) == ((), 2)
    assert full.found("鹈鹕") != []
    full.assert_in_step()
