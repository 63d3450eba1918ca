import stat
from pathlib import Path

import pytest

from app.home import (
    DATABASE,
    EmptyHomeError,
    HomeNotAFolderError,
    HomeOpenToOthersError,
    HomeUnusableError,
    existing,
    prepared,
)


def test_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = prepared(tmp_path / "a" / "home")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_home_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(mode)
    with pytest.raises(HomeOpenToOthersError, match=r"chmod 700 .*home$"):
        prepared(home)


def test_home_that_others_may_only_read_is_taken(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    assert prepared(home) == home


def test_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(HomeNotAFolderError):
        prepared(tmp_path / "home")


def test_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeUnusableError, match="Not a directory"):
        prepared(tmp_path / "file" / "home")


def test_reading_from_a_home_without_notes_says_how_to_take_some_in(tmp_path: Path) -> None:
    with pytest.raises(EmptyHomeError, match=r"`footnote --notes FOLDER ingest`"):
        existing(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_home_with_a_database_is_there(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    assert existing(tmp_path) == tmp_path
