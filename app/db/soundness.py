"""Whether an SQLite file may be opened at all; looked at before anything could write to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.db.errors import DatabaseDamagedError

IDENTITY = "database.id"
"""State: a random name, by which the log of another database is told."""
_CHECK = "PRAGMA quick_check(1)"
_HEADER = b"SQLite format 3\0"
_SMALLEST = 100
_PAGE_SIZE_AT = slice(16, 18)
_PAGES_AT = slice(28, 32)
_LARGEST_PAGE = 65_536


def refuse_damaged(file: Path, *, used: bool, backed_up: bool) -> None:
    """Refuse a file that is no database, too short, or has the log of another one beside it.

    SQLite would make an empty file into a new database, and write a foreign log into it. A log
    that is there tells that a program died; only then all pages are looked at.

    Args:
        file: The database file; one that is not there yet is as it should be.
        used: Whether other files tell that there were notes or conversations before.
        backed_up: Whether one of those is a backup.

    Raises:
        DatabaseDamagedError: It is not to be opened.
    """
    if not file.is_file():
        if backed_up and not file.exists():
            raise DatabaseDamagedError(str(file), "it is not there, though a backup of it is")
        return
    size = file.stat().st_size
    if size == 0:
        if used:
            raise DatabaseDamagedError(str(file), "it is empty")
        return
    log = file.with_name(f"{file.name}-wal")
    has_log = log.is_file() and log.stat().st_size > 0
    with file.open("rb") as stream:
        header = stream.read(_SMALLEST)
    reason = _fault(header, size, has_log=has_log)
    if not reason and has_log:
        reason = _fault_with_log(file)
    if reason:
        raise DatabaseDamagedError(str(file), reason)


def _fault(header: bytes, size: int, *, has_log: bool) -> str:
    if not header.startswith(_HEADER) or len(header) < _SMALLEST:
        return "file is not a database"
    page = int.from_bytes(header[_PAGE_SIZE_AT], "big")
    page = _LARGEST_PAGE if page == 1 else page
    pages = int.from_bytes(header[_PAGES_AT], "big")
    if not has_log and size < page * pages:
        return f"it has {size:,} bytes of {page * pages:,}: its end is missing"
    return ""


def _fault_with_log(file: Path) -> str:
    # A connection that only reads never moves the log into the file, not even when it closes.
    address = file.absolute().as_uri()
    try:
        with closing(sqlite3.connect(f"{address}?mode=ro", uri=True)) as connection:
            told = " ".join(str(connection.execute(_CHECK).fetchone()[0]).split())
            logged = identity(connection)
        with closing(sqlite3.connect(f"{address}?immutable=1", uri=True)) as connection:
            alone = identity(connection)
    except sqlite3.OperationalError as error:
        # Locked, or its folder cannot be written: whoever opens it is told.
        return str(error) if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT else ""
    except sqlite3.DatabaseError as error:
        return str(error)
    if alone and logged != alone:
        return "the write-ahead log beside it is that of another database"
    return "" if told == "ok" else f"its write-ahead log does not fit it: {told}"


def identity(connection: sqlite3.Connection) -> str:
    """Return the id that the database was given; empty when it has none yet."""
    try:
        row = connection.execute("SELECT value FROM state WHERE key = ?", (IDENTITY,)).fetchone()
    except sqlite3.Error:
        return ""
    return "" if row is None else str(row[0])
