"""A reader follows a passage through the stages, and asks why an answer has its sources."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.test_ask import visit

pytestmark = pytest.mark.browser

QUESTION = "KV cache"


def test_a_passage_is_followed_through_all_stages(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "en-US") as visited:
        page = visited.page
        page.goto(f"{modelless.url}/search")
        page.get_by_role("searchbox").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".stage")).to_have_count(4)
        page.wait_for_load_state("load")
        assert page.url == f"{modelless.url}/search?q=KV+cache"
        best = page.locator(".found > li").first
        group = best.get_attribute("data-group")
        best.hover()
        followed = page.locator(f'[data-group="{group}"]').count()
        assert followed >= 4
        expect(page.locator(f'[data-group="{group}"].same')).to_have_count(followed)
        page.mouse.move(1, 1)
        last = page.locator(".stage.final li").last
        last.locator("a").focus()
        expect(last).to_contain_class("same")
        expect(best).not_to_contain_class("same")


def test_two_settings_are_compared_and_fit_a_narrow_screen(
    browser: Browser, modelless: Site
) -> None:
    size = {"width": 360, "height": 740}
    with visit(browser, modelless, "zh-CN", viewport=size) as visited:
        page = visited.page
        page.goto(f"{modelless.url}/search?q={QUESTION}")
        page.get_by_text("只对这一次有效的设置").click()
        page.get_by_label("与 B 并排比较").check()
        page.get_by_role("radiogroup", name="B: 重排").get_by_text("关", exact=True).click()
        page.get_by_role("button", name="检索", exact=True).click()
        expect(page.locator(".against .found")).to_have_count(2)
        assert "b.rerank=off" in page.url
        assert "candidates" not in page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.wait_for_load_state("load")
        page.locator(".against .found a").first.focus()
        expect(page.locator(".against .same")).to_have_count(2)
        for run in page.locator(".run").all():
            assert run.locator(".stage.final .same").count() == 1


def test_the_lab_works_without_scripts(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "en-US", java_script_enabled=False) as visited:
        page = visited.page
        page.goto(f"{modelless.url}/search")
        page.get_by_role("searchbox").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".stage")).to_have_count(4)
        page.locator(".answers button").first.click()
        expect(page.locator(".answers button").first).to_have_attribute("aria-pressed", "true")


def test_why_these_sources_opens_under_the_answer(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "en-US") as visited:
        page = visited.page
        page.goto(modelless.url)
        page.get_by_role("textbox").fill(QUESTION)
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name="Why these sources")
        link.click()
        why = page.locator(".turn .why")
        expect(why).to_be_visible()
        expect(why.locator(".found > li").first).to_contain_text("of the question's terms")
        expect(link).to_have_attribute("aria-expanded", "true")
        link.click()
        expect(why).to_be_hidden()


def test_why_these_sources_is_a_page_without_scripts(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "en-US", java_script_enabled=False) as visited:
        page = visited.page
        page.goto(modelless.url)
        page.get_by_role("textbox").fill(QUESTION)
        page.locator("button.send").click()
        page.get_by_role("link", name="Why these sources").click()
        expect(page.get_by_role("heading", name="Why these sources")).to_be_visible()
        page.get_by_role("link", name="Back to the answer").click()
        expect(page.locator(".turn")).to_be_visible()
