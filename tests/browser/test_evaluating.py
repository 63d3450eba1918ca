"""A reader judges an answer, and measures what search finds."""

import json
import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Site
from tests.browser.test_ask import visit

pytestmark = pytest.mark.browser
QUESTION = "Why is speculative decoding faster?"


def ask(box: Locator) -> None:
    box.fill(QUESTION)
    box.press("Enter")


def test_a_bad_answer_becomes_a_question_that_can_be_measured(
    browser: Browser, modelless: Site
) -> None:
    with visit(browser, modelless, "en-US") as visited:
        page = visited.page
        page.goto(modelless.url)
        ask(page.locator("textarea"))
        thumbs = page.locator("[data-judgement]")
        thumbs.get_by_role("button", name="Good answer").click()
        expect(thumbs.locator(".thanks")).to_be_visible()
        stayed = page.url
        thumbs.locator("summary").click()
        thumbs.get_by_role("button", name="It missed a note").click()
        expect(thumbs.locator(".said")).to_contain_text("Noted: It missed a note.")
        thumbs.locator(".which button").first.click()
        expect(thumbs.locator(".marked li")).to_have_count(1)
        expect(thumbs.locator(".which [aria-pressed=true]")).not_to_have_count(0)
        assert page.url == stayed

        thumbs.get_by_label("In your own words").fill("the second one")
        thumbs.get_by_label("In your own words").press("Enter")
        expect(thumbs.locator(".own")).to_have_text("the second one")
        expect(thumbs.locator(".said")).to_contain_text("Noted: It missed a note.")

        page.get_by_role("link", name="Evaluation").click()
        page.get_by_label("Thumbs-down").check()
        page.get_by_role("button", name="Run").click()
        expect(page.locator("table").first).to_contain_text("missed a note")
        page.get_by_role("link", name="All evaluations").click()
        expect(page.locator(".runs")).to_contain_text(re.compile(r"Thumbs-down.*hit@8", re.DOTALL))


@pytest.mark.parametrize("width", [1280, 360])
def test_a_set_from_a_file_is_measured_under_two_settings(
    browser: Browser, modelless: Site, width: int
) -> None:
    lines = [{"question": QUESTION, "kind": "x", "answerable": False}] * 400
    content = "\n".join(map(json.dumps, lines)).encode()
    file = {"name": f"set {width}.jsonl", "mimeType": "application/jsonl", "buffer": content}
    with visit(browser, modelless, "en-US", viewport={"width": width, "height": 800}) as visited:
        page = visited.page
        page.goto(f"{modelless.url}/eval")
        page.get_by_text("Add a set").click()
        page.locator("[data-file]").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Keep it").click()
        page.get_by_label(f"set {width}", exact=True).check()
        page.get_by_text("Settings", exact=True).click()
        page.get_by_role("radiogroup", name="Rerank").nth(1).get_by_label("off").check()
        page.get_by_role("button", name="Run").click()
        expect(page.locator(".settled")).to_contain_text("Rerank off", timeout=60_000)
        expect(page.locator("table.differences")).to_contain_text("rightly refused")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_thumbs_work_without_a_script(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "zh-CN", java_script_enabled=False) as visited:
        page = visited.page
        page.goto(modelless.url)
        page.locator("textarea").fill(QUESTION)
        page.locator(".send").click()
        page.locator("[data-judgement] summary").click()
        page.get_by_role("button", name="笔记里没有").click()
        expect(page.locator(".said")).to_contain_text("记下了：笔记里没有。")
        page.get_by_role("button", name="收回").click()
        expect(page.locator(".said")).not_to_contain_text("记下了")


def test_enter_among_the_settings_measures_and_removes_no_set(
    browser: Browser, modelless: Site
) -> None:
    line = json.dumps({"question": QUESTION, "answerable": False})
    with visit(browser, modelless, "en-US") as visited:
        page = visited.page
        page.goto(f"{modelless.url}/eval")
        page.get_by_text("Add a set").click()
        page.get_by_label("Name").fill("to-stay")
        page.locator("textarea").fill(line)
        page.get_by_role("button", name="Keep it").click()
        page.get_by_label("to-stay").check()
        page.get_by_text("Settings", exact=True).click()
        page.locator("#run input[type=number]").first.press("Enter")
        page.wait_for_url(f"{modelless.url}/eval/*")
        page.goto(f"{modelless.url}/eval")
        expect(page.get_by_label("to-stay")).to_be_visible()


def test_a_set_is_removed_after_being_asked_without_a_script(
    browser: Browser, modelless: Site
) -> None:
    line = json.dumps({"question": QUESTION, "answerable": False})
    with visit(browser, modelless, "en-US", java_script_enabled=False) as visited:
        page = visited.page
        page.goto(f"{modelless.url}/eval")
        page.get_by_text("Add a set").click()
        page.get_by_label("Name").fill("to-go")
        page.locator("textarea").fill(line)
        page.get_by_role("button", name="Keep it").click()
        sure = page.get_by_role("button", name="Remove to-go for good")
        expect(sure).to_be_hidden()
        page.locator(".set", has_text="to-go").locator("summary").click()
        sure.click()
        expect(page.locator("main")).not_to_contain_text("to-go")
