from dataclasses import replace
from pathlib import Path

from bs4 import BeautifulSoup

from app.texts import texts
from app.views import Syncing, sync_view
from ingest.catalog import KnownNote
from ingest.listing import Found
from ingest.planning import Plan, Step
from ingest.report import Failure, PassedBy, Report
from tests.app.pages_in_tests import NOTE, NOW, ZH, drawn
from tests.app.test_views_pages import _Run

REPORT = Report(9, 0, 0, 0, 0, 9, (), 30, 0, 0, (), 40, files=9, searchable=9)
GONE = tuple(f"旧/{number}.md" for number in range(40))


def test_a_report_proves_that_files_catalogue_and_index_hold_the_same() -> None:
    view = sync_view(ZH, Syncing("/notes", (_Run("done", REPORT),)), NOW)
    assert view.proof == "9 个文件 = 目录 9 篇 = 可检索 9 篇，多余 0 条"
    assert view.proven
    broken = sync_view(
        texts("en"), Syncing("/notes", (_Run("done", replace(REPORT, searchable=8)),)), NOW
    )
    assert broken.proof == "9 files, 9 in the catalogue, 8 searchable, 0 orphans"
    assert not broken.proven


def test_notes_that_were_kept_can_be_given_up() -> None:
    report = replace(REPORT, files=3, held_back=GONE)
    page = drawn("sync.html", sync_view(ZH, Syncing("/notes", (_Run("done", report),)), NOW))
    tree = BeautifulSoup(page, "html.parser")
    block = tree.select_one(".held-back")
    assert block is not None
    assert block.get("role") == "alert"
    assert len(block.select("code")) == 30
    assert "还有 10 个" in block.get_text()
    field = block.select_one("form[action='/sync'] input[name=accept_deletions]")
    assert field is not None
    assert field["value"] == "1"


def test_files_that_are_no_notes_are_named_with_the_reason() -> None:
    report = replace(REPORT, passed_over=(PassedBy("data/<b>.json", "no chat"),))
    page = drawn("sync.html", sync_view(ZH, Syncing("/notes", (_Run("done", report),)), NOW))
    tree = BeautifulSoup(page, "html.parser")
    assert [li.get_text() for li in tree.select(".omissions li")] == ["data/<b>.json no chat"]


def test_what_a_sync_would_do_is_shown_sort_by_sort() -> None:
    known = KnownNote(NOTE, "走.md", "d", 1, 1, "1")
    plan = Plan(
        added=(Step(_found("新.md"), None),),
        deleted=(known,),
        failed=(Failure("坏.md", "读不了。"),),
    )
    view = sync_view(ZH, Syncing("/notes", (), plan=plan), NOW)
    assert view.preview is not None
    assert [(sort.sign, sort.name, sort.paths) for sort in view.preview] == [
        ("＋", "新增", ("新.md",)),
        ("－", "删除", ("走.md",)),
        ("！", "没读成", ("坏.md",)),
    ]
    nothing = drawn("sync.html", sync_view(ZH, Syncing("/notes", (), plan=Plan()), NOW))
    assert ZH("sync.preview_none") in nothing
    assert ZH("sync.preview_title") not in drawn(
        "sync.html", sync_view(ZH, Syncing("/notes", ()), NOW)
    )


def test_why_a_sync_cannot_say_what_it_would_do_is_told() -> None:
    page = drawn("sync.html", sync_view(ZH, Syncing("/notes", (), problem="盘不在。"), NOW))
    tree = BeautifulSoup(page, "html.parser")
    assert [line.get_text() for line in tree.select(".problem[role=alert]:not([hidden])")] == [
        "盘不在。"
    ]


def _found(path: str) -> Found:
    return Found(path, Path(path), 1, 1)


def test_a_look_at_some_places_proves_nothing_and_hides_nothing() -> None:
    full = replace(REPORT, files=3, held_back=GONE[:2])
    look = replace(REPORT, files=None, changed=1)
    view = sync_view(ZH, Syncing("/notes", (_Run("done", look), _Run("done", full))), NOW)
    assert view.proof == ""
    assert view.held_back is not None
    assert view.held_back.paths == GONE[:2]
