"""Dates, times and numbers as the page says them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.texts import Texts

_WEEK = 7
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, for reading and for machines."""

    label: str
    """Short words: ``14:03`` today, ``昨天``, ``3 月 7 日``, ``2023-03-07``."""
    iso: str
    """The same with zone, as the ``datetime`` attribute has it."""


def moment(texts: Texts, when: datetime, now: datetime) -> Moment:
    """Say ``when`` in the zone of ``now``: the time today, a day before, else a date."""
    local = when.astimezone(now.tzinfo or UTC)
    if local.date() == now.date():
        return Moment(f"{local:%H:%M}", local.isoformat(timespec="seconds"))
    return Moment(day(texts, local.date(), now.date()), local.isoformat(timespec="seconds"))


def day(texts: Texts, when: date, today: date) -> str:
    """Name a day: today, yesterday, a date of this year, else the full date."""
    if when == today:
        return texts("time.today")
    if when == today - timedelta(days=1):
        return texts("time.yesterday")
    if when.year == today.year:
        month = texts(f"time.month_{when.month}")
        return texts("time.month_day", month=month, day=when.day)
    return when.isoformat()


def age_group(texts: Texts, when: datetime, now: datetime) -> str:
    """Name the group that something of this age is listed under."""
    local = when.astimezone(now.tzinfo or UTC).date()
    days = (now.date() - local).days
    if days <= 1:
        return day(texts, local, now.date()) if days >= 0 else texts("time.today")
    if days < _WEEK:
        return texts("time.this_week")
    if (local.year, local.month) == (now.year, now.month):
        return texts("time.this_month")
    return texts("time.year_month", year=local.year, month=texts(f"time.month_{local.month}"))


def full_day(texts: Texts, iso: str) -> str:
    """Name the day of a note's own ISO date, with its weekday; empty when there is none."""
    match = _ISO_DAY.match(iso)
    if match is None:
        return ""
    year, month, number = (int(part) for part in match.groups()[:3])
    try:
        weekday = date(year, month, number).weekday()
    except ValueError:
        return iso[:10]
    return texts(
        "time.full_day",
        year=year,
        month=texts(f"time.month_{month}"),
        day=number,
        weekday=texts(f"time.weekday_{weekday}"),
    )


def clock(iso: str) -> str:
    """Return the time of day in a note's own ISO date and time, or the text when it is one."""
    match = _ISO_DAY.match(iso)
    return (match.group(4) or "") if match else iso


def written(iso: str) -> str:
    """Write a note's own date and time for reading: ``2024-03-07 15:12``."""
    match = _ISO_DAY.match(iso)
    if match is None:
        return iso
    time = (match.group(4) or "")[:5]
    return f"{iso[:10]} {time}".strip()


def offset_in_video(seconds: float) -> str:
    """Write a place in a video as ``m:ss`` or ``h:mm:ss``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(ms: int) -> str:
    """Write a duration: ``9 ms``, ``1.3 s``, ``2 min 5 s``."""
    if ms < 1_000:  # noqa: PLR2004  # one second
        return f"{ms} ms"
    if ms < 60_000:  # noqa: PLR2004  # one minute
        return f"{ms / 1000:.1f} s"
    return f"{ms // 60_000} min {ms % 60_000 // 1000} s"


def count(number: int) -> str:
    """Write a number with its thousands apart."""
    return f"{number:,}"
