"""Rows read out of a damaged SQLite file, as many as can be.

A table is read in the order of its row ids. Where a page is broken, the range is halved until only
the rows on that page are left out. Every value is checked by the type of its column.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Dialect, Table, TypeDecorator
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from app.db.models import NoteRow

_HEADER = b"SQLite format 3\0"
_PAGES_AT = 28
_PAGE_SIZE = 4096
_FARTHEST = 1_000_000
"""Row id up to which is looked when the table does not tell its last one."""
_MOST_FAILURES = 20_000
"""Reads that may fail in one table before the rest of it is given up."""
_DIALECT: Dialect = sqlite_dialect()
_ErrorKinds = (sqlite3.Error, UnicodeDecodeError, OverflowError)

Values = dict[str, Any]


class Salvage:
    """Reads one damaged file; nothing is written to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read through ``connection``; use `salvaging`."""
        self._connection = connection
        self.lost: dict[str, int] = {}
        """Row ids of each table that could not be read, as far as the rows go that could."""
        self.open_ended: set[str] = set()
        """Tables whose last rows may be lost as well: nothing tells how many there were."""

    def rows(self, table: Table) -> Iterator[Values]:
        """Yield the rows of a table that can be read and make sense."""
        self.lost[table.name] = 0
        wanted = self._columns(table)
        # A note's text may span many pages; without it the note is still known.
        late = [column for column in wanted if column.name == _TEXT and table.name == _NOTE]
        early = [column for column in wanted if column not in late]
        if not early:
            self.open_ended.add(table.name)
            return
        for rowid, raw in self._raw(table, early):
            values = _sound(early, raw)
            if values is None:
                self.lost[table.name] += 1
                continue
            if late:
                values |= self._text_of(table, late, rowid)
            yield values

    def _columns(self, table: Table) -> list[Column[Any]]:
        """Return those columns of the table that the file has too."""
        try:
            told = self._connection.execute(f'PRAGMA table_info("{table.name}")').fetchall()
        except _ErrorKinds:
            return []
        there = {str(each[1]) for each in told}
        return [column for column in table.columns if column.name in there]

    def _raw(
        self, table: Table, columns: Sequence[Column[Any]]
    ) -> Iterator[tuple[int, Sequence[Any]]]:
        named = ", ".join(f'"{column.name}"' for column in columns)
        query = (
            f'SELECT rowid, {named} FROM "{table.name}" '  # noqa: S608 - names of our own tables
            "WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
        )
        last = self._last(table)
        ranges, failures, newest = [(1, _FARTHEST if last is None else last)], 0, 0
        unread: list[int] = []
        while ranges and failures < _MOST_FAILURES:
            low, high = ranges.pop()
            try:
                for row in self._connection.execute(query, (low, high)):
                    newest = int(row[0])
                    low = newest + 1
                    yield newest, row[1:]
            except _ErrorKinds:
                failures += 1
                if low >= high:
                    unread.append(low)
                    continue
                middle = (low + high) // 2
                ranges += [(middle + 1, high), (low, middle)]
        if last is None or ranges:
            self.open_ended.add(table.name)
        self.lost[table.name] += sum(last is not None or each < newest for each in unread)

    def _last(self, table: Table) -> int | None:
        """Return the last row id; None when the table does not tell it."""
        try:
            row = self._connection.execute(
                f'SELECT max(rowid) FROM "{table.name}"'  # noqa: S608 - the same
            ).fetchone()
        except _ErrorKinds:
            return None
        return int(row[0] or 0)

    def _text_of(self, table: Table, late: Sequence[Column[Any]], rowid: int) -> Values:
        query = f'SELECT "{_TEXT}" FROM "{table.name}" WHERE rowid = ?'  # noqa: S608 - the same
        try:
            values = _sound(late, self._connection.execute(query, (rowid,)).fetchone() or ())
        except _ErrorKinds:
            values = None
        return values or {_TEXT: ""}


_NOTE, _TEXT = NoteRow.__tablename__, "text"


def _sound(columns: Sequence[Column[Any]], raw: Sequence[Any]) -> Values | None:
    """Return the values as the program has them; None when one is none of its column's."""
    values: Values = {}
    for column, value in zip(columns, raw, strict=False):
        if value is None:
            if not column.nullable:
                return None
            values[column.name] = None
            continue
        process = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
        try:
            values[column.name] = value if process is None else process(value)
            plain = not isinstance(column.type, TypeDecorator)
            if plain and not isinstance(values[column.name], column.type.python_type):
                return None
        except (ValueError, TypeError, AttributeError, NotImplementedError, KeyError):
            return None
    return values if len(values) == len(columns) else None


@contextmanager
def salvaging(file: Path, sound: Path) -> Iterator[Salvage | None]:
    """Open a damaged file in the way in which most of it can be read; None when there is none.

    Args:
        file: The damaged file, its write-ahead log beside it. Neither is written to.
        sound: An empty database of the newest schema: its first page stands in for a broken one.
    """
    doctored = file.with_name(f"{file.name}.first-page")
    try:
        addresses = [f"file:{_quoted(file)}?mode=ro", f"file:{_quoted(file)}?immutable=1"]
        if _give_first_page(file, sound, doctored):
            addresses.append(f"file:{_quoted(doctored)}?immutable=1")
        best = max(addresses, key=_readable_through, default=None)
        if best is None or not _readable_through(best)[0]:
            yield None
            return
        with closing(sqlite3.connect(best, uri=True, isolation_level=None)) as connection:
            yield Salvage(connection)
    finally:
        doctored.unlink(missing_ok=True)


def _readable_through(address: str) -> tuple[bool, bool, int]:
    """Return whether tables are there, whether all is sound, and how many turns can be read."""
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            turns = 0
            try:
                checked = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            except _ErrorKinds:
                checked = "broken"
            try:
                for _ in connection.execute("SELECT id FROM turn NOT INDEXED ORDER BY rowid"):
                    turns += 1
            except _ErrorKinds:
                pass
            return tables > 0, checked == "ok", turns
    except _ErrorKinds:
        return False, False, 0


def _give_first_page(file: Path, sound: Path, doctored: Path) -> bool:
    """Make a copy with the first page of a sound file, where that of this one is broken.

    The steps of a new database always put its tables at the same pages.
    """
    data = bytearray(file.read_bytes())
    if data.startswith(_HEADER) or len(data) < 2 * _PAGE_SIZE:
        return False
    first = bytearray(sound.read_bytes()[:_PAGE_SIZE])
    first[_PAGES_AT : _PAGES_AT + 4] = (len(data) // _PAGE_SIZE).to_bytes(4, "big")
    data[:_PAGE_SIZE] = first
    doctored.write_bytes(data)
    return True


def _quoted(file: Path) -> str:
    return str(file).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
