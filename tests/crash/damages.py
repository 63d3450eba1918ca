"""Ways in which the files of a home get damaged, each done to a home that nobody holds open."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

DATABASE = "footnote.db"
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Damage:
    """One way."""

    name: str
    do: Callable[[Path], None]
    """Takes the home."""


def index_folder(home: Path) -> Path:
    """Return the folder of the index in use."""
    folders = [each for each in home.glob("index*") if each.is_dir() and "." not in each.name]
    (folder,) = folders
    return folder


def _files(home: Path, ending: str) -> list[Path]:
    return sorted(file for file in index_folder(home).rglob(f"*{ending}") if file.is_file())


def _all(ending: str, do: Callable[[Path], None]) -> Callable[[Path], None]:
    """Do something to every file of the index whose path ends so."""

    def damage(home: Path) -> None:
        for file in _files(home, ending):
            do(file)

    return damage


def _flip(file: Path) -> None:
    """Turn bits of bytes spread over the file."""
    content = bytearray(file.read_bytes())
    spread = random.Random(file.name)
    for place in spread.sample(range(len(content)), min(len(content), 40)):
        content[place] ^= 0xFF
    file.write_bytes(content)


def _garbage(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(max(64, file.stat().st_size)))


def _halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _empty(file: Path) -> None:
    os.truncate(file, 0)


def _delete(file: Path) -> None:
    file.unlink()


def _without_a_segment(home: Path) -> None:
    segments = sorted(each for each in (index_folder(home) / "segments").iterdir() if each.is_dir())
    shutil.rmtree(segments[0])


def _with_leftovers(home: Path) -> None:
    for folder in [index_folder(home), *sorted(index_folder(home).rglob("*"))]:
        if folder.is_dir():
            (folder / ".atomicwrite-left").mkdir()
            (folder / "left.tmp").write_bytes(b"\x00" * 10)


def _of_another_version(home: Path) -> None:
    for file in _files(home, ".json"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"version":', '"version_":'), encoding="utf-8")
    for file in _files(home, "version.info"):
        file.write_text("99.0.0", encoding="utf-8")


def _a_file_instead(home: Path) -> None:
    folder = index_folder(home)
    shutil.rmtree(folder)
    folder.write_text("this was a folder", encoding="utf-8")


def _removed(home: Path) -> None:
    shutil.rmtree(index_folder(home))


def _emptied(home: Path) -> None:
    folder = index_folder(home)
    shutil.rmtree(folder)
    folder.mkdir()


INDEX_DAMAGES = (
    Damage("the folder is removed", _removed),
    Damage("the folder is emptied", _emptied),
    Damage("a file stands in its place", _a_file_instead),
    Damage("a segment is deleted", _without_a_segment),
    Damage("the configuration is deleted", _all("edge_config.json", _delete)),
    Damage("the configuration is empty", _all("edge_config.json", _empty)),
    Damage("states of segments are garbage", _all("segment.json", _garbage)),
    Damage("numbers of points are halved", _all("id_tracker.mappings", _halve)),
    Damage("data is flipped", _all(".dat", _flip)),
    Damage("data is halved", _all(".dat", _halve)),
    Damage("data is empty", _all(".dat", _empty)),
    Damage("binary files are garbage", _all(".bin", _garbage)),
    Damage("the journal is flipped", _all("wal/closed-0", _flip)),
    Damage("the journal is halved", lambda home: _of_journal(home, _halve)),
    Damage("the journal is empty", lambda home: _of_journal(home, _empty)),
    Damage("the journal is garbage", lambda home: _of_journal(home, _garbage)),
    Damage("the journal is deleted", lambda home: _of_journal(home, _delete)),
    Damage("every file is flipped", _all("", _flip)),
    Damage("leftovers of another write", _with_leftovers),
    Damage("another version wrote it", _of_another_version),
)
"""Of the index, which is rebuilt from the catalogue."""


def _of_journal(home: Path, do: Callable[[Path], None]) -> None:
    for file in sorted((index_folder(home) / "wal").iterdir()):
        if file.is_file():
            do(file)


def _page(number: int) -> Callable[[Path], None]:
    """Turn all bits of one page of the database, counted from 1."""

    def damage(home: Path) -> None:
        with (home / DATABASE).open("r+b") as file:
            file.seek((number - 1) * _PAGE)
            page = file.read(_PAGE)
            file.seek((number - 1) * _PAGE)
            file.write(bytes(byte ^ 0xFF for byte in page))

    return damage


def _table_page(table: str) -> Callable[[Path], None]:
    """Turn the page at which a table begins."""

    def damage(home: Path) -> None:
        with closing(sqlite3.connect(home / DATABASE)) as connection:
            query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            (number,) = connection.execute(query, [table]).fetchone()
        _page(number)(home)

    return damage


def _foreign_journal(home: Path) -> None:
    """Lay the write-ahead log of another database beside this one."""
    other = home / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE note (id INTEGER)")
        connection.executemany("INSERT INTO note VALUES (?)", [(n,) for n in range(2_000)])
        connection.commit()
        shutil.copy(home / "other.db-wal", home / f"{DATABASE}-wal")
    for file in home.glob("other.db*"):
        file.unlink()


DATABASE_DAMAGES = (
    Damage("the first page is flipped", _page(1)),
    Damage("the notes' page is flipped", _table_page("note")),
    Damage("the chunks' page is flipped", _table_page("chunk")),
    Damage("the turns' page is flipped", _table_page("turn")),
    Damage("it is halved", lambda home: _halve(home / DATABASE)),
    Damage("it is empty", lambda home: _empty(home / DATABASE)),
    Damage("it is garbage", lambda home: _garbage(home / DATABASE)),
    Damage("it is flipped here and there", lambda home: _flip(home / DATABASE)),
    Damage("it is deleted", lambda home: _delete(home / DATABASE)),
    Damage("another database's journal lies beside it", _foreign_journal),
    Damage("it may not be written", lambda home: (home / DATABASE).chmod(0o400)),
)
"""Of the database, of which notes are read again and conversations are not."""
