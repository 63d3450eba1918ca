"""A reader asks, watches the answer arrive, follows a footnote and finds the passage."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


@dataclass
class Visit:
    """A page with what went wrong on it and whom it called."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def requested(self, url: str, host: str) -> None:
        if urlsplit(url).netloc not in ("", host):
            self.foreign.append(url)

    def said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


@contextmanager
def visit(browser: Browser, site: Site, language: str, **options: object) -> Iterator[Visit]:
    context = browser.new_context(locale=language, **options)  # type: ignore[arg-type]
    visited = Visit(context.new_page())
    host = urlsplit(site.url).netloc
    visited.page.on("console", lambda said: visited.said(said.type, said.text))
    visited.page.on("pageerror", lambda error: visited.complaints.append(str(error)))
    visited.page.on("request", lambda request: visited.requested(request.url, host))
    try:
        yield visited
    finally:
        context.close()
    assert visited.complaints == []
    assert visited.foreign == []


def highlighted(page: Page) -> str:
    """The characters that stand highlighted, in page order."""
    return str(
        page.evaluate(
            """() => [...(CSS.highlights.get('passage') ?? [])]
                     .map((range) => range.toString()).join('')"""
        )
    )


def bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


QUESTIONS = [
    pytest.param("zh-CN", "LoRA 为什么省显存？", id="zh"),
    pytest.param("en-US", "Why is speculative decoding faster?", id="en"),
]


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_a_cited_answer_streams_and_its_footnote_opens_the_passage(
    browser: Browser, site: Site, language: str, question: str
) -> None:
    with visit(browser, site, language) as visited:
        page = visited.page
        page.goto(site.url)
        box = page.locator("textarea")
        expect(box).to_be_focused()
        box.fill(question)
        box.press("Enter")

        lengths = _lengths_while_streaming(page)
        assert len(lengths) >= 3, f"the text came at once: {lengths}"
        assert lengths == sorted(lengths)

        mark = page.locator("article .answer a.ref").first
        expect(mark).to_be_visible()
        expect(page.locator(".card").first).to_be_visible()

        place = parse_qs(urlsplit(mark.get_attribute("href") or "").query)
        start, end = int(place["start"][0]), int(place["end"][0])
        mark.click()
        page.wait_for_url("**/notes/**")
        note = httpx.get(f"{site.url}/api{urlsplit(page.url).path}", trust_env=False).json()
        quote = note["text"][start:end]
        page.wait_for_function("CSS.highlights.has('passage')")
        shown = bare(highlighted(page))
        assert shown
        assert shown in bare(quote) or bare(quote) in shown
        expect(page.locator(".cited").first).to_be_in_viewport()


def _lengths_while_streaming(page: Page) -> list[int]:
    """Watch the answer grow: its length each time it differs, until the turn is finished."""
    page.wait_for_selector("article .answer")
    lengths = page.evaluate(
        """() => new Promise((resolve) => {
            const lengths = [];
            const look = () => {
                const answers = document.querySelectorAll('article .answer');
                const answer = answers[answers.length - 1];
                const length = answer ? answer.textContent.trim().length : 0;
                if (length && length !== lengths[lengths.length - 1]) lengths.push(length);
                if (document.querySelector('article .acts')) resolve(lengths);
                else setTimeout(look, 15);
            };
            look();
        })"""
    )
    return [int(length) for length in lengths][:-1]


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_without_a_model_the_notes_answer_and_say_so(
    browser: Browser, modelless: Site, language: str, question: str
) -> None:
    with visit(browser, modelless, language) as visited:
        page = visited.page
        page.goto(modelless.url)
        page.locator("textarea").fill(question)
        page.locator("textarea").press("Enter")
        expect(page.locator(".notice").last).to_contain_text("FOOTNOTE_LLM_URL")
        expect(page.locator("a.ref").first).to_be_visible()
        page.reload()
        expect(page.locator("a.ref").first).to_be_visible()


def test_a_question_is_answered_without_scripts(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "zh-CN", java_script_enabled=False) as visited:
        page = visited.page
        page.goto(modelless.url)
        page.locator("textarea").fill("KV cache 占多少显存？")
        page.locator("button.send").click()
        expect(page.locator("a.ref").first).to_be_visible()
        page.locator("a.ref").first.click()
        expect(page.locator("#passage")).to_be_attached()
        expect(page.locator(".cited").first).to_be_in_viewport()


def test_the_pages_fit_a_phone(browser: Browser, modelless: Site) -> None:
    size = {"width": 360, "height": 740}
    with visit(browser, modelless, "zh-CN", viewport=size, color_scheme="dark") as visited:
        page = visited.page
        for path in ("/", "/notes", "/sync"):
            page.goto(modelless.url + path)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{path} is {width} pixels wide"
