"""A sync of changed places does what a sync of everything would."""

import random
import shutil
from pathlib import Path

import pytest

from ingest.report import Report
from ingest.source import NotesFolderError
from tests.ingest.homes import NOTES, Home
from tests.ingest.watched import Writes


def changed(home: Home, *names: str, writes: Writes | None = None) -> Report:
    return home.syncing(writes).run(only=[home.folder / name for name in names])


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.moved, report.deleted


def test_an_edit_an_addition_and_a_deletion_are_taken_in(full: Home) -> None:
    full.write({"缓存.md": "# 缓存\n\n改过的字。\n", "新.md": "新来的字。\n"})
    (full.folder / "页.md").unlink()
    report = changed(full, "缓存.md", "新.md", "页.md")
    assert counts(report) == (1, 1, 0, 1)
    assert (report.notes, report.unchanged, report.files, report.searchable) == (4, 2, None, 4)
    assert full.found("改过的字")
    full.assert_in_step()


def test_a_rename_is_told_by_both_places(full: Home) -> None:
    before = full.ids()["群.txt"]
    (full.folder / "群.txt").rename(full.folder / "sub" / "群.txt")
    writes = Writes()
    report = changed(full, "群.txt", "sub/群.txt", writes=writes)
    assert counts(report) == (0, 0, 1, 0)
    assert full.ids()["sub/群.txt"] == before
    assert writes.points == 0
    full.assert_in_step()


def test_other_places_are_not_looked_at(full: Home) -> None:
    full.write({"缓存.md": "改过。\n", "页.md": "也改过。\n"})
    assert counts(changed(full, "缓存.md")) == (0, 1, 0, 0)
    assert full.text("页.md") == NOTES["页.md"]
    assert counts(full.sync()) == (0, 1, 0, 0)


def test_a_folder_among_the_places_means_everything(full: Home) -> None:
    full.write({"页.md": "改过。\n"})
    (full.folder / "sub").rename(full.folder / "dir")
    report = changed(full, "sub", "dir")
    assert counts(report) == (0, 1, 1, 0)
    full.assert_in_step()


def test_a_folder_that_is_gone_takes_its_notes_along(full: Home) -> None:
    shutil.rmtree(full.folder / "sub")
    assert counts(changed(full, "sub")) == (0, 0, 0, 1)
    full.assert_in_step()


def test_a_file_of_patterns_means_everything(full: Home) -> None:
    full.write({".footnoteignore": "页.md\n"})
    assert counts(changed(full, ".footnoteignore")) == (0, 0, 0, 1)
    full.write({"页.md": "改过。\n"})
    assert counts(changed(full, "页.md")) == (0, 0, 0, 0)
    assert "页.md" not in full.ids()


def test_places_that_are_no_notes_change_nothing(full: Home, tmp_path: Path) -> None:
    full.write({".hidden.md": "暗。\n", "bild.png": "x", ".git/a.md": "暗。\n"})
    (full.folder / "link.md").symlink_to(full.folder / "页.md")
    writes = Writes()
    report = full.syncing(writes).run(
        only=[
            *(full.folder / name for name in (".hidden.md", "bild.png", ".git/a.md", "link.md")),
            tmp_path / "elsewhere.md",
        ]
    )
    assert counts(report) == (0, 0, 0, 0)
    assert writes.names == []


def test_failures_elsewhere_stay_and_mended_ones_go(full: Home) -> None:
    full.write({"zu-gross.md": "字" * 50_000, "auch.md": "字" * 50_000})
    assert len(full.sync().failed) == 2
    full.write({"auch.md": "klein\n"})
    assert changed(full, "auch.md").failed == ()
    assert list(full.catalog.failures()) == ["zu-gross.md"]


def test_a_lost_folder_is_not_taken_for_deleted_notes(full: Home) -> None:
    full.folder.rename(full.folder.with_name("away"))
    with pytest.raises(NotesFolderError, match="cannot be read"):
        changed(full, *NOTES)
    full.folder.with_name("away").rename(full.folder)
    assert set(full.ids()) == set(NOTES)


def test_many_deletions_at_once_are_held_back(home: Home) -> None:
    home.write({f"{number}.md": f"第{number}条。\n" for number in range(20)})
    home.sync()
    names = [f"{number}.md" for number in range(8)]
    for name in names:
        (home.folder / name).unlink()
    report = changed(home, *names)
    assert (report.deleted, len(report.held_back)) == (0, 8)
    assert len(home.ids()) == 20
    assert home.syncing().run(accept_deletions=True).deleted == 8


def test_random_changes_end_where_a_sync_of_everything_does(home: Home) -> None:
    draw = random.Random(11)  # noqa: S311 - the same changes each time
    names = [f"{folder}{number}.md" for folder in ("", "a/", "a/b/") for number in range(4)]
    for _ in range(60):
        touched = draw.sample(names, 3)
        for name in touched:
            file = home.folder / name
            if draw.random() < 0.3:
                file.unlink(missing_ok=True)
            else:
                home.write({name: f"# 题{draw.randint(0, 3)}\n\n字{draw.randint(0, 9)}。\n"})
        changed(home, *touched)
    report = home.sync()
    assert counts(report) == (0, 0, 0, 0)
    home.assert_in_step()
