"""A database for each test: SQLite in a folder, and PostgreSQL where an address is given."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from app.db.schema import migrate
from app.db.session import Database, sqlite_url

POSTGRES = os.environ.get("FOOTNOTE_TEST_POSTGRES_URL", "")
KINDS = ["sqlite", "postgres"] if POSTGRES else ["sqlite"]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "footnote.db"
    database = Database(sqlite_url(path))
    migrate(database)
    database.close()
    return path


@contextmanager
def postgres_schema() -> Iterator[str]:
    """Give the address of an empty schema and drop it afterwards."""
    address = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"test_{uuid4().hex}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
        path = address.update_query_dict({"options": f"-csearch_path={name}"})
        try:
            yield path.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture(params=KINDS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(sqlite_url(tmp_path / "footnote.db"))
        yield database
        database.close()
        return
    with postgres_schema() as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture(params=KINDS)
def database(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path
) -> Iterator[Database]:
    """A database with all tables, empty."""
    if request.param == "sqlite":
        path = tmp_path / "footnote.db"
        shutil.copy(migrated_file, path)
        database = Database(sqlite_url(path))
        yield database
        database.close()
        return
    with postgres_schema() as url:
        database = Database(url)
        migrate(database)
        yield database
        database.close()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that is a minute later each time it is asked."""
    moment = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal moment
        moment += timedelta(minutes=1)
        return moment

    return tick
