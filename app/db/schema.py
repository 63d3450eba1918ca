"""Brings a database to the schema that this version of the program works with."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.db.errors import SchemaTooNewError
from app.db.session import Database
from retrieval.failpoint import reach

HEAD = "0003"
"""The newest step; written here so that a start with nothing to do needs no Alembic."""


def migrate(database: Database) -> None:
    """Run the missing steps, all of them or none.

    An SQLite file that holds an older schema is copied beside itself first. Two programs may
    start at once: the second waits, and finds nothing left to do.

    Raises:
        SchemaTooNewError: A later version of the program wrote the database.
        DatabaseError: It cannot be opened, read or written.
    """
    with database.connection() as connection:
        if connection.dialect.name == "sqlite":
            # Altering a table drops the old one; with keys enforced that would delete
            # every row that refers to it. The connection is thrown away afterwards.
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            _wait_for_others(connection)
            found = revision(connection)
            if found == HEAD:
                return
            if found is not None:
                _refuse_unknown(found, database.place)
                _copy(connection, Path(database.place), found)
                reach("after schema copy")
            _upgrade(connection)
            reach("before schema commit")


def revision(connection: Connection) -> str | None:
    """Return the step a database stands at, None when it holds nothing of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _wait_for_others(connection: Connection) -> None:
    # SQLite began with its write lock already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('footnote schema'))"))


def _upgrade(connection: Connection) -> None:
    # Alembic takes a third of a second to import; a start with nothing to do goes without.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "app.db:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_unknown(found: str, place: str) -> None:
    if found > HEAD:
        raise SchemaTooNewError(place, found, HEAD)


def _copy(connection: Connection, path: Path, found: str) -> None:
    if connection.dialect.name != "sqlite":
        return
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    kept = path.with_name(f"{path.name}.schema-{found}-{moment}.copy")
    # A reader of its own: the copy is complete, whatever still stands in the write-ahead log.
    source, target = sqlite3.connect(path), sqlite3.connect(kept)
    try:
        kept.chmod(0o600)
        source.backup(target)
    finally:
        source.close()
        target.close()
