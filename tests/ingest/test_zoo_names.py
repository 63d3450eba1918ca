"""File names as they come: every one is a note of its own, found and listed."""

import os
import sys
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.ingest.homes import Home, OpenHome

NAMES = (
    "😀 emoji.md",
    "עברית שמאלה.md",
    "\u202egnirts.md",
    "注" * 84 + ".md",
    "-dash.md",
    " space .md",
    "per%20cent.md",
    "hash#tag.md",
    "what?.md",
    "new\nline.md",
    "quote\"'`.md",
    "CON.md",
    "back\\slash.md",
    "tab\there.md",
    "A.md",
    "a.md",
    "[x](y).md",
    "<b>.md",
)


def test_notes_with_any_name_are_taken_in_and_found(home: Home) -> None:
    home.write({name: f"# {number}\n\n鹈鹕{number}\n" for number, name in enumerate(NAMES)})
    report = home.sync()
    assert (report.failed, report.added) == ((), len(NAMES))
    assert set(home.ids()) == set(NAMES)
    assert len(home.found("鹈鹕")) == len(NAMES)
    assert home.sync().chunks_written == 0


def test_name_in_the_other_composition_is_the_same_note_moved(full: Home) -> None:
    composed, split = (normalize(form, "Café 笔记.md") for form in ("NFC", "NFD"))
    full.write({composed: "# 咖啡\n\n鹈鹕。\n"})
    full.sync()
    note_id = full.ids()[composed]
    (full.folder / composed).rename(full.folder / split)
    report = full.sync()
    if sys.platform == "linux":
        assert (report.moved, report.added, report.chunks_written) == (1, 0, 0)
        assert full.ids()[split] == note_id


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that keeps both")
def test_names_in_both_compositions_are_two_notes(home: Home) -> None:
    composed, split = (normalize(form, "Café.md") for form in ("NFC", "NFD"))
    home.write({composed: "# 一\n\n鹈鹕。\n", split: "# 二\n\n鹈鹕。\n"})
    assert home.sync().added == 2
    assert set(home.ids()) == {composed, split}
    assert len(home.found("鹈鹕")) == 2


def test_a_path_longer_than_the_system_takes_stops_nothing(home: Home) -> None:
    home.write({"好.md": "鹈鹕。\n"})
    before = Path.cwd()
    os.chdir(home.folder)
    try:
        for _ in range(40):
            Path("深" * 80).mkdir()
            os.chdir("深" * 80)
        Path("底.md").write_text("太深。\n", encoding="utf-8")
    finally:
        os.chdir(before)
    report = home.sync()
    assert (report.added, list(home.ids())) == (1, ["好.md"])
    assert len(report.failed) == 1
    assert "File name too long" in report.failed[0].reason


def test_a_folder_that_becomes_a_note_and_back(full: Home) -> None:
    full.write({"变.md/里.md": "# 里\n\n鹈鹕在里面。\n"})
    full.sync()
    (full.folder / "变.md" / "里.md").unlink()
    (full.folder / "变.md").rmdir()
    full.write({"变.md": "# 变\n\n鹈鹕在外面。\n"})
    full.sync()
    assert [text for text in full.found("鹈鹕") if "里面" in text] == []
    full.assert_in_step()
    (full.folder / "变.md").unlink()
    full.write({"变.md/里.md": "# 里\n\n鹈鹕在里面。\n"})
    full.sync()
    full.assert_in_step()


def test_five_thousand_copies_are_one_point_and_cited_a_few_times(
    open_real: OpenHome, tmp_path: Path
) -> None:
    home = open_real(tmp_path)
    home.write({f"{number}.md": "# 同\n\n鹈鹕写在每一篇里。\n" for number in range(5_000)})
    report = home.sync()
    assert (report.added, report.chunks_written, home.index.count()) == (5_000, 1, 1)
    assert len(home.found("鹈鹕")) == 4
    assert home.sync().chunks_written == 0
    (home.folder / "17.md").write_text("# 异\n\n鹈鹕不同。\n", encoding="utf-8")
    report = home.sync()
    assert (report.changed, report.unchanged, home.index.count()) == (1, 4_999, 2)
