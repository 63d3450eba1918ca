"""The rail, the library, the sync page, errors: what they say in each state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from app.texts import texts
from app.views import (
    Search,
    Shelf,
    Surroundings,
    Syncing,
    error_view,
    library_view,
    login_view,
    shell_view,
    sync_view,
)
from app.views.excerpts import Segment
from app.views.library import failure_row, found
from ingest.report import Failure, Omission, Progress, Report
from retrieval.chunk import Kind
from tests.app.pages_in_tests import CONVERSATION, NOTE, NOW, ZH, drawn

REPORT = Report(
    2, 1, 0, 0, 0, 1, (Failure("坏.md", "读不了。"),), 9, 5, 0,
    (Omission("a.md", 0, 40, "navigation"), Omission("a.md", 50, 60, "x")), 930,
)  # fmt: skip


@dataclass(frozen=True)
class _Line:
    title: str
    updated: datetime
    id: UUID = CONVERSATION


@dataclass(frozen=True)
class _Summary:
    title: str
    snippet: str
    id: UUID = NOTE
    path: str = "LLM/kv.md"
    kind: Kind = Kind.CHAT
    tags: tuple[str, ...] = ("推理",)
    characters: int = 1_234
    modified: datetime = NOW


@dataclass(frozen=True)
class _Run:
    state: str
    report: Report | None = None
    error: str = ""
    started: datetime = NOW


def test_conversations_are_grouped_by_their_age() -> None:
    ages = (0, -1, 1, 3, 12, 40)
    lines = tuple(_Line(str(age), NOW - timedelta(days=age)) for age in ages)
    shell = shell_view(ZH, Surroundings(lines, 1, 0, None, ""), NOW, current=CONVERSATION)

    assert [(group.label, [link.title for link in group.links]) for group in shell.groups] == [
        ("今天", ["0", "-1"]),
        ("昨天", ["1"]),
        ("这几天", ["3"]),
        ("本月早些时候", ["12"]),
        ("2024 年 4 月", ["40"]),
    ]
    assert shell.groups[0].links[0].url == f"/c/{CONVERSATION}"


@pytest.mark.parametrize(
    ("around", "said"),
    [
        (Surroundings((), 0, 0, None, ""), ""),
        (Surroundings((), 3, 0, None, ""), "已是最新"),
        (Surroundings((), 3, 2, None, ""), "2 篇没读成"),
        (Surroundings((), 3, 2, Progress(1, 4, 0, ""), ""), "25 %"),
        (Surroundings((), 3, 0, Progress(0, 0, 0, ""), ""), "同步中"),
    ],
)
def test_the_rail_says_how_the_sync_stands(around: Surroundings, said: str) -> None:
    assert shell_view(ZH, around, NOW).sync == said


@pytest.mark.parametrize(
    ("snippet", "shown"),
    [
        ("KV 缓存 ## 缘起 - [x] 读完 - [ ] 写", "缘起 读完 写"),
        ("KV 缓存", "KV 缓存"),
        ("甲" * 150 + " half a wor", "甲" * 150 + " half a…"),
        ("甲" * 150 + "。", "甲" * 150 + "。"),
        ("| a | b | | --- | --- | | 1", "a · b · 1"),
    ],
)
def test_a_snippet_is_words_without_the_title(snippet: str, shown: str) -> None:
    shelf = Shelf(1, (_Summary("KV 缓存", snippet),), (), ())

    (row,) = library_view(ZH, Search(), shelf, NOW).rows
    assert row.snippet == (Segment(shown),)


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_the_language_form_returns_to_this_program_only(path: str) -> None:
    assert shell_view(ZH, Surroundings((), 0, 0, None, ""), NOW, path=path).path == "/"
    assert login_view(ZH, after=path).next == "/"


def test_the_list_marks_what_was_searched_for() -> None:
    shelf = Shelf(3, (_Summary("KV 缓存", "讲 kv 的"),), (("chat", 3),), (("推理", 1),))
    view = library_view(ZH, Search("kv", "chat", ""), shelf, NOW)

    (row,) = view.rows
    assert row.title == (Segment("KV", marked=True), Segment(" 缓存"))
    assert row.snippet == (Segment("讲 "), Segment("kv", marked=True), Segment(" 的"))
    assert (row.kind_name, row.size, row.modified.label) == ("群聊", "1,234 字", "15:30")
    assert view.heading == "找到 3 篇"
    assert [(choice.name, choice.url, choice.active) for choice in view.kinds + view.tags] == [
        ("群聊", "/notes?q=kv", True),
        ("推理", "/notes?q=kv&kind=chat&tag=%E6%8E%A8%E7%90%86", False),
    ]


def test_only_the_most_used_tags_and_the_chosen_one_are_offered() -> None:
    tags = tuple((str(number), 20 - number) for number in range(20))
    view = library_view(ZH, Search(tag="18"), Shelf(1, (), (), tags), NOW)

    assert [choice.name for choice in view.tags] == [*map(str, range(12)), "18"]


def test_a_long_list_can_be_turned() -> None:
    rows = (_Summary("a", ""),) * 2
    view = library_view(ZH, Search(offset=2), Shelf(9, rows, (), ()), NOW)

    assert (view.before_url, view.after_url) == ("/notes", "/notes?offset=4")
    assert not view.filtered


def test_an_empty_library_leads_to_the_sync() -> None:
    page = drawn("library.html", library_view(ZH, Search(), Shelf(0, (), (), ()), NOW))

    tree = BeautifulSoup(page, "html.parser")
    assert tree.select(".blank a")[0]["href"] == "/sync"
    assert tree.select(".shelf") == []


def test_words_that_change_length_in_lower_case_are_left_unmarked() -> None:
    assert found("İx", "x") == (Segment("İx"),)


def test_the_report_of_a_sync_is_a_ledger() -> None:
    syncing = Syncing("/notes", (_Run("done", REPORT), _Run("failed", error="断了。")))
    view = sync_view(ZH, syncing, NOW)

    assert [(tally.name, tally.number, tally.none) for tally in view.tallies] == [
        ("新增", "1", False),
        ("改动", "0", True),
        ("移动", "0", True),
        ("删除", "0", True),
        ("未变", "1", False),
        ("没读成", "1", False),
    ]
    assert [(row.path, row.reasons) for row in view.omissions] == [("a.md", "导航 40 字、x 10 字")]
    assert [(row.path, row.reason) for row in view.failures] == [("坏.md", "读不了。")]
    assert view.last is not None
    assert view.last.summary == "共 2 篇、9 段，用时 930 ms"
    assert [(row.state_name, row.error) for row in view.history] == [("失败", "断了。")]


def test_a_running_sync_can_be_followed_and_cancelled() -> None:
    syncing = Syncing("/notes", (_Run("running"),), CONVERSATION, Progress(1, 4, 9, "a.md"))
    view = sync_view(texts("en"), syncing, NOW)

    assert view.running is not None
    assert (view.running.url, view.running.cancel_url, view.running.words) == (
        f"/api/ingest/{CONVERSATION}",
        f"/sync/{CONVERSATION}/cancel",
        "1 of 4 notes",
    )
    assert (view.last, view.history) == (None, ())


def test_a_sync_that_just_began_has_done_nothing_yet() -> None:
    view = sync_view(ZH, Syncing("/notes", (), CONVERSATION), NOW)

    assert view.running is not None
    assert (view.running.done, view.running.total) == (0, 0)


def test_without_a_folder_the_sync_page_says_how_to_name_one() -> None:
    tree = BeautifulSoup(drawn("sync.html", sync_view(ZH, Syncing("", ()), NOW)), "html.parser")

    assert tree.select(".lead")[0].get_text() == ZH("home.no_folder")
    assert tree.select("[data-start]") == []


@pytest.mark.parametrize(
    ("status", "title", "hints"),
    [(404, "没有这一页", []), (418, "这个请求看不懂", ["原话"]), (502, "出错了", ["原话"])],
)
def test_an_error_page_says_what_happened_in_the_pages_language(
    status: int, title: str, hints: list[str]
) -> None:
    tree = BeautifulSoup(drawn("error.html", error_view(ZH, status, "原话")), "html.parser")

    assert tree.select("h1")[0].get_text() == f"{title}{status}"
    assert [hint.get_text() for hint in tree.select(".hint")] == hints


def test_the_login_page_says_that_a_password_was_wrong() -> None:
    page = BeautifulSoup(drawn("login.html", login_view(ZH, wrong=True)), "html.parser")

    assert page.select("#wrong")[0].get_text() == ZH("login.wrong")
    assert page.select("input[type=password]")[0]["aria-describedby"] == "wrong"
    assert login_view(ZH, after="/c/1").wrong == ""


@pytest.mark.parametrize(
    ("reason", "said"),
    [("坏.md cannot be read.", "cannot be read."), ("读不了。", "读不了。"), ("坏.md", "坏.md")],
)
def test_a_file_that_failed_is_named_once(reason: str, said: str) -> None:
    row = failure_row("坏.md", reason)

    assert (row.path, row.reason) == ("坏.md", said)
