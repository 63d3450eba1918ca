"""Kills a start that brings an older database forward, at each of its statements in turn.

``python -m tests.crash.migrating`` prints a JSON list with one entry per schema and kill.
"""

import importlib
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.db.schema import HEAD, migrate
from app.db.session import Database, sqlite_url
from retrieval.failpoint import arm
from tests.crash.campaign import scratch
from tests.crash.forking import PATIENCE_S, end, forked
from tests.crash.places import OF_THE_SCHEMA
from tests.crash.talk import Talk

SCHEMAS = Path(__file__).parent / "schemas"
"""One database of each schema that was ever released, as statements."""
TABLES = ("note", "tag", "chunk", "conversation", "turn", "source", "citation", "run", "state")


@dataclass(frozen=True, slots=True)
class At:
    """Where a start is killed."""

    statement: int = 0
    """Before this one, from 1."""
    place: str = ""


def main() -> int:
    """Kill everywhere, and print what was found."""
    tried: list[dict[str, Any]] = []
    importlib.import_module("alembic.command")  # once, not in each copy
    with scratch() as place:
        for dump in sorted(SCHEMAS.glob("*.sql")):
            if dump.stem != HEAD:
                tried.extend(_tried(dump, place))
    json.dump(tried, sys.stdout)
    return 0


def _tried(dump: Path, place: Path) -> Iterator[dict[str, Any]]:
    for name in OF_THE_SCHEMA:
        yield _killed(dump, place, At(place=name))
    statement, killed = 0, True
    while killed:
        statement += 1
        outcome = _killed(dump, place, At(statement=statement))
        killed = outcome["killed"]
        yield outcome


def _killed(dump: Path, place: Path, at: At) -> dict[str, Any]:
    """Restore a database, kill a start at one point, and say how the next start leaves it."""
    for file in place.glob("footnote.db*"):
        file.unlink()
    path = place / "footnote.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
        before = _counts(connection)
    status = _started(path, at)
    again = _started(path, At())
    with closing(sqlite3.connect(path)) as connection:
        return {
            "from": dump.stem,
            "at": at.place or at.statement,
            "killed": status == -signal.SIGKILL,
            "next_start": again,
            "integrity": connection.execute("PRAGMA integrity_check").fetchone()[0],
            "foreign": connection.execute("PRAGMA foreign_key_check").fetchall(),
            "schema": connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
            "kept": _counts(connection) == before,
            "left": connection.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE '\\_%' ESCAPE '\\'"
            ).fetchall(),
            "copies": len(list(place.glob("*.copy"))),
        }


def _counts(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    return [
        (table, connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
        for table in TABLES
    ]


def _started(path: Path, at: At) -> int:
    """Start in a process of its own; return how it ended."""

    def start(talk: Talk) -> None:
        if at.place:
            arm(at.place, 1, _die)
        with _database(path) as database:
            if at.statement:
                _die_before(at.statement)
            migrate(database)
        talk.say("done")

    with forked(start) as (child, talk):
        done = talk.waits(PATIENCE_S) and talk.hear() == "done"
        status = end(child)
    return 0 if done else status


@contextmanager
def _database(path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(path))
    try:
        yield database
    finally:
        database.close()


def _die_before(statement: int) -> None:
    """End this process before a statement, on whichever connection it runs."""
    count = 0

    def hear(*_: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            _die()

    event.listen(Engine, "before_cursor_execute", hear)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
