"""Dates and times as notes write them."""

import re
from datetime import date

DATE = (
    r"(?P<year>[0-9]{4})[-/.年](?P<month>1[0-2]|0?[1-9])[-/.月]"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])日?"
)
CLOCK = r"(?P<hour>2[0-3]|[01]?[0-9]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
TIME = (
    r"(?:(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)[ \u00a0]?)?"
    + CLOCK
    + r"(?:[ \u00a0\u202f]?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
"""A clock with a part of the day before it, or a.m. and p.m. behind it."""
UNORDERED = (
    r"(?P<one>3[01]|[12][0-9]|0?[1-9])(?P<mark>[./-])(?P<other>3[01]|[12][0-9]|0?[1-9])"
    r"(?P=mark)(?P<short>[0-9]{4}|[0-9]{2})"
)
"""Day and month before the year; which of them comes first, the line alone does not say."""
_NOON = 12
_AFTER_NOON = ("下午", "傍晚", "晚上")
_MORNING_OF_NOON = 10
"""From this hour on, a clock "at noon" is before noon or at it."""
_CENTURY = 2000
_SHORT_YEAR = 100
_DATE_LINE = re.compile(rf"^\s*{DATE}\s*$")
_MOMENT = re.compile(rf"\s*{DATE}(?![0-9])(?:(?:T|[ \u00a0]+){CLOCK})?")
_PLACE = re.compile(r"^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)$")


def iso(match: re.Match[str]) -> str:
    """Write what ``DATE`` and ``CLOCK`` or ``TIME`` matched as ISO 8601 without zone.

    A date alone gives ``2024-03-07``, a clock alone ``11:57:48``.
    """
    return " ".join(part for part in (_date(match), clock(match)) if part)


def clock(match: re.Match[str]) -> str:
    """Write the clock that ``CLOCK`` or ``TIME`` matched; empty when they matched none."""
    parts = match.groupdict()
    if not parts.get("hour"):
        return ""
    hour = _hour(int(parts["hour"]), parts.get("part") or "", (parts.get("half") or "").lower())
    written = f"{hour:02}:{parts['minute']}"
    return f"{written}:{parts['second']}" if parts.get("second") else written


def _date(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if not parts.get("year"):
        return ""
    return f"{parts['year']}-{int(parts['month']):02}-{int(parts['day']):02}"


def _hour(hour: int, part: str, half: str) -> int:
    """Return the hour of 24 that a clock of twelve hours means."""
    late = half == "p" or part in _AFTER_NOON or (part == "中午" and hour < _MORNING_OF_NOON)
    if late and hour < _NOON:
        return hour + _NOON
    early = half == "a" or part == "凌晨"
    return 0 if early and hour == _NOON else hour


def readings(match: re.Match[str]) -> tuple[str, str]:
    """Return the ISO dates that ``UNORDERED`` means, day first and month first.

    A reading that is no date is empty. With dots between them the day always stands first.
    """
    one, other = int(match["one"]), int(match["other"])
    year = int(match["short"])
    year += _CENTURY if year < _SHORT_YEAR else 0
    day_first = _iso_date(year, other, one)
    return day_first, day_first if match["mark"] == "." else _iso_date(year, one, other)


def _iso_date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def date_line(text: str) -> str:
    """Return the ISO date that ``text`` consists of, or an empty string."""
    match = _DATE_LINE.match(text)
    if match is None:
        return ""
    return _iso_date(int(match["year"]), int(match["month"]), int(match["day"]))


def day_or_time(text: str) -> str:
    """Return the ISO date, or date and time, that ``text`` begins with; empty when there is none.

    A zone behind it is dropped: the author's clock is what the author remembers.
    """
    match = _MOMENT.match(text)
    if match is None:
        return ""
    try:
        date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return ""
    return iso(match)


def seconds(place: str) -> float | None:
    """Read a place in a video, ``MM:SS`` or ``H:MM:SS``, in seconds; None when it is none."""
    match = _PLACE.match(place)
    if match is None:
        return None
    return float(int(match.group(1) or 0) * 3600 + int(match.group(2)) * 60 + int(match.group(3)))
