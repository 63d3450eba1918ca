"""Stretches of days, and the arithmetic of months. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12
_QUARTER = 3
_HALF = 6


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` up to, but not with, ``end``."""

    first: date
    """`date.min` when it has no beginning."""
    end: date
    """`date.max` when it has no end."""

    def __str__(self) -> str:
        """Write the first and the last day; an open side stays empty."""
        first = "" if self.first == date.min else self.first.isoformat()
        last = "" if self.end == date.max else (self.end - timedelta(days=1)).isoformat()
        return first if first == last else f"{first} – {last}".strip()

    def holds(self, when: str) -> bool:
        """Whether a chunk's date lies in it; one without a day when its month or year meets it.

        Args:
            when: As `retrieval.chunk.Chunk.when` has it; a time of day alone is no date.
        """
        day = dated(when)
        first = self.first.isoformat()
        return bool(day) and (day >= first or first.startswith(day)) and day < self.end.isoformat()


def dated(when: str) -> str:
    """Return the date that begins a chunk's ``when``: a day, a month or a year; else nothing."""
    day = when[:10]
    return day if day[:4].isdecimal() and day[4:5] in {"", "-"} and len(day) in {4, 7, 10} else ""


def day(first: date) -> Period:
    """Return one day."""
    return Period(first, _later(first, 1))


def days(first: date, count: int) -> Period:
    """Return that many days from ``first`` on."""
    return Period(first, _later(first, count))


def week(today: date, ago: int = 0) -> Period:
    """Return the week of ``today``, from Monday, or one of those before."""
    return days(_later(today, -today.weekday() - 7 * ago), 7)


def months(year: int, month: int, count: int = 1) -> Period | None:
    """Return whole months; ``month`` counts from 1 and may lie outside of the year."""
    first, end = _month(year, month), _month(year, month + count)
    return Period(first, end) if first and end else None


def quarter(year: int, number: int) -> Period | None:
    """Return a quarter of a year, counted from 1."""
    return months(year, _QUARTER * (number - 1) + 1, _QUARTER)


def half(year: int, number: int) -> Period | None:
    """Return a half of a year, counted from 1."""
    return months(year, _HALF * (number - 1) + 1, _HALF)


def whole_year(year: int) -> Period | None:
    """Return a year."""
    return months(year, 1, MONTHS)


def given_day(year: int, month: int, number: int) -> Period | None:
    """Return a day; None when there is no such one."""
    try:
        return day(date(year, month, number))
    except ValueError:
        return None


def back(today: date, count: int, unit: str) -> Period:
    """Return the ``count`` days, weeks, months or years that end with ``today``."""
    end = _later(today, 1)
    if unit == "day":
        return Period(_later(end, -count), end)
    if unit == "week":
        return Period(_later(end, -7 * count), end)
    first = _month(today.year, today.month - count * (MONTHS if unit == "year" else 1))
    if first is None:
        return Period(date.min, end)
    last = _month(first.year, first.month + 1) or date.max
    number = min(today.day, (last - first).days)
    return Period(min(end, _later(first, number - 1)), end)


def ago(today: date, count: int, unit: str) -> Period | None:
    """Return the day, week, month or year that lies that far back."""
    if unit == "day":
        return day(_later(today, -count))
    if unit == "week":
        return week(today, count)
    if unit == "month":
        return months(today.year, today.month - count)
    return whole_year(today.year - count)


def latest_month(month: int, today: date, known: Collection[str]) -> Period | None:
    """Return the latest month of that number: of those that are known, else of all so far.

    Args:
        month: 1 to 12.
        today: No month begins after it.
        known: Months that notes are dated in, such as ``2024-03``.
    """
    so_far = f"{today.year:04}-{today.month:02}"
    written = [each for each in known if each[5:] == f"{month:02}" and each <= so_far]
    if written:
        return months(int(max(written)[:4]), month)
    return months(today.year if month <= today.month else today.year - 1, month)


def latest_begun(periods: Iterator[Period | None], today: date) -> Period | None:
    """Return the first of some periods, latest first, that has begun."""
    return next((each for each in periods if each and each.first <= today), None)


def _month(year: int, month: int) -> date | None:
    year, month = year + (month - 1) // MONTHS, (month - 1) % MONTHS + 1
    return date(year, month, 1) if date.min.year <= year <= date.max.year else None


def _later(first: date, count: int) -> date:
    try:
        return first + timedelta(days=count)
    except OverflowError:
        return date.min if count < 0 else date.max
