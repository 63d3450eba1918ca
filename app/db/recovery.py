"""A new database in the place of a damaged one, with everything that could be saved."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app.db.models import NoteRow, RunRow
from app.db.salvage import Salvage, Values, salvaging
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from app.db.structure import Structure
from app.db.transfer import OF_CONVERSATIONS, STATE, counted, tables

_SAVED = (*OF_CONVERSATIONS, RunRow.__tablename__, NoteRow.__tablename__)
_OF_THE_INDEX = "lexical."
_BESIDE = ("-wal", "-shm")
_ROWS_AT_ONCE = 200


@dataclass(slots=True)
class Recovery:
    """What was saved of a damaged database."""

    aside: Path
    """The damaged file, kept."""
    saved: dict[str, int] = field(default_factory=dict)
    """Rows of each table that were read from it."""
    lost: dict[str, int] = field(default_factory=dict)
    """Rows of each table that could not be read; some may have been empty places."""
    open_ended: set[str] = field(default_factory=set)
    """Tables of which more may be lost than is counted."""
    filled: dict[str, int] = field(default_factory=dict)
    """Rows of each table that came from a backup instead."""
    unreadable: bool = False
    """Whether nothing at all could be read."""

    conversations: int = 0
    """Conversations that are there now, those included that were made anew around questions."""
    questions: int = 0
    """Questions that are there now."""


def recover(file: Path, backups: Iterable[Database], now: datetime | None = None) -> Recovery:
    """Put a new database in the place of a damaged one, which is kept beside it.

    Notes keep their ids; their texts are to be read again. A crash in the middle leaves the
    damaged file where it was, or the new one there.

    Args:
        file: The damaged file; it may be missing where only backups are left.
        backups: Databases of backups, the newest first, for what cannot be read.
        now: The time that names the file set aside.
    """
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
    recovery = Recovery(file.with_name(f"{file.name}.damaged-{moment}"))
    draft = file.with_name(f"{file.name}.draft")
    _remove(draft)
    with closing(Database(sqlite_url(draft))) as target:
        migrate(target)
    with _salvage(file, draft) as salvage, closing(Database(sqlite_url(draft))) as target:
        recovery.unreadable = salvage is None
        with _unchecked(target) as writing:
            if salvage is not None:
                for table in tables(_SAVED):
                    rows = (_kept(table, row) for row in salvage.rows(table))
                    recovery.saved[table.name] = _insert(writing, table, filter(None, rows))
                recovery.lost = {name: count for name, count in salvage.lost.items() if count}
                recovery.open_ended = salvage.open_ended
                recovery.unreadable = not any(recovery.saved.values())
            if salvage is None or {*recovery.lost, *recovery.open_ended} & {*OF_CONVERSATIONS}:
                _fill(writing, backups, recovery)
        Structure(target).mend()
        counts = counted(target, OF_CONVERSATIONS)
        recovery.conversations, recovery.questions = counts["conversation"], counts["turn"]
    _put_in_place(file, draft, recovery.aside)
    return recovery


@contextmanager
def _salvage(file: Path, sound: Path) -> Iterator[Salvage | None]:
    if not file.exists() or file.stat().st_size == 0:
        yield None
        return
    with salvaging(file, sound) as salvage:
        yield salvage


@contextmanager
def _unchecked(target: Database) -> Iterator[Connection]:
    """Open a transaction in which a row may come before the one it refers to."""
    with target.connection() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            yield connection


def _kept(table: Table, row: Values) -> Values | None:
    """Return what is kept of a row; a note is to be cut again whatever its file says."""
    if table.name == STATE and str(row["key"]).startswith(_OF_THE_INDEX):
        return None
    if table.name == NoteRow.__tablename__:
        return row | {"cutter": "", "modified_ns": 0, "characters": len(row["text"])}
    return row


def _insert(writing: Connection, table: Table, rows: Iterable[Values]) -> int:
    """Insert rows, passing over doubles; return how many came in."""
    statement = insert(table).prefix_with("OR IGNORE")
    before = _count(writing, table)
    rest = iter(rows)
    while some := list(islice(rest, _ROWS_AT_ONCE)):
        try:
            with writing.begin_nested():
                writing.execute(statement, some)
        except SQLAlchemyError:
            for row in some:
                _insert_alone(writing, table, row)
    return _count(writing, table) - before


def _insert_alone(writing: Connection, table: Table, row: Mapping[str, Any]) -> None:
    try:
        with writing.begin_nested():
            writing.execute(insert(table).prefix_with("OR IGNORE"), row)
    except SQLAlchemyError:
        return  # it cannot be stored; the counts tell


def _count(writing: Connection, table: Table) -> int:
    return len(writing.execute(select(*table.primary_key.columns)).all())


def _fill(writing: Connection, backups: Iterable[Database], recovery: Recovery) -> None:
    """Add what the newest backup has besides."""
    for backup in backups:
        with backup.snapshot() as reading:
            for table in tables(OF_CONVERSATIONS):
                rows = [dict(row) for row in reading.execute(select(table)).mappings()]
                kept = [each for each in (_kept(table, row) for row in rows) if each]
                recovery.filled[table.name] = _insert(writing, table, kept)
        return


def _put_in_place(file: Path, draft: Path, aside: Path) -> None:
    """Keep the damaged file under another name and give its own to the new one."""
    for suffix in ("", *_BESIDE):
        part = file.with_name(f"{file.name}{suffix}")
        if part.exists():
            _keep(part, aside.with_name(f"{aside.name}{suffix}"))
    # A log that is left would be taken for the new file's.
    for suffix in _BESIDE:
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.replace(file)


def _keep(part: Path, kept: Path) -> None:
    try:
        os.link(part, kept)
    except OSError:
        shutil.copy2(part, kept)  # a disk without links


def _remove(draft: Path) -> None:
    for suffix in ("", *_BESIDE):
        draft.with_name(f"{draft.name}{suffix}").unlink(missing_ok=True)
