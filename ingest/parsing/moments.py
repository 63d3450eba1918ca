"""Dates and times as notes write them."""

import re
from datetime import date

DATE = (
    r"(?P<year>[0-9]{4})[-/.年](?P<month>1[0-2]|0?[1-9])[-/.月]"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])日?"
)
CLOCK = r"(?P<hour>2[0-3]|[01]?[0-9]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
_DATE_LINE = re.compile(rf"^\s*{DATE}\s*$")
_PLACE = re.compile(r"^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)$")


def iso(match: re.Match[str]) -> str:
    """Write what ``DATE`` and ``CLOCK`` matched as ISO 8601 without zone.

    A date alone gives ``2024-03-07``, a clock alone ``11:57:48``.
    """
    parts = match.groupdict()
    date = (
        f"{parts['year']}-{int(parts['month']):02}-{int(parts['day']):02}"
        if parts.get("year")
        else ""
    )
    clock = ""
    if parts.get("hour"):
        clock = f"{int(parts['hour']):02}:{parts['minute']}"
        clock += f":{parts['second']}" if parts.get("second") else ""
    return " ".join(part for part in (date, clock) if part)


def date_line(text: str) -> str:
    """Return the ISO date that ``text`` consists of, or an empty string."""
    match = _DATE_LINE.match(text)
    if match is None:
        return ""
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        return ""


def seconds(place: str) -> float | None:
    """Read a place in a video, ``MM:SS`` or ``H:MM:SS``, in seconds; None when it is none."""
    match = _PLACE.match(place)
    if match is None:
        return None
    return float(int(match.group(1) or 0) * 3600 + int(match.group(2)) * 60 + int(match.group(3)))
