"""What words for a time count from, and how their numbers are written. Pure."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from retrieval.calendar import Period, latest_begun

_CENTURY = 2000
_SHORT_YEAR = 100
_LOOKED_BACK = 3
_YEARS_AGO = {"今": 0, "去": 1, "前": 2, "大前": 3}
_NUMBERS = (
    ("zero", "零"),
    ("a", "an", "one", "一"),
    ("two", "二", "两"),
    ("three", "三"),
    ("four", "四"),
    ("five", "五", "few", "几"),
    ("six", "六"),
    ("seven", "七"),
    ("eight", "八"),
    ("nine", "九"),
    ("ten", "十"),
    ("eleven",),
    ("twelve",),
)
_WORDS = {word: value for value, words in enumerate(_NUMBERS) for word in words}
_UNITS = {
    **dict.fromkeys(("天", "日", "day"), "day"),
    **dict.fromkeys(("周", "星期", "礼拜", "week"), "week"),
    **dict.fromkeys(("月", "month"), "month"),
    **dict.fromkeys(("年", "year"), "year"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What words for a time count from."""

    today: date
    known: Callable[[], Collection[str]]
    """Gives the months that notes are dated in."""

    def year(self, match: re.Match[str]) -> int | None:
        """Return the year that a match names in its group ``year`` or ``rel``, None for none."""
        named = match.groupdict()
        if named.get("year"):
            year = int(named["year"])
            return year + _CENTURY if year < _SHORT_YEAR else year
        if named.get("rel"):
            return self.today.year - _YEARS_AGO[named["rel"]]
        return None

    def of_year(
        self, match: re.Match[str], stretch: Callable[[int], Period | None]
    ) -> Period | None:
        """Return a stretch of the year that is named, else the latest one that has begun."""
        year = self.year(match)
        if year is not None:
            return stretch(year)
        return latest_begun(self._back(stretch), self.today)

    def _back(self, stretch: Callable[[int], Period | None]) -> Iterator[Period | None]:
        for year in range(self.today.year, max(1, self.today.year - _LOOKED_BACK), -1):
            yield stretch(year)


Meaning = Callable[[re.Match[str], Clock], Period | None]
"""Says which days a match of a pattern means; None when it means none."""
Rule = tuple[re.Pattern[str], Meaning]


def rule(pattern: str, meaning: Meaning) -> Rule:
    """Return a pattern, in any case, with its meaning."""
    return re.compile(pattern, re.IGNORECASE), meaning


def unit(word: str) -> str:
    """Return ``day``, ``week``, ``month`` or ``year`` for a unit in either language."""
    return _UNITS[word.lower()]


def number(text: str) -> int:
    """Read a number in decimal digits, in one or two Chinese ones, or as an English word."""
    if text.isdecimal():
        return int(text)
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _WORDS[text[-1]]
    return 10 * (_WORDS[tens[-1]] if tens else 1) + (_WORDS[ones] if ones else 0)
