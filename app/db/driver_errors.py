"""From an exception of a database driver to the error that says what to do."""

import sqlite3

from sqlalchemy import exc

from app.db.errors import (
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabaseUnreachableError,
    DatabaseUnwritableError,
)

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
_PRIMARY_CODE = 0xFF


def translated(error: exc.SQLAlchemyError, place: str, patience: float) -> Exception:
    """Return our error for a driver's, or the driver's own when it is a mistake of ours.

    Args:
        error: What SQLAlchemy raised.
        place: The database's address without its password.
        patience: Seconds that a writer waits for another.
    """
    if isinstance(error, exc.TimeoutError):
        return DatabaseLockedError(place, patience)
    if not isinstance(error, exc.DBAPIError):
        return error
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _translated_sqlite(error, code & _PRIMARY_CODE, place, patience)
    if isinstance(error, exc.OperationalError | exc.InterfaceError):
        return DatabaseUnreachableError(place, _reason(error))
    return error


def _translated_sqlite(error: exc.DBAPIError, code: int, place: str, patience: float) -> Exception:
    if code in _BUSY:
        return DatabaseLockedError(place, patience)
    if code in _DAMAGED:
        return DatabaseDamagedError(place, _reason(error))
    if code in _UNWRITABLE:
        return DatabaseUnwritableError(place, _reason(error))
    return error


def _reason(error: exc.DBAPIError) -> str:
    return " ".join(str(error.orig).split()).rstrip(".")
