"""A damaged database is refused, never written over, and saved from as much as can be."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.backup import write_backup
from app.cli import main
from app.db.errors import DatabaseDamagedError
from app.db.session import Database, sqlite_url
from app.settings import Settings
from app.wiring import Services, build
from tests.app.answers import ANSWER
from tests.app.doctored import NOTES, database, home, write

CONVERSATIONS = 40
PAGE = 4096
Damage = Callable[[Path], None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "notes", NOTES)
    return Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)


@pytest.fixture
def file(settings: Settings) -> Path:
    """The database of a home with notes and many conversations."""
    with home(settings) as services:
        for number in range(CONVERSATIONS):
            conversation = services.conversations.begin(f"谈话 {number}")
            for turn in range(3):
                services.conversations.record(conversation, f"问题 {turn}", "独立", ANSWER)
    return settings.home / "footnote.db"


def pages_of(file: Path, table: str) -> list[int]:
    """Return the numbers of a table's leaf pages, from 1, as the file itself tells."""
    with closing(sqlite3.connect(file)) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()[0]
    data = file.read_bytes()
    return _leaves(data, root)


def _leaves(data: bytes, page: int) -> list[int]:
    start = (page - 1) * PAGE + (100 if page == 1 else 0)
    if data[start] == 0x0D:
        return [page]
    cells = int.from_bytes(data[start + 3 : start + 5], "big")
    places = [
        int.from_bytes(data[start + 12 + 2 * cell : start + 14 + 2 * cell], "big")
        for cell in range(cells)
    ]
    base = (page - 1) * PAGE
    children = [int.from_bytes(data[base + place : base + place + 4], "big") for place in places]
    children.append(int.from_bytes(data[start + 8 : start + 12], "big"))
    return [leaf for child in children for leaf in _leaves(data, child)]


def break_page(file: Path, page: int) -> None:
    with file.open("r+b") as stream:
        stream.seek((page - 1) * PAGE)
        stream.write(b"\xff" * PAGE)


def no_database(file: Path) -> None:
    file.write_text("This is a text and no database.\n" * 200, encoding="utf-8")


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2 // PAGE * PAGE)


def foreign_log(file: Path) -> None:
    """Put the log of another database beside it, one that was never moved into its file."""
    other = file.with_name("other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE foreigner (words TEXT)")
        connection.executemany("INSERT INTO foreigner VALUES (?)", [("fremd" * 200,)] * 90)
        connection.commit()
        shutil.copy(f"{other}-wal", f"{file}-wal")


def first_page(file: Path) -> None:
    break_page(file, 1)


REFUSED = [no_database, emptied, truncated, foreign_log, first_page]


@pytest.mark.parametrize("damage", REFUSED)
@pytest.mark.parametrize("command", [["ingest"], ["search", "显存"], ["doctor"], ["serve"]])
def test_every_command_refuses_and_leaves_the_file_alone(
    file: Path,
    settings: Settings,
    damage: Damage,
    command: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    damage(file)
    before = file.read_bytes()
    options = ["--port", "0"] if command == ["serve"] else []
    assert main(["--home", str(settings.home), *command, *options]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"footnote: The database at {file} cannot be read (")
    assert "`footnote doctor --fix` sets the file aside" in told
    assert told.count("\n") == 1
    assert file.read_bytes() == before


def fixed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    status = main(["--home", str(settings.home), "doctor", "--fix"])
    printed = capsys.readouterr()
    assert status == 0, printed
    assert printed.out.splitlines()[-1] == "All is well."
    return printed.err


def titles(services: Services) -> set[str]:
    return {each.title for each in services.conversations.list(1_000)}


ALL = {f"谈话 {number}" for number in range(CONVERSATIONS)}


@pytest.mark.parametrize("damage", [foreign_log, first_page])
def test_everything_is_saved_where_only_the_log_or_the_first_page_is_wrong(
    file: Path, settings: Settings, damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    with build(settings) as services:
        known = {note.path: note.id for note in services.catalog.known()}
        some = services.conversations.list(1)[0].id
        conversation = services.conversations.load(some)
    damage(file)
    damaged = file.read_bytes()
    told = fixed(settings, capsys)
    assert f"{CONVERSATIONS} conversations with {3 * CONVERSATIONS} questions were saved." in told
    assert "Nothing was lost." in told
    (aside,) = file.parent.glob("footnote.db.damaged-*[0-9]")
    assert aside.read_bytes() == damaged
    with build(settings) as services:
        assert titles(services) == ALL
        assert services.conversations.load(some) == conversation
        assert {note.path: note.id for note in services.catalog.known()} == known
        assert services.notes_folders[0].folder == settings.notes[0]


@pytest.mark.parametrize("table", ["turn", "source", "citation", "conversation", "chunk", "note"])
def test_rows_around_a_broken_page_are_saved(
    file: Path, settings: Settings, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    leaves = pages_of(file, table)
    break_page(file, leaves[len(leaves) // 2])
    with build(settings) as services:
        known = services.catalog.totals().notes
        assert known == len(NOTES)
    told = fixed(settings, capsys)
    with build(settings) as services:
        found = services.conversations.list(1_000)
        assert sum(each.turns for each in found) == turns_of(told)
        assert f"{len(found)} conversations with" in told
        if table == "conversation":
            assert len(found) == CONVERSATIONS  # made anew around their questions
            assert any(each.title == "问题 0" for each in found)
        elif table in ("chunk", "note"):
            assert titles(services) == ALL
        else:
            assert len(found) >= CONVERSATIONS // 2
        services.conversations.record(found[0].id, "noch eine", "", ANSWER)


def turns_of(told: str) -> int:
    return int(told.partition(" conversations with ")[2].partition(" ")[0])


@pytest.mark.parametrize("damage", [no_database, emptied, Path.unlink])
def test_what_cannot_be_read_comes_from_the_newest_backup(
    file: Path, settings: Settings, damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    backups = settings.home / "backups"
    backups.mkdir()
    with build(settings) as services, closing(database(services)) as base:
        write_backup(base, settings.home, backups / "auto-1.zip", "conversations")
        services.conversations.begin("später")
        write_backup(base, settings.home, backups / "auto-2.zip", "conversations")
        services.conversations.begin("nicht mehr gesichert")
    (backups / "auto-3.zip").write_bytes(b"broken")
    damage(file)
    assert main(["--home", str(settings.home), "search", "x"]) == 2
    capsys.readouterr()
    told = fixed(settings, capsys)
    assert f", {CONVERSATIONS + 1} and {3 * CONVERSATIONS} of them from the newest backup." in told
    with build(settings) as services:
        assert titles(services) == ALL | {"später"}


def test_nothing_is_lost_silently_without_a_backup(
    file: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    no_database(file)
    told = main(
        ["--home", str(settings.home), "--notes", str(settings.notes[0]), "doctor", "--fix"]
    )
    err = capsys.readouterr().err
    assert told == 0
    assert "0 conversations with 0 questions were saved." in err
    assert "Nothing in the file itself could be read." in err


def test_damage_found_while_running_stops_all_writing(file: Path, settings: Settings) -> None:
    for page in pages_of(file, "conversation"):
        break_page(file, page)
    with build(settings) as services:
        with pytest.raises(DatabaseDamagedError):
            services.conversations.list()
        with pytest.raises(DatabaseDamagedError, match="Nothing is written to it any more"):
            services.catalog.remember("key", "value")


def test_a_new_home_and_an_empty_file_in_it_are_no_damage(settings: Settings) -> None:
    settings.home.mkdir(mode=0o700)
    (settings.home / "footnote.db").touch()
    with home(settings) as services:
        assert services.catalog.totals().notes == len(NOTES)


def test_log_left_by_a_killed_process_is_no_damage(file: Path, settings: Settings) -> None:
    with closing(Database(sqlite_url(file))) as base:
        with base.write() as session:
            session.connection().exec_driver_sql("UPDATE conversation SET title = 'neu'")
        for suffix in ("", "-wal"):
            shutil.copy(f"{file}{suffix}", f"{file}.killed{suffix}")
    for suffix in ("", "-wal"):
        shutil.move(f"{file}.killed{suffix}", f"{file}{suffix}")
    with build(settings) as services:
        assert titles(services) == {"neu"}


def test_index_of_a_table_that_lacks_rows_is_written_anew(
    file: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    by_name = "SELECT rootpage, sql FROM sqlite_master WHERE name = 'ix_conversation_updated'"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        root, sql = connection.execute(by_name).fetchone()
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_conversation_updated'")
        connection.commit()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE conversation SET updated = '2024-03-01 09:00:00.000000'")
        connection.commit()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_master VALUES ('index', ?, 'conversation', ?, ?)",
            ("ix_conversation_updated", root, sql),
        )
        connection.commit()
    assert main(["--home", str(settings.home), "doctor"]) == 1
    assert "database pages broken: the database says: " in capsys.readouterr().out
    assert fixed(settings, capsys) == ""
    assert list(file.parent.glob("footnote.db.damaged-*")) == []
    with build(settings) as services:
        assert titles(services) == ALL
