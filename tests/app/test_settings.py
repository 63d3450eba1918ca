import os
from pathlib import Path

import pytest

from app.settings import InvalidSettingsError, read_settings


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command is called in, which is the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_folder_is_absolute_wherever_it_was_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = read_settings(home=Path("home"), notes=[Path("~/notes")])
    assert (given.home, given.notes) == (here / "home", (here / "notes",))
    monkeypatch.setenv("FOOTNOTE_HOME", "~/home")
    monkeypatch.setenv("FOOTNOTE_NOTES", "my notes/")
    read = read_settings()
    assert (read.home, read.notes) == (here / "home", (here / "my notes",))


def test_several_folders_are_separated_like_those_of_the_path(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_NOTES", f"~/a, b{os.pathsep}{os.pathsep}/c{os.pathsep}")
    assert read_settings().notes == (here / "a, b", Path("/c"))
    monkeypatch.setenv("FOOTNOTE_NOTES", "")
    assert read_settings().notes == ()


def test_file_in_the_home_is_read_after_arguments_and_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "home").mkdir()
    (here / "home" / "footnote.toml").write_text('notes = "/notes"\nport = 1\nsources = 4\n')
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    settings = read_settings(home=Path("~/home"))
    assert (settings.notes, settings.port, settings.sources) == ((Path("/notes"),), 2, 4)
    assert read_settings(home=Path("home"), notes=[Path("other")]).notes == (here / "other",)


def test_lists_in_the_file_are_lists(here: Path) -> None:
    (here / "footnote.toml").write_text(
        'notes = ["/a", "~/b"]\nignore = ["*.tmp", "drafts/"]\ninclude = ["*.md"]\nwatch = false\n'
    )
    settings = read_settings(home=here)
    assert (settings.notes, settings.ignore, settings.include, settings.watch) == (
        (Path("/a"), here / "b"),
        ("*.tmp", "drafts/"),
        ("*.md",),
        False,
    )


def test_patterns_are_separated_by_commas(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_IGNORE", " drafts/, *.log ,, !keep.log")
    monkeypatch.setenv("FOOTNOTE_INCLUDE", "*.md")
    settings = read_settings(home=here)
    assert (settings.ignore, settings.include) == (("drafts/", "*.log", "!keep.log"), ("*.md",))
    monkeypatch.setenv("FOOTNOTE_IGNORE", "")
    assert read_settings(home=here).ignore == ()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FOOTNOTE_PORT", "-1", r"used: FOOTNOTE_PORT: Input should be greater"),
        ("FOOTNOTE_WATCH", "perhaps", r"used: FOOTNOTE_WATCH: Input should be a valid boolean"),
    ],
)
def test_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettingsError, match=sentence):
        read_settings()


def test_a_list_of_folders_that_is_none_is_named(here: Path) -> None:
    (here / "footnote.toml").write_text("notes = [7]\n")
    with pytest.raises(InvalidSettingsError, match="used: FOOTNOTE_NOTES_0: "):
        read_settings(home=here)
