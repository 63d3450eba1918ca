import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.catalog import Catalog
from app.db.errors import (
    DatabaseAddressError,
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabasePragmaError,
    DatabaseUnreachableError,
    DatabaseUnwritableError,
)
from app.db.models import StateRow
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from ingest.catalog import CutNote, Totals
from tests.fakes.notes import MODIFIED_NS, sample_note


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "库 100%.db"
    database = Database(sqlite_url(path))
    migrate(database)
    database.close()
    return path


def test_every_connection_has_its_pragmas(file: Path) -> None:
    database = Database(sqlite_url(file), patience_s=7)
    names = ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
    with database.read() as first, database.read() as second, database.write() as third:
        for session in (first, second, third):
            assert [session.scalar(text(f"PRAGMA {name}")) for name in names] == [
                "wal",
                7_000,
                1,
                1,
            ]
    database.close()


def test_a_failed_write_leaves_nothing_behind(database: Database) -> None:
    def fail_midway() -> None:
        with database.write() as session:
            session.add(StateRow(key="half", value="done"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    with database.read() as session:
        assert session.get(StateRow, "half") is None


def test_a_read_sees_one_state_while_others_write(file: Path) -> None:
    database = Database(sqlite_url(file))
    catalog = Catalog(database)
    with database.read() as session:
        assert session.get(StateRow, "key") is None
        catalog.remember("key", "value")
        session.expire_all()
        assert session.get(StateRow, "key") is None
    assert catalog.state("key") == "value"
    database.close()


def test_a_writer_that_waits_too_long_for_another_process_says_so(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = Database(sqlite_url(file), patience_s=0.05)
    with pytest.raises(DatabaseLockedError, match=r"held by another writer .* 0\.05 seconds"):
        Catalog(database).remember("key", "value")
    other.close()
    database.close()


def test_a_writer_that_waits_too_long_for_its_own_process_says_so(file: Path) -> None:
    database = Database(sqlite_url(file), patience_s=0.05)
    failures: list[Exception] = []

    def write() -> None:
        try:
            Catalog(database).remember("key", "value")
        except DatabaseLockedError as error:
            failures.append(error)

    with database.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert [type(error) for error in failures] == [DatabaseLockedError]
    Catalog(database).remember("key", "value")
    database.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "footnote.db"
    path.write_text("这不是数据库。" * 100, encoding="utf-8")
    database = Database(sqlite_url(path))
    with pytest.raises(DatabaseDamagedError, match=r"footnote\.db cannot be read .*doctor --fix"):
        migrate(database)
    assert path.read_text(encoding="utf-8") == "这不是数据库。" * 100


def test_a_broken_page_is_reported(file: Path) -> None:
    database = Database(sqlite_url(file))
    Catalog(database).store([CutNote(sample_note("字" * 90_000), (), MODIFIED_NS, "1")])
    database.close()
    content = bytearray(file.read_bytes())
    content[4096:-4096] = b"\xee" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(DatabaseDamagedError, match="saves the conversations"):
        Catalog(database).known()
    database.close()


def test_a_full_disk_is_reported_and_nothing_is_lost(file: Path) -> None:
    database = Database(sqlite_url(file))
    catalog = Catalog(database)
    with database.read() as session:
        session.execute(text("PRAGMA max_page_count = 40"))
    with pytest.raises(DatabaseUnwritableError, match=r"full.*check free space"):
        catalog.store([CutNote(sample_note("字" * 200_000), (), MODIFIED_NS, "1")])
    assert catalog.totals() == Totals(notes=0, chunks=0, points=0)
    database.close()


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "nowhere" / "footnote.db"))
    with pytest.raises(DatabaseUnwritableError, match="unable to open database file"):
        migrate(database)


def test_a_place_without_write_ahead_log_is_refused(tmp_path: Path) -> None:
    address = f"sqlite:///file:{tmp_path}/footnote.db?vfs=unix-none&uri=true"
    with pytest.raises(DatabasePragmaError, match="journal_mode = delete and not wal"):
        migrate(Database(address))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "not of the form"),
        ("mysql://host/name", "mysql is not supported"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
    ],
)
def test_an_unusable_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(DatabaseAddressError, match=reason):
        Database(url)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    database = Database("postgresql://reader:hush@127.0.0.1:1/notes")
    with pytest.raises(
        DatabaseUnreachableError, match=r"reader:\*\*\*@127\.0\.0\.1:1/notes"
    ) as raised:
        migrate(database)
    assert "hush" not in str(raised.value)


def test_a_mistake_of_ours_stays_what_it_is(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)nowhere"), database.read() as session:
        session.execute(text("SELECT * FROM nowhere"))


def test_a_schema_that_is_no_text_is_a_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "footnote.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE state (key TEXT)")
    content = path.read_bytes()
    assert b"CREATE TABLE state" in content
    path.write_bytes(content.replace(b"CREATE TABLE state", b"\xffREATE \xd3ABLE state"))
    database = Database(sqlite_url(path))
    with pytest.raises(DatabaseDamagedError, match="schema"), database.read() as session:
        session.execute(text("SELECT key FROM state"))
    database.close()
