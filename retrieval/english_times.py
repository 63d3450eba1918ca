"""How times are written in English: an ordered table. Pure."""

import re
from datetime import timedelta

from retrieval import calendar
from retrieval.calendar import Period
from retrieval.clock import Clock, Rule, number, rule, unit

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_COUNT = (
    r"(?P<count>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|an?)"
)
_UNIT = r"(?P<unit>day|week|month|year)"
_MONTH = rf"(?P<name>{'|'.join(_NAMES)}|{'|'.join(name[:3] for name in _NAMES)}|sept)\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\w:%])"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_SAID = r"(?:in|on|since|before|after|during|until|till|last|this|of|by|from|early|late|mid)[\s-]+"


def _near_day(match: re.Match[str], clock: Clock) -> Period:
    ago = 1 if match["near"].lower() == "yesterday" else 0
    return calendar.day(clock.today - timedelta(days=ago))


def _recent(match: re.Match[str], clock: Clock) -> Period:
    return calendar.back(clock.today, number(match["count"]), unit(match["unit"]))


def _ago(match: re.Match[str], clock: Clock) -> Period | None:
    return calendar.ago(clock.today, number(match["count"]), unit(match["unit"]))


def _previous(match: re.Match[str], clock: Clock) -> Period | None:
    return calendar.ago(clock.today, int(match["back"].lower() != "this"), unit(match["unit"]))


def _month(match: re.Match[str], clock: Clock) -> Period | None:
    named, year = match.groupdict(), clock.year(match)
    month = [name[:3] for name in _NAMES].index(match["name"][:3].lower()) + 1
    whole = (
        calendar.latest_month(month, clock.today, clock.known())
        if year is None
        else calendar.months(year, month)
    )
    if whole is not None and named.get("day"):
        return calendar.given_day(whole.first.year, month, number(match["day"]))
    return whole


def _half(match: re.Match[str], clock: Clock) -> Period | None:
    number_of = 1 if match["half"].lower() == "first" else 2
    return clock.of_year(match, lambda year: calendar.half(year, number_of))


def _year(match: re.Match[str], clock: Clock) -> Period | None:
    year = int(match["year"])
    # 2048 and 2080 are numbers of other things.
    return calendar.whole_year(year) if year <= clock.today.year else None


RULES: tuple[Rule, ...] = (
    rule(r"\b(?P<near>today|yesterday)\b", _near_day),
    rule(rf"\b(?:last|past|previous)\s+{_COUNT}\s+{_UNIT}s?\b", _recent),
    rule(rf"\b{_COUNT}\s+{_UNIT}s?\s+ago\b", _ago),
    rule(rf"\b(?P<back>last|past|previous|this)\s+{_UNIT}\b", _previous),
    rule(rf"\b(?P<half>first|second)\s+half\s+of\s+{_YEAR}", _half),
    rule(rf"\b{_MONTH}\s+(?:{_DAY},?\s+)?{_YEAR}", _month),
    rule(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}", _month),
    rule(rf"\b{_MONTH}\s+{_DAY}", _month),
    # A month's name alone may be a verb or a person: "may", "march", "April".
    rule(rf"\b{_SAID}(?P<time>{_MONTH})(?![\w-])", _month),
    rule(rf"\b(?:in|since|during|before|after|until|till|from|of)\s+(?P<time>{_YEAR})", _year),
    rule(rf"(?:^|(?<=\s)){_YEAR}(?=\s*$|\s*[?.,!])", _year),
)
"""Patterns and what they mean; ``time`` is the part that names the time, else all of it."""
