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
    given = read_settings(home=Path("home"), notes=Path("~/notes"))
    assert (given.home, given.notes) == (here / "home", here / "notes")
    monkeypatch.setenv("FOOTNOTE_HOME", "~/home")
    monkeypatch.setenv("FOOTNOTE_NOTES", "my notes/")
    read = read_settings()
    assert (read.home, read.notes) == (here / "home", here / "my notes")


def test_file_in_the_home_is_read_after_arguments_and_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "home").mkdir()
    (here / "home" / "footnote.toml").write_text('notes = "/notes"\nport = 1\nsources = 4\n')
    monkeypatch.setenv("FOOTNOTE_PORT", "2")
    settings = read_settings(home=Path("~/home"))
    assert (settings.notes, settings.port, settings.sources) == (Path("/notes"), 2, 4)
    assert read_settings(home=Path("home"), notes=Path("other")).notes == here / "other"


def test_value_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "-1")
    with pytest.raises(InvalidSettingsError, match=r"used: FOOTNOTE_PORT: Input should be greater"):
        read_settings()
