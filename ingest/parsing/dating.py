"""When messages were written: what their headers say, with what the headers around them say.

A date that is not certain is not given: it would be a false citation. The clock then stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from ingest.parsing.stamps import Stamp

_HALF_A_DAY = 12 * 60
_OUT_OF_ORDER = 60
"""Minutes that a message may stand below a later one without a day being in doubt."""


@dataclass(frozen=True, slots=True)
class Day:
    """A line between messages that names the day of those below it."""

    date: str
    """ISO."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """The day reached so far."""

    day: str
    clock: str = ""
    certain: bool = False
    """Whether a line of its own names the day; then no midnight is inferred."""


def moments(stamps: Sequence[Stamp | Day], day: str = "") -> list[str]:
    """Say when each message was written.

    A message without a date has that of the message above it; the next day when its clock stands
    more than twelve hours before that one's; none when it stands before it by more than an hour,
    for then a day may have passed or not.

    Args:
        stamps: The headers of one section in reading order, with the lines that name a day.
        day: ISO date carried from above; empty when there is none.

    Returns:
        For each `Stamp`: ISO date, clock, or both; a clock alone when the date is not certain.
    """
    turned = _month_stands_first(stamps)
    carried = _Carried(day)
    found: list[str] = []
    for stamp in stamps:
        if isinstance(stamp, Day):
            carried = _Carried(stamp.date, certain=True)
            continue
        carried = _after(carried, stamp, turned)
        found.append(f"{carried.day} {stamp.clock}".strip())
    return found


def _after(carried: _Carried, stamp: Stamp, turned: bool | None) -> _Carried:  # noqa: FBT001
    """Return the day that ``stamp`` is of."""
    if stamp.date:
        return _Carried(stamp.date, stamp.clock)
    if any(stamp.readings):
        one, other = stamp.readings
        if one == other or turned is not None:
            return _Carried(other if turned else one, stamp.clock)
        return _Carried("", stamp.clock)
    if stamp.lately:
        return _Carried("", stamp.clock)
    if not stamp.clock or carried.certain:
        return replace(carried, clock=stamp.clock or carried.clock)
    return _Carried(_day_after(carried, stamp.clock), stamp.clock)


def _day_after(carried: _Carried, clock: str) -> str:
    """Return the day on which it is ``clock`` after the carried moment; empty when unsure."""
    if not carried.day or not carried.clock:
        return carried.day
    back = _minutes(carried.clock) - _minutes(clock)
    if back > _HALF_A_DAY:
        return _next(carried.day)
    return "" if back > _OUT_OF_ORDER else carried.day


def _next(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def _month_stands_first(stamps: Sequence[Stamp | Day]) -> bool | None:
    """Whether the log writes the month before the day; None when it does not show.

    A log is written in order: the reading in which all lines are dates and none runs backwards is
    the one that is meant, if the other is not like that too.
    """
    pairs = [each.readings for each in stamps if isinstance(each, Stamp) and any(each.readings)]
    day_first, month_first = (_in_order([pair[which] for pair in pairs]) for which in (0, 1))
    return None if day_first == month_first else month_first


def _in_order(dates: Sequence[str]) -> bool:
    return all(dates) and all(before <= after for before, after in pairwise(dates))
