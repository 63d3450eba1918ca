"""Column types that give back exactly what was stored, on SQLite and on PostgreSQL.

PostgreSQL refuses U+0000 in text, neither database takes a lone surrogate, and SQLite's string
functions stop at U+0000. `ExactText` therefore seals such characters: each becomes U+0001 and a
character of the private plane 15 that stands for it. Texts without them, nearly all, are stored
as they are, so that SQL can search and cut them.
"""

import json
import re
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

_SEAL = "\x01"
_PLANE = 0xF0000
_UNSTORABLE = re.compile("[\x00\x01\ud800-\udfff]")
_SEALED = re.compile("\x01([\U000f0000\U000f0001\U000fd800-\U000fdfff])")


def sealed(text: str) -> str:
    """Return ``text`` with every character that a database refuses replaced by a stand-in."""
    return _UNSTORABLE.sub(lambda found: f"{_SEAL}{chr(_PLANE + ord(found[0]))}", text)


def unsealed(stored: str) -> str:
    """Return the text that `sealed` was given."""
    if _SEAL not in stored:
        return stored
    return _SEALED.sub(lambda found: chr(ord(found[1]) - _PLANE), stored)


def is_storable(text: str) -> bool:
    """Whether ``text`` is stored as it is, so that offsets in SQL are offsets in the text."""
    return _UNSTORABLE.search(text) is None


class ExactText(TypeDecorator[str]):
    """Text of any code points, lone surrogates and U+0000 included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal what the database refuses."""
        del dialect
        return None if value is None else sealed(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Give back the text as it was."""
        del dialect
        return None if value is None else unsealed(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise NaiveTimeError(value)
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time; SQLite keeps none of the zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[object]):
    """A JSON value as ASCII text, the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write the value; None stays SQL's NULL."""
        del dialect
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Read the value."""
        del dialect
        return None if value is None else json.loads(value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Write the list."""
        del dialect
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Read the tuple."""
        del dialect
        return None if value is None else _strings(value)


@lru_cache(maxsize=10_000)
def _strings(value: str) -> tuple[str, ...]:
    """Read a JSON list; chunks of one section all have the same headings."""
    return tuple(json.loads(value))


class NaiveTimeError(ValueError):
    """A time without a zone cannot be stored: it might mean any moment of a day."""

    def __init__(self, value: datetime) -> None:
        super().__init__(f"The time {value.isoformat()} has no zone. Pass an aware time.")
