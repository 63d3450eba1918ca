import re

import pytest

from ingest.parsing.moments import (
    CLOCK,
    DATE,
    TIME,
    UNORDERED,
    clock,
    date_line,
    iso,
    readings,
    seconds,
)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-07", "2024-03-07"),
        (" 2024/3/7 ", "2024-03-07"),
        ("2024.12.31", "2024-12-31"),
        ("2024年3月7日", "2024-03-07"),
        ("2024-02-31", ""),
        ("0000-01-01", ""),
        ("2024-13-01", ""),
        ("2024-03-07 更新", ""),
        ("", ""),
    ],
)
def test_a_line_that_is_a_date_gives_it(text: str, date: str) -> None:
    assert date_line(text) == date


@pytest.mark.parametrize(
    ("place", "found"),
    [("0:00", 0), ("15:52", 952), ("1:02:03", 3723), ("100:00", 6000), ("1:75", None), ("x", None)],
)
def test_a_place_in_a_video_is_read_in_seconds(place: str, found: float | None) -> None:
    assert seconds(place) == found


@pytest.mark.parametrize(
    ("pattern", "text", "written"),
    [
        (DATE, "2024/3/7", "2024-03-07"),
        (CLOCK, "9:05", "09:05"),
        (CLOCK, "23:05:07", "23:05:07"),
        (f"{DATE} {CLOCK}", "2024年3月7日 9:05", "2024-03-07 09:05"),
    ],
)
def test_dates_and_clocks_are_written_in_one_way(pattern: str, text: str, written: str) -> None:
    match = re.fullmatch(pattern, text)
    assert match is not None
    assert iso(match) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("9:05 PM", "21:05"),
        ("12:05 am", "00:05"),
        ("12:05 p.m.", "12:05"),
        ("9:05\u202fAM", "09:05"),
        ("下午9:05", "21:05"),
        ("晚上 11:05:09", "23:05:09"),
        ("凌晨12:05", "00:05"),
        ("凌晨3:05", "03:05"),
        ("上午9:05", "09:05"),
        ("中午12:05", "12:05"),
        ("中午1:05", "13:05"),
        ("中午11:05", "11:05"),
        ("21:05", "21:05"),
    ],
)
def test_a_clock_of_twelve_hours_is_written_as_one_of_twenty_four(text: str, written: str) -> None:
    match = re.fullmatch(TIME, text)
    assert match is not None
    assert clock(match) == written


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("03/07/2024", ("2024-07-03", "2024-03-07")),
        ("7.3.24", ("2024-03-07", "2024-03-07")),
        ("31/12/2024", ("2024-12-31", "")),
        ("30/02/2024", ("", "")),
    ],
)
def test_day_and_month_are_read_in_either_order(text: str, dates: tuple[str, str]) -> None:
    match = re.fullmatch(UNORDERED, text)
    assert match is not None
    assert readings(match) == dates


def test_a_date_has_no_clock() -> None:
    match = re.fullmatch(DATE, "2024-03-07")
    assert match is not None
    assert clock(match) == ""
