"""Connections: one engine, short reads, one writer at a time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.driver_errors import translated
from app.db.errors import (
    DatabaseAddressError,
    DatabaseDamagedError,
    DatabaseLockedError,
    DatabasePragmaError,
)

PATIENCE_S = 30.0
"""How long a writer waits for the writers before it, in seconds."""
WRITES = "writes"
"""Execution option of a connection whose transactions write."""

PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("foreign_keys", "ON", 1),
)
"""Name, value to set, value to read back."""
# NORMAL never damages the file, and a crash of the program loses nothing; a power cut may undo
# the last commits. Notes are read again then, and a flush of the disk per note of a sync is saved.
# Questions and answers cannot be read again.
_NORMAL = ("synchronous", "NORMAL", 1)
_FULL = ("synchronous", "FULL", 2)


class ReadSession(Session):
    """A session that only selects."""


class WriteSession(ReadSession):
    """A session whose changes are committed together when its block ends."""


class Database:
    """One database, SQLite or PostgreSQL. Any thread may open sessions.

    A session is short: none stays open while a model, the index or a reader is waited for.
    """

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        """Take an SQLAlchemy address; nothing is opened yet.

        Args:
            url: Address such as `sqlite_url` gives, or ``postgresql://user@host/name``.
            patience_s: How long a writer waits for the writers before it, in seconds.

        Raises:
            DatabaseAddressError: The address cannot be used.
        """
        address = _address(url)
        self.place = address.database or "" if _is_sqlite(address) else _place(address)
        self.engine = _engine(address, self.place, patience_s)
        # Several statements of one reader see one state; SQLite's transactions do so anyway.
        level = {} if _is_sqlite(address) else {"isolation_level": "REPEATABLE READ"}
        self._reading_engine = self.engine.execution_options(**level)
        self._writing_engine = self.engine.execution_options(**{WRITES: True})
        durable = _durable_engine(address, self.place, patience_s) or self.engine
        self._durable_engine = durable.execution_options(**{WRITES: True})
        # SQLite lets writers in by chance; a queue within the process is fair.
        self._patience_s = patience_s
        self._damage: DatabaseDamagedError | None = None
        self._turn = threading.Lock() if _is_sqlite(address) else None

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """Open a session that sees one state of the database.

        Raises:
            DatabaseError: One of its kinds.
        """
        with self._sentences(), ReadSession(self._reading_engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[WriteSession]:
        """Open a session that commits when the block ends, or leaves nothing behind.

        Args:
            durable: Commit only once the disk has it, so that a power cut loses nothing; what
                was committed before is on the disk then too.

        Raises:
            DatabaseError: One of its kinds.
        """
        with (
            self._turn_taken(),
            self._sentences(),
            WriteSession(self._durable_engine if durable else self._writing_engine) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection that only selects, all of it from one moment.

        Raises:
            DatabaseError: One of its kinds.
        """
        with (
            self._sentences(),
            self._reading_engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open a bare connection for a change of everything, outside any pool; it is durable.

        Raises:
            DatabaseError: One of its kinds.
        """
        with (
            self._turn_taken(),
            self._sentences(),
            self._durable_engine.connect() as connection,
        ):
            connection.detach()
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._durable_engine.dispose()
        self.engine.dispose()

    @contextmanager
    def _turn_taken(self) -> Iterator[None]:
        if self._damage is not None:
            raise self._damage  # writing on would spread it
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._patience_s):
            raise DatabaseLockedError(self.place, self._patience_s)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except exc.SQLAlchemyError as error:
            ours = translated(error, self.place, self._patience_s)
            if ours is error:
                raise
            if isinstance(ours, DatabaseDamagedError):
                self._damage = ours
            raise ours from error
        except UnicodeDecodeError as error:
            # What SQLite says of a broken schema quotes it, and the driver cannot read that.
            self._damage = DatabaseDamagedError(self.place, "its schema is no text")
            raise self._damage from error


def sqlite_url(path: Path) -> str:
    """Return the address of an SQLite database file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        raise DatabaseAddressError("it is not of the form driver://place") from error
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseAddressError(f"{address.get_backend_name()} is not supported")
    if _is_sqlite(address) and address.database in {None, "", ":memory:"}:
        raise DatabaseAddressError("SQLite needs a file")
    return address


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _place(address: URL) -> str:
    return address.set(query={}).render_as_string(hide_password=True)


def _engine(address: URL, place: str, patience_s: float) -> Engine:
    if _is_sqlite(address):
        return _sqlite_engine(address, place, patience_s, _NORMAL)
    try:
        return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except ModuleNotFoundError as error:
        reason = "PostgreSQL needs a driver; install footnote[postgres]"
        raise DatabaseAddressError(reason) from error


def _durable_engine(address: URL, place: str, patience_s: float) -> Engine | None:
    """Return an engine whose commits are on the disk; PostgreSQL's always are."""
    if not _is_sqlite(address):
        return None
    return _sqlite_engine(address, place, patience_s, _FULL)


def _sqlite_engine(
    address: URL, place: str, patience_s: float, synchronous: tuple[str, str, object]
) -> Engine:
    engine = create_engine(address, pool_size=8, max_overflow=40)
    timeout = ("busy_timeout", str(int(patience_s * 1000)), int(patience_s * 1000))

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        del record
        # The driver opens no transactions; `begin` below does, reads and DDL included.
        connection.isolation_level = None
        # The timeout comes first: the others may have to wait.
        for name, value, expected in (timeout, *PRAGMAS, synchronous):
            _set_pragma(connection, name, value)
            found = _pragma(connection, name)
            if found != expected:
                raise DatabasePragmaError(place, name, expected, found)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A write that begins as a read can find the database changed and must then fail.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _set_pragma(connection: sqlite3.Connection, name: str, value: str) -> None:
    # The journal mode is a fact of the file; setting it again may have to wait for a writer.
    if name != "journal_mode" or _pragma(connection, name) != value.lower():
        connection.execute(f"PRAGMA {name} = {value}")


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    row: tuple[object, ...] = connection.execute(f"PRAGMA {name}").fetchone()
    return row[0]
