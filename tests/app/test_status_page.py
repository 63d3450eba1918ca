"""The page that says how everything stands, and what every page says while the index is built."""

from datetime import UTC, datetime

import httpx
import pytest
from bs4 import BeautifulSoup

from app.rebuilding import Rebuild
from app.texts import texts
from app.views.status import Standing, status_view, warning
from retrieval.cross_rerank import ReadingSpeed
from tests.app.conftest import Running

ZH, EN = texts("zh"), texts("en")
NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)


def words(reply: httpx.Response) -> str:
    return " ".join(BeautifulSoup(reply.text, "html.parser").get_text(" ").split())


def test_page_shows_figures_and_rebuilds(page: Running) -> None:
    shown = page.client.get("/status", headers={"accept-language": "en"})
    assert shown.status_code == 200
    assert f"Notes in the catalogue {page.services.catalog.totals().notes}" in words(shown)
    assert "No daily backup yet" in words(shown)
    assert page.client.post("/status/rebuild").status_code == 303
    page.services.rebuilding.wait()
    assert page.services.generations.live != "index"
    assert page.client.post("/status/cancel").status_code == 303


def test_page_compares_on_request_and_mends(page: Running) -> None:
    english = {"accept-language": "en"}
    well = page.client.get("/status", params={"examine": "1"}, headers=english)
    assert "Files, catalogue and index say the same." in words(well)
    page.services.index.remove(sorted(page.services.index.ids())[:1])
    unwell = page.client.get("/status", params={"examine": "1"}, headers=english)
    assert "One thing does not fit" in words(unwell)
    assert "missing from the index" in words(unwell)
    mended = page.client.post("/status/mend", headers=english, follow_redirects=True)
    assert "Files, catalogue and index say the same." in words(mended)


def test_every_page_warns_while_searches_find_less(page: Running) -> None:
    assert "searches find only part" not in page.client.get("/notes").text
    page.services.index.remove(page.services.index.ids())
    page.services.rebuilding.opened("torn")
    shown = page.client.get("/notes", headers={"accept-language": "en"})
    assert "The index was damaged and is being built again (0 %)." in words(shown)


@pytest.mark.parametrize(
    ("rebuild", "expected"),
    [
        (None, ""),
        (Rebuild(), ""),
        (Rebuild(done=1, total=4, incomplete=True), EN("status.incomplete", share=25)),
        (Rebuild(1, 2, incomplete=True, damage="torn"), EN("status.damaged", share=50)),
    ],
)
def test_warning_says_how_far_the_index_is(rebuild: Rebuild | None, expected: str) -> None:
    assert warning(EN, rebuild) == expected


def test_long_lists_are_cut_and_counted() -> None:
    class Something:
        kind = "file changed"
        what = "a.md was changed"

    standing = Standing(
        1, 2, 3, 4, Rebuild(1, 2, running=True), NOW, examined=True, mismatches=[Something()] * 105
    )
    view = status_view(ZH, standing, NOW)
    assert (len(view.mismatches), view.more, view.verdict) == (
        100,
        "另有 5 处",
        "有 105 处对不上",
    )
    assert (view.running, view.progress, view.well) == (True, "1 / 2 段文字", False)


@pytest.mark.parametrize(
    ("reading", "told", "problem"),
    [
        (None, "the words (no model)", ""),
        (ReadingSpeed("bge", None, ""), "bge, loading", ""),
        (ReadingSpeed("bge", 12.345, ""), "bge, reads 12.3 passages a second", ""),
        (ReadingSpeed("bge", 12.0, "It is gone."), "the words (no model)", "It is gone."),
    ],
)
def test_page_says_what_orders_the_results(
    reading: ReadingSpeed | None, told: str, problem: str
) -> None:
    standing = Standing(1, 1, 1, 1, Rebuild(), None, reading=reading)
    view = status_view(EN, standing, NOW)
    assert (view.lines[-1].value, view.reading_problem) == (told, problem)
