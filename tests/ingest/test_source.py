import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.listing import Found, Listing, notes_folders
from ingest.source import Contents, NotesFolderError, Source, UnreadableNoteError


def reading(folder: Path, limit: int = 100) -> Source:
    return Source(notes_folders([folder]), limit)


def one(folder: Path, limit: int = 100) -> tuple[Source, Found]:
    source = reading(folder, limit)
    (found,) = source.found().found
    return source, found


def test_notes_are_listed_by_path_with_size_and_time(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.md", "a.md", "d.markdown"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
        os.utime(tmp_path / name, ns=(0, 1_700_000_000_123_456_789))
    assert reading(tmp_path).found() == Listing(
        tuple(
            Found(name, tmp_path / name, 5, 1_700_000_000_123_456_789)
            for name in ("a.md", "a/c.md", "b.txt", "d.markdown")
        )
    )


def test_bytes_are_read_with_the_time_they_had(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\x00\r\n")
    os.utime(tmp_path / "a.md", ns=(0, 7))
    source, found = one(tmp_path)
    assert source.read(found) == Contents(b"\xff\x00\r\n", 7)


def test_file_at_the_limit_is_read_and_one_above_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 100)
    source, found = one(tmp_path)
    assert len(source.read(found).data) == 100
    (tmp_path / "a.md").write_bytes(b"x" * 101)
    with pytest.raises(UnreadableNoteError, match="101 bytes and the limit is 100"):
        source.read(found)


def _gone(file: Path) -> None:
    file.unlink()


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _link(file: Path) -> None:
    target = file.with_suffix(".other")
    file.rename(target)
    file.symlink_to(target)


@pytest.mark.parametrize(
    ("become", "reason"),
    [
        (_gone, "No such file"),
        (_folder, "it is not a plain file"),
        (_pipe, "it is not a plain file"),
        (_link, "symbolic"),
    ],
)
def test_what_is_no_longer_a_file_cannot_be_read(
    tmp_path: Path, become: Callable[[Path], None], reason: str
) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    source, found = one(tmp_path)
    become(tmp_path / "a.md")
    with pytest.raises(UnreadableNoteError, match=f"^a.md cannot be read: .*{reason}"):
        source.read(found)


def test_missing_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotesFolderError, match="name another folder with --notes"):
        reading(tmp_path / "none").found()


def test_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x")
    with pytest.raises(NotesFolderError, match="Nothing was changed"):
        reading(tmp_path / "a.md").found()


@pytest.mark.parametrize(
    ("file", "reason"),
    [("/proc/self/status", "it keeps changing while it is read"), ("/proc/self/mem", "error")],
)
def test_file_that_gives_no_steady_bytes_cannot_be_read(
    tmp_path: Path, file: str, reason: str
) -> None:
    source = reading(tmp_path, 100_000)
    with pytest.raises(UnreadableNoteError, match=f"^a.md cannot be read: .*{reason}"):
        source.read(Found("a.md", Path(file), 0, 0))
