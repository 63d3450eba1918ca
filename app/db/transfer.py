"""All rows of one database into another, whichever kind each is."""

from collections.abc import Callable, Collection, Iterator, Mapping

from sqlalchemy import Connection, Delete, Table, delete, func, insert, select

from app.db.models import (
    CitationRow,
    ConversationRow,
    Row,
    SourceRow,
    StateRow,
    TraceRow,
    TurnRow,
    VerdictRow,
)
from app.db.session import Database

_ROWS_AT_ONCE = 500
STATE = StateRow.__tablename__
OF_CONVERSATIONS = (
    ConversationRow.__tablename__,
    TurnRow.__tablename__,
    SourceRow.__tablename__,
    CitationRow.__tablename__,
    VerdictRow.__tablename__,
    TraceRow.__tablename__,
    STATE,
)
"""Tables that no sync can make again."""

Counts = Mapping[str, int]


def tables(names: Collection[str] = ()) -> tuple[Table, ...]:
    """Return the tables with those names, or all, each after those that it refers to."""
    ordered = Row.metadata.sorted_tables
    return tuple(table for table in ordered if not names or table.name in names)


def copy(
    source: Database,
    target: Database,
    names: Collection[str] = (),
    kept: Collection[str] = (),
    on_rows: Callable[[int], None] | None = None,
) -> Counts:
    """Make the target's tables hold exactly the source's rows; return how many, by table.

    All are read as of one moment and written in one transaction. Both databases have the newest
    schema.

    Args:
        source: Where the rows are.
        target: Where they go; what stands in these tables is taken out first.
        names: Tables to copy; all when empty.
        kept: Keys of the state that stay as they are in the target.
        on_rows: Told how many rows are written so far.
    """
    wanted, counts, done = tables(names), dict[str, int](), 0
    with source.snapshot() as reading, target.connection() as writing, writing.begin():
        for table in reversed(wanted):
            writing.execute(_emptying(table, kept))
        for table in wanted:
            counts[table.name] = 0
            for rows in _pages(reading, table, kept):
                writing.execute(insert(table), rows)
                counts[table.name] += len(rows)
                done += len(rows)
                if on_rows is not None:
                    on_rows(done)
    return counts


def counted(database: Database, names: Collection[str] = ()) -> Counts:
    """Return the number of rows of each table."""
    with database.snapshot() as reading:
        return {
            table.name: reading.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables(names)
        }


def _emptying(table: Table, kept: Collection[str]) -> Delete:
    if table.name == STATE and kept:
        return delete(table).where(table.c.key.not_in(kept))
    return delete(table)


def _pages(
    reading: Connection, table: Table, kept: Collection[str]
) -> Iterator[list[dict[str, object]]]:
    query = select(table)
    if table.name == STATE and kept:
        query = query.where(table.c.key.not_in(kept))
    rows = reading.execute(query.execution_options(yield_per=_ROWS_AT_ONCE))
    for some in rows.mappings().partitions():
        yield [dict(row) for row in some]
