"""Rows read out of a damaged SQLite file, as many as can be.

A table is read in the order of its row ids. Where a page is broken, the range is halved until only
the rows on that page are left out. Every value is checked by the type of its column.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Column, Dialect, Table, TypeDecorator
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from app.db.models import NoteRow, TurnRow
from app.db.soundness import identity

_HEADER = b"SQLite format 3\0"
_PAGES_AT = 28
_PAGE_SIZE = 4096
_FARTHEST = 1_000_000
"""Row id up to which is looked when the table does not tell its last one."""
_MOST_FAILURES = 20_000
"""Reads that may fail in one table before the rest of it is given up."""
_FILE_HEADER = 100
_INTERIOR = 0x05
_MOST_TIMES_LONGER = 64
"""How much longer than it is a file may say that it is."""
_TURN = cast("Table", TurnRow.__table__)
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
        sound: An empty database of the newest schema: its schema stands in for a broken one.
    """
    copies = [file.with_name(f"{file.name}.draft-{number}") for number in (1, 2)]
    try:
        _mend_copies(file, sound, *copies)
        alone = f"file:{_quoted(file)}?immutable=1"
        addresses = [f"file:{_quoted(each)}?immutable=1" for each in copies]
        views = [_view(each) for each in (f"file:{_quoted(file)}?mode=ro", alone, *addresses)]
        if views[1].identity not in ("", views[0].identity):
            del views[0]  # the log is another database's
        best = max(views, key=_View.worth)
        if not best.tables:
            yield None
            return
        with closing(sqlite3.connect(best.address, uri=True, isolation_level=None)) as connection:
            yield Salvage(connection)
    finally:
        for each in copies:
            each.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _View:
    """What can be seen of a file when it is opened in one way."""

    address: str
    tables: bool = False
    identity: str = ""
    turns: int = 0
    sound: bool = False

    def worth(self) -> tuple[bool, int, bool]:
        """Return what makes one view better than another."""
        return self.tables, self.turns, self.sound


def _view(address: str) -> _View:
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            turns = sum(1 for _ in Salvage(connection).rows(_TURN))
            try:
                checked = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            except _ErrorKinds:
                checked = "broken"
            return _View(address, tables > 0, identity(connection), turns, checked == "ok")
    except _ErrorKinds:
        return _View(address)


def _mend_copies(file: Path, sound: Path, padded: Path, headed: Path) -> None:
    """Make two copies: one as long as it says it is, one with the schema of a sound file.

    The steps of a new database always put its tables at the same pages.
    """
    data = bytearray(file.read_bytes())
    pages = -(-len(data) // _PAGE_SIZE)
    if data.startswith(_HEADER):
        pages = max(pages, int.from_bytes(data[_PAGES_AT : _PAGES_AT + 4], "big"))
    pages = min(pages, _MOST_TIMES_LONGER * (len(data) // _PAGE_SIZE + 1))
    data.extend(bytes(pages * _PAGE_SIZE - len(data)))
    padded.write_bytes(data)
    empty = sound.read_bytes()
    for page in _schema_pages(empty, 1):
        place = slice((page - 1) * _PAGE_SIZE, page * _PAGE_SIZE)
        data[place] = empty[place]
    data[_PAGES_AT : _PAGES_AT + 4] = pages.to_bytes(4, "big")
    headed.write_bytes(data)


def _schema_pages(data: bytes, page: int) -> Iterator[int]:
    """Yield the numbers of the pages that hold the schema; see SQLite's file format, 1.6."""
    yield page
    start = (page - 1) * _PAGE_SIZE
    head = start + (_FILE_HEADER if page == 1 else 0)
    if data[head] != _INTERIOR:
        return
    cells = int.from_bytes(data[head + 3 : head + 5], "big")
    places = (head + 12 + 2 * cell for cell in range(cells))
    children = [start + int.from_bytes(data[place : place + 2], "big") for place in places]
    for child in (*children, head + 8):
        yield from _schema_pages(data, int.from_bytes(data[child : child + 4], "big"))


def _quoted(file: Path) -> str:
    return str(file).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
