import re

import pytest

from ingest.parsing.moments import CLOCK, DATE, date_line, iso, seconds


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
