"""Homes in memory, and with the database and the index that the program has."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.db.catalog import Catalog
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from retrieval.edge import EdgeIndex
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.ingest.homes import NOTES, Home, OpenHome


@pytest.fixture
def open_real() -> Iterator[OpenHome]:
    """Open homes with SQLite and Edge; they are closed at the end."""
    with ExitStack() as stack:

        def opened(place: Path) -> Home:
            (place / "notes").mkdir(parents=True, exist_ok=True)
            database = Database(sqlite_url(place / "footnote.db"))
            stack.callback(database.close)
            migrate(database)
            index = stack.enter_context(EdgeIndex.open(place / "index"))
            return Home(place / "notes", Catalog(database), index)

        yield opened


@pytest.fixture
def open_fake() -> OpenHome:
    """Open homes in memory."""

    def opened(place: Path) -> Home:
        (place / "notes").mkdir(parents=True, exist_ok=True)
        return Home(place / "notes", FakeCatalog(), FakeIndex())

    return opened


@pytest.fixture(params=["fake", "real"])
def open_home(request: pytest.FixtureRequest, open_real: OpenHome, open_fake: OpenHome) -> OpenHome:
    """Open homes of either kind."""
    return open_real if request.param == "real" else open_fake


@pytest.fixture
def home(open_home: OpenHome, tmp_path: Path) -> Home:
    """An empty home of either kind."""
    return open_home(tmp_path / "home")


@pytest.fixture
def full(home: Home) -> Home:
    """A home with a few notes taken in."""
    home.write(NOTES)
    home.sync()
    return home
