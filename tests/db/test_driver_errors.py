import sqlite3

import pytest
from sqlalchemy import exc

from app.db.driver_errors import translated
from app.db.errors import DatabaseLockedError


def coded(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("near FORM: syntax error")
    error.sqlite_errorcode = code
    return error


def test_a_wait_for_a_free_connection_is_a_lock() -> None:
    error = translated(exc.TimeoutError("QueuePool limit"), "notes.db", 3)
    assert isinstance(error, DatabaseLockedError)
    assert "notes.db was held by another writer for more than 3 seconds" in str(error)


@pytest.mark.parametrize(
    "mistake",
    [
        exc.InvalidRequestError("no such attribute"),
        exc.IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
        exc.OperationalError("SELECT", {}, coded(sqlite3.SQLITE_ERROR)),
    ],
)
def test_a_mistake_of_ours_is_not_translated(mistake: exc.SQLAlchemyError) -> None:
    assert translated(mistake, "notes.db", 3) is mistake
