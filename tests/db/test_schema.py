import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from app.db.errors import SchemaTooNewError
from app.db.models import Row
from app.db.schema import HEAD, migrate, revision
from app.db.session import Database, sqlite_url


def stamp(database: Database, version: str) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_an_empty_database_gets_every_table(empty_database: Database) -> None:
    migrate(empty_database)
    with empty_database.connection() as connection, connection.begin():
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []
        assert revision(connection) == HEAD


def test_the_head_written_down_is_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", "app.db:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_two_programs_may_start_at_once(empty_database: Database) -> None:
    url = empty_database.engine.url.render_as_string(hide_password=False)
    databases = [empty_database, Database(url)]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(migrate, databases)) == [None, None]
    with databases[1].connection() as connection, connection.begin():
        assert revision(connection) == HEAD
    databases[1].close()


def test_a_start_with_nothing_to_do_copies_nothing(tmp_path: Path, migrated_file: Path) -> None:
    path = tmp_path / "footnote.db"
    path.write_bytes(migrated_file.read_bytes())
    database = Database(sqlite_url(path))
    migrate(database)
    database.close()
    assert [found.name for found in tmp_path.iterdir()] == ["footnote.db"]


def test_an_older_schema_is_copied_before_it_is_changed(
    tmp_path: Path, migrated_file: Path
) -> None:
    path = tmp_path / "footnote.db"
    path.write_bytes(migrated_file.read_bytes())
    database = Database(sqlite_url(path))
    with database.write() as session:
        session.execute(text("INSERT INTO state (key, value) VALUES ('kept', '显存')"))
    stamp(database, "0000")
    # No step leads on from 0000: the change fails after the copy was taken.
    with pytest.raises(CommandError):
        migrate(database)
    (copy,) = tmp_path.glob("footnote.db.schema-0000-*.copy")
    assert copy.stat().st_mode & 0o777 == 0o600
    for kept in (copy, path):
        connection = sqlite3.connect(kept)
        assert connection.execute("SELECT key, value FROM state").fetchall() == [("kept", "显存")]
        connection.close()
    database.close()


def test_a_newer_schema_is_left_alone(database: Database) -> None:
    stamp(database, "9999")
    with pytest.raises(SchemaTooNewError, match="schema 9999; this one knows up to 0003"):
        migrate(database)
    with database.connection() as connection, connection.begin():
        assert revision(connection) == "9999"
