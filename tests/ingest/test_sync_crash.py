"""A sync that dies before any one of its writes, and the sync after it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.catalog import CatalogUnusableError, CutNote
from retrieval.index import IndexDamagedError
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.ingest.homes import MOST_BYTES, Home, OpenHome
from tests.ingest.watched import KilledError, Writes

BEFORE = {
    "改.md": "# 改\n\n## 留\n\n" + "这一节从不改动。" * 60 + "\n\n## 变\n\n金丝雀的第一版。\n",
    "删.md": "要删掉的一篇，里面有黄鹂。\n",
    "移.md": "要移走的一篇，里面有麻雀。\n",
    "碰.md": "只被碰一下的一篇，里面有燕子。\n",
    "群.md": "小林 2024/3/1 10:00:01\n里面有喜鹊吗\n阿毛 2024/3/1 10:01:30\n有喜鹊\n",
}
BIRDS = ("金丝雀", "麻雀", "燕子", "喜鹊")
"""What is found before, after and at every moment between."""


def edit(home: Home) -> None:
    """Change a note, delete one, move one, touch one, add one and one that is too large."""
    home.write({"改.md": BEFORE["改.md"].replace("第一版", "第二版") + "添一段。" * 80})
    (home.folder / "删.md").unlink()
    (home.folder / "移.md").rename(home.folder / "移走.md")
    os.utime(home.folder / "碰.md", ns=(0, 1_600_000_000_000_000_000))
    home.write({"新.md": "新来的一篇，里面有鹦鹉。\n", "大.md": "大" * MOST_BYTES})


def settle(home: Home) -> None:
    """Sync, and take away the file that no sync can take in."""
    assert [failure.path for failure in home.sync().failed] == ["大.md"]
    (home.folder / "大.md").unlink()
    home.sync()


def writes_of_an_edit(open_home: OpenHome, place: Path) -> int:
    home = open_home(place)
    home.write(BEFORE)
    home.sync()
    edit(home)
    home.sync(writes := Writes())
    assert {"upsert", "store", "remove points", "remove note", "relocate", "flush"} <= set(
        writes.names
    )
    return len(writes.names)


def test_crash_before_any_write_of_an_edit_loses_nothing(
    open_home: OpenHome, tmp_path: Path
) -> None:
    for step in range(writes_of_an_edit(open_home, tmp_path / "whole")):
        home = open_home(tmp_path / str(step))
        home.write(BEFORE)
        home.sync()
        ids = home.ids()
        edit(home)
        with pytest.raises(KilledError):
            home.sync(Writes(stop_before=step))
        for bird in BIRDS:
            assert home.found(bird), f"{bird} after {step} writes"
        assert {"第一版" in text for text in home.found("金丝雀")} != {True, False}
        settle(home)
        home.assert_in_step()
        home.assert_weights_are_true()
        assert {path: note for path, note in home.ids().items() if path in ids} == {
            path: note for path, note in ids.items() if path not in {"删.md", "移.md"}
        }
        assert home.ids()["移走.md"] == ids["移.md"]
        assert home.found("黄鹂") == []
        home.sync(again := Writes())
        assert again.names == []


def test_crash_before_any_write_of_a_first_sync_is_made_good_by_the_next(
    open_home: OpenHome, tmp_path: Path
) -> None:
    whole = open_home(tmp_path / "whole")
    whole.write(BEFORE)
    whole.sync(writes := Writes())
    for step in range(len(writes.names)):
        home = open_home(tmp_path / str(step))
        home.write(BEFORE)
        with pytest.raises(KilledError):
            home.sync(Writes(stop_before=step))
        home.sync()
        home.assert_in_step()
        home.assert_weights_are_true()
        home.sync(again := Writes())
        assert again.names == []


def test_note_that_cannot_be_written_is_a_line_in_the_report(
    open_home: OpenHome, tmp_path: Path
) -> None:
    home = open_home(tmp_path)
    home.write(BEFORE)
    home.sync()
    home.write({"改.md": BEFORE["改.md"].replace("第一版", "第二版")})
    home.sync(writes := Writes())
    store = writes.names.index("store")
    home.write({"改.md": BEFORE["改.md"].replace("第一版", "第三版")})
    report = home.sync(Writes(store, lambda: OSError("the disk is full")))
    assert [(each.path, each.reason) for each in report.failed] == [("改.md", "the disk is full")]
    assert (report.changed, report.notes) == (0, 5)
    assert [text[-8:] for text in home.found("第二版")] == ["金丝雀的第二版。"]
    assert home.sync().changed == 1
    home.assert_in_step()
    home.assert_weights_are_true()


class PickyCatalog(FakeCatalog):
    """A catalogue that cannot store what lies at some paths."""

    def store(self, notes: Sequence[CutNote]) -> None:
        for each in notes:
            if each.note.path.startswith("坏"):
                raise ValueError(f"{each.note.path} cannot be stored")
        super().store(notes)


def test_notes_that_cannot_be_stored_take_no_others_along(tmp_path: Path) -> None:
    home = Home(tmp_path, PickyCatalog(), FakeIndex())
    home.write(BEFORE | {"坏0.md": "坏的一篇，有杜鹃。\n", "坏1.md": "", "z.md": "最后一篇。\n"})
    report = home.sync()
    assert [(each.path, each.reason) for each in report.failed] == [
        (path, f"{path} cannot be stored") for path in ("坏0.md", "坏1.md")
    ]
    assert (report.added, report.notes, report.searchable, report.orphans) == (6, 6, 6, 1)
    assert home.found("杜鹃") == []
    for number in range(2):
        (home.folder / f"坏{number}.md").unlink()
    assert home.sync().orphans == 0
    home.assert_in_step()
    home.assert_weights_are_true()


def test_batch_that_cannot_be_stored_once_is_stored_note_by_note(
    open_home: OpenHome, tmp_path: Path
) -> None:
    whole = open_home(tmp_path / "whole")
    whole.write(BEFORE)
    whole.sync(writes := Writes())
    home = open_home(tmp_path / "home")
    home.write(BEFORE)
    store = writes.names.index("store")
    report = home.sync(again := Writes(store, lambda: OSError("busy")))
    assert (report.failed, report.added) == ((), len(BEFORE))
    assert again.names.count("store") == len(BEFORE)
    home.assert_in_step()
    home.assert_weights_are_true()


@pytest.mark.parametrize("error", [CatalogUnusableError, lambda: IndexDamagedError("x", "y")])
def test_broken_catalogue_or_index_ends_the_sync(
    open_home: OpenHome, tmp_path: Path, error: Callable[[], Exception]
) -> None:
    home = open_home(tmp_path)
    home.write(BEFORE)
    with pytest.raises((CatalogUnusableError, IndexDamagedError)):
        home.sync(Writes(stop_before=1, error=error))
