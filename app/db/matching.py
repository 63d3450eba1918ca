"""Finding words in columns, every character of them taken literally."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, Select, and_, case, func, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.db.columns import ExactText

MOST_WORDS = 8
"""Words of a query that are looked for; a pasted page would scan every note for each."""
SNIPPET = 160
"""Characters of a snippet."""
_BEFORE = 40
"""Characters of a snippet that stand before the match."""

Text = InstrumentedAttribute[str]


def words(query: str) -> list[str]:
    """Return the words of a query, as far as they are looked for."""
    return query.split()[:MOST_WORDS]


def holding(query: str, *columns: Text) -> ColumnElement[bool]:
    """Whether each word of ``query`` stands in one of the columns, in whatever case.

    ``%`` and ``_`` are characters like any other. An empty query is always true.
    """
    return and_(
        true(),
        *(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in words(query)
        ),
    )


def snippet(column: Text, word: str, dialect: Dialect) -> ColumnElement[str]:
    """Return the stretch around the first ``word`` in a column, empty where it is not."""
    place: ColumnElement[int] = _position(column, word, dialect)
    start = case((place > _BEFORE, place - _BEFORE), else_=1)
    cut = func.substr(column, start, SNIPPET, type_=ExactText())
    return case((place > 0, cut), else_="")


def page(statement: Select[*tuple[Any, ...]], limit: int, offset: int) -> Select[*tuple[Any, ...]]:
    """Return the rows of one page; a negative number counts as none."""
    return statement.limit(max(0, limit)).offset(max(0, offset))


def _position(column: Text, word: str, dialect: Dialect) -> Any:  # noqa: ANN401 (SQL function)
    name = "strpos" if dialect.name == "postgresql" else "instr"
    return getattr(func, name)(func.lower(column), func.lower(literal(word, ExactText())))
