import pytest

from ingest.parsing.stamps import Sign, Stamp, person, stamp


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "小林 2024/3/7 9:05:12 阿毛",
            Stamp(
                Sign.SURE, "name first", "小林", date="2024-03-07", clock="09:05:12", quoted="阿毛"
            ),
        ),
        (
            "[07/03/2024, 21:05:12] Tin Kettle: hi",
            Stamp(
                Sign.SURE,
                "box, words",
                "Tin Kettle",
                readings=("2024-03-07", "2024-07-03"),
                clock="21:05:12",
                words_at=35,
            ),
        ),
        (
            " — 2024/03/29 21:05",
            Stamp(Sign.SURE, "below name", "", date="2024-03-29", clock="21:05", below_name=True),
        ),
        (
            "小林 昨天21:05",
            Stamp(Sign.LISTED, "lately", "小林", clock="21:05", lately=True),
        ),
        ("小林 9:05:12", Stamp(Sign.LIKELY, "clock", "小林", clock="09:05:12")),
        ("2024-03-07 21:05:12 WARNING: slow", None),
        ("2024-03-07 21:05:12 👍13", None),
        ("没有时间的一行", None),
        ("x" * 400 + " 9:05:12", None),
    ],
)
def test_a_header_line_is_read_by_its_shape(text: str, found: Stamp | None) -> None:
    assert stamp(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("【管理员】小林(123456)", ("小林", "123456")),
        ("小林<lin@example.org>", ("小林", "lin@example.org")),
        ("(123456)", ("", "123456")),
        ("小林(手机)", ("小林(手机)", "")),
        ("borrowed (pinned)", ("borrowed", "")),
        ("【】", ("【】", "")),
    ],
)
def test_a_name_is_without_its_rank_and_account(text: str, found: tuple[str, str]) -> None:
    assert person(text) == found
