"""How times are written in Chinese and in digits: an ordered table. Pure."""

import re
from datetime import timedelta

from retrieval import calendar
from retrieval.calendar import Period
from retrieval.clock import Clock, Rule, number, rule, unit

_YEAR = r"(?:(?<!\d)(?P<year>\d{4}|\d\d(?=\s*年))\s*年?\s*|(?P<rel>大前|今|去|前)年\s*)"
_COUNT = r"(?P<count>\d{1,3}|[一两二三四五六七八九十]{1,2}|半|几)"
_UNIT = r"(?P<unit>天|日|周|星期|礼拜|月|年)"
_MONTH = r"(?P<month>十[一二]?|[一二三四五六七八九])"
_DAY = r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[日号]"
_PART = r"(?P<part>上旬|中旬|下旬|初|底|末)"
_EDGES = r"\s，。？！、：；,.?!:;"
_FOLLOWS = rf"(?=$|[{_EDGES}的份里上下以之前后期间我你他她们群谁有聊说讨在到发是都又那这起])"
"""What makes a month of characters one: 三月三, 二月兰 and 五月天 are none."""
_THINGS = "模型|论文|版本|算法|方法|架构|显卡|产品|公司|电影|书"
_CAME = "发布|推出|提出|出版|问世|诞生|成立|开源|出生|毕业|上映|版|款|届"
_WRITTEN_THEN = rf"(?![代龄会薪轻纪])(?!\s*(?:{_CAME}|的\S{{0,8}}(?:{_THINGS})))"
"""What makes a year the time of a note: 2023 年发布的模型 tells of a model."""


def _near_day(match: re.Match[str], clock: Clock) -> Period:
    ago = {"今": 0, "昨": 1, "前": 2, "大前": 3}[match["near"]]
    return calendar.day(clock.today - timedelta(days=ago))


def _these_days(match: re.Match[str], clock: Clock) -> Period:
    del match
    return calendar.back(clock.today, 1, "week")


def _week(match: re.Match[str], clock: Clock) -> Period:
    found = calendar.week(clock.today, match["back"].count("上"))
    if not match["day"]:
        return found
    if match["day"] == "末":
        return calendar.days(found.first + timedelta(days=5), 2)
    return calendar.day(found.first + timedelta(days="一二三四五六日天".index(match["day"]) % 7))


def _month_ago(match: re.Match[str], clock: Clock) -> Period | None:
    return calendar.ago(clock.today, match["back"].count("上"), "month")


def _recent(match: re.Match[str], clock: Clock) -> Period:
    if match["count"] != "半":
        return calendar.back(clock.today, number(match["count"]), unit(match["unit"]))
    if unit(match["unit"]) == "year":
        return calendar.back(clock.today, 6, "month")
    return calendar.back(clock.today, 15, "day")


def _ago(match: re.Match[str], clock: Clock) -> Period | None:
    return calendar.ago(clock.today, number(match["count"]), unit(match["unit"]))


def _month(match: re.Match[str], clock: Clock) -> Period | None:
    named, year = match.groupdict(), clock.year(match)
    month = number(match["month"])
    if not 1 <= month <= calendar.MONTHS:
        return None
    whole = (
        calendar.latest_month(month, clock.today, clock.known())
        if year is None
        else calendar.months(year, month)
    )
    if whole is not None and named.get("day"):
        return calendar.given_day(whole.first.year, month, number(match["day"]))
    if whole is not None and named.get("part"):
        return _part(whole, match["part"])
    return whole


def _part(month: Period, part: str) -> Period:
    tenth, twentieth = (month.first + timedelta(days=count) for count in (10, 20))
    if part in {"初", "上旬"}:
        return Period(month.first, tenth)
    return Period(tenth, twentieth) if part == "中旬" else Period(twentieth, month.end)


def _quarter(match: re.Match[str], clock: Clock) -> Period | None:
    return clock.of_year(match, lambda year: calendar.quarter(year, number(match["quarter"])))


def _half(match: re.Match[str], clock: Clock) -> Period | None:
    return clock.of_year(match, lambda year: calendar.half(year, "上下".index(match["half"]) + 1))


def _edge(match: re.Match[str], clock: Clock) -> Period | None:
    first = 1 if match["edge"] == "初" else calendar.MONTHS - 1
    return clock.of_year(match, lambda year: calendar.months(year, first, 2))


def _year(match: re.Match[str], clock: Clock) -> Period | None:
    return calendar.whole_year(clock.year(match) or 0)


RULES: tuple[Rule, ...] = (
    rule(r"(?P<near>今|昨|大前|前)(?:天(?![气然才赋下堂生])|日(?![常本志历语期])|晚)", _near_day),
    rule(r"(?:这|近|最近)几(?:天|日)", _these_days),
    rule(
        r"(?P<back>上上|上|这|本)[一个]?(?:周(?![期报年边围刊])|星期|礼拜)"
        r"(?P<day>[一二三四五六日天末])?",
        _week,
    ),
    rule(r"(?P<back>上上|上|这|本|当)(?:一?个月|月(?![球亮光饼色份]))", _month_ago),
    rule(
        rf"(?:最近|(?<![附接将靠临最])近|过去|这)(?:的|这)?\s*{_COUNT}\s*个?{_UNIT}(?:内|里|以来|间)?",
        _recent,
    ),
    rule(rf"{_COUNT}\s*个?{_UNIT}(?:之前|以前|前(?![后面沿端]))", _ago),
    rule(
        r"(?<![A-Za-z0-9./-])(?P<year>(?:19|20)\d\d)(?P<dash>[-/.])(?P<month>\d{1,2})(?P=dash)"
        r"(?P<day>\d{1,2})(?![A-Za-z0-9/-])",
        _month,
    ),
    rule(
        r"(?<![A-Za-z0-9./-])(?P<year>(?:19|20)\d\d)[-/](?P<month>\d{1,2})(?![A-Za-z0-9/-]|\.\d)",
        _month,
    ),
    rule(
        rf"{_YEAR}(?P<month>\d{{1,2}}|十[一二]?|[一二三四五六七八九])\s*月份?(?:\s*{_DAY}|{_PART})?",
        _month,
    ),
    rule(rf"(?<![\d.年])(?P<month>\d{{1,2}})\s?月份?(?:\s*{_DAY}|{_PART})?", _month),
    rule(
        rf"(?<![一二三四五六七八九十第每年]){_MONTH}月(?:{_DAY}|份?{_PART}|{_FOLLOWS}份?)", _month
    ),
    rule(rf"{_YEAR}?的?第?(?P<quarter>[一二三四1-4])\s*个?季度", _quarter),
    rule(rf"{_YEAR}?(?<![A-Za-z0-9])q(?P<quarter>[1-4])(?![A-Za-z0-9:.)])", _quarter),
    rule(r"\bq(?P<quarter>[1-4])[\s/-]+(?P<year>(?:19|20)\d\d)\b", _quarter),
    rule(rf"{_YEAR}?的?(?P<half>上|下)半年", _half),
    rule(
        r"(?:(?<!\d)(?P<year>\d{4})\s*年?|(?P<rel>今|去|前)年?)?年(?P<edge>[初底末])",
        _edge,
    ),
    rule(rf"(?<![\d.])(?P<year>(?:19|20)\d\d|2\d)\s*年{_WRITTEN_THEN}", _year),
    rule(rf"(?P<rel>大前|今|去|前)年{_WRITTEN_THEN}", _year),
)
"""Patterns and what they mean; of two that overlap the one that begins first, then the longer."""
