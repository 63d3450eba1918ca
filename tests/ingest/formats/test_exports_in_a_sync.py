"""Exports among a person's notes: found by what was said, and never lost when damaged."""

from pathlib import Path

import pytest

from ingest.repair import compare
from tests.fakes.catalog import FakeCatalog
from tests.fakes.index import FakeIndex
from tests.ingest.formats.exported import EXPORTS
from tests.ingest.homes import Home

PATHS = (
    "telegram-chat.json",
    "discord.json",
    "slack/users.json",
    "slack/本地模型/2024-03-01.json",
    "wechat-table.csv",
    "wechat-script.html",
    "subtitles.srt",
    "rolling-captions.vtt",
)
FOUND = {
    "8G 显存能跑多大": "8G 显存能跑多大的模型？",
    "分页缓存省在碎片": "省在碎片，按块分配",
    "网关的超时": "网关的超时设多少？",
    "14B 装不下": "14B 装不下怎么办",
    "推理模型不用写": "推理模型不用写",
    "为什么只存 K 和 V": "学生：为什么只存 K 和 V？",
    "位置编码要外推": "位置编码要外推",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    folder = tmp_path / "notes"
    folder.mkdir()
    home = Home(folder, FakeCatalog(), FakeIndex())
    home.write({path: (EXPORTS / path).read_bytes() for path in PATHS})
    return home


def test_what_was_said_is_found_and_the_list_of_users_is_passed_over(home: Home) -> None:
    report = home.sync()
    assert (report.added, report.failed) == (len(PATHS) - 1, ())
    assert [each.path for each in report.passed_over] == ["slack/users.json"]
    assert [words for words, said in FOUND.items() if said not in home.found(words)[0]] == []
    assert compare(home.catalog, home.index).none


def test_a_name_comes_from_the_list_of_users_one_folder_up(home: Home) -> None:
    home.sync()
    assert "\n岚岚 2024-03-01 09:00:00\n" in home.text("slack/本地模型/2024-03-01.json")


def test_an_export_that_breaks_off_keeps_its_earlier_version(home: Home) -> None:
    home.sync()
    before = home.text("telegram-chat.json")
    home.write({"telegram-chat.json": (EXPORTS / "telegram-chat.json").read_bytes()[:900]})
    report = home.sync()
    assert [failure.path for failure in report.failed] == ["telegram-chat.json"]
    assert "it breaks off in line" in report.failed[0].reason
    assert home.text("telegram-chat.json") == before
    assert compare(home.catalog, home.index).none
