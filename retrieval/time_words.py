"""Words for a time, in Chinese and English, as stretches of days. Pure.

A time in a question is a wish, never a restriction: 2023 年发布的模型 says when a model came out,
not when the note was written. So a word that may mean something else (二月兰, 三月三, 五月天) is
left alone, and what is read here only lifts passages that are dated so. `after:` and `before:`
restrict; their values are read by `period`.

A month without a year is the latest such month in which anything of the notes is dated; where
nothing is, the latest of all.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from retrieval import chinese_times, english_times
from retrieval.calendar import Period
from retrieval.clock import Clock
from retrieval.span import Span

Months = Callable[[], Collection[str]]
"""Gives the months that notes are dated in, such as ``2024-03``; asked only when it matters."""
_RULES = (*chinese_times.RULES, *english_times.RULES)
_ONWARD = re.compile(r"\s*(?:以来|起(?![来码步点源因初伏床飞]))")
_AFTERWARDS = re.compile(r"\s*(?:之后|以后|后(?![来面期端续果台者门]))")
_EARLIER = re.compile(r"\s*(?:之前|以前|前(?![后面沿端辈任几两三四五六十提景途]))")
_SAID_BEFORE = re.compile(
    r"(?:\b(?P<word>since|after|before|until|till|in|on|during|of|from|early|late|mid)[\s-]+|自从?)$",
    re.IGNORECASE,
)
_NEAR = 12
"""Characters before a time in which such a word begins."""


@dataclass(frozen=True, slots=True)
class TimeWord:
    """A time that a text names."""

    span: Span
    period: Period


def no_months() -> tuple[str, ...]:
    """Return no months: nothing is dated."""
    return ()


def time_words(text: str, today: date, known: Months = no_months) -> tuple[TimeWord, ...]:
    """Find the times that ``text`` names, in order; none overlaps another.

    Args:
        text: A question.
        today: What 上周 and "last month" count from.
        known: Months that notes are dated in.
    """
    clock = Clock(today, known)
    found: list[TimeWord] = []
    for pattern, meaning in _RULES:
        for match in pattern.finditer(text):
            read = meaning(match, clock)
            if read is not None and read.first < read.end:
                named = "time" if "time" in pattern.groupindex else 0
                found.append(TimeWord(Span(*match.span(named)), read))
    found.sort(key=lambda word: (word.span.start, -word.span.end))
    apart: list[TimeWord] = []
    for word in found:
        if not apart or word.span.start >= apart[-1].span.end:
            apart.append(_opened(text, word))
    return tuple(apart)


def period(text: str, today: date, known: Months = no_months) -> Period | None:
    """Return the time that ``text`` is as a whole, None when it is none; a year alone is one."""
    wanted = text.strip()
    words = time_words(wanted, today, known)
    if len(words) == 1 and words[0].span == Span(0, len(wanted)):
        return words[0].period
    if re.fullmatch(r"[12]\d{3}", wanted):
        return Period(date(int(wanted), 1, 1), date(int(wanted) + 1, 1, 1))
    return None


def _opened(text: str, word: TimeWord) -> TimeWord:
    """Take in the words beside a time; 以来, 之前, "since" and "before" open it to one side."""
    start, end = word.span.start, word.span.end
    onward = Period(word.period.first, date.max)
    afterwards = Period(word.period.end, date.max)
    earlier = Period(date.min, word.period.first)
    for pattern, opened in (
        (_ONWARD, onward),
        (_AFTERWARDS, afterwards),
        (_EARLIER, earlier),
    ):
        if follows := pattern.match(text, end):
            return TimeWord(Span(start, follows.end()), opened)
    near = max(0, start - _NEAR)
    before = _SAID_BEFORE.search(text[near:start])
    if before is None:
        return word
    opened = {
        "since": onward,
        "after": afterwards,
        "before": earlier,
        "until": earlier,
        "till": earlier,
    }.get((before["word"] or "since").lower(), word.period)
    return TimeWord(Span(near + before.start(), end), opened)
