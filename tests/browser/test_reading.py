"""What a reader sees while an answer arrives, and what is marked in a note."""

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.test_ask import bare, highlighted, visit

pytestmark = pytest.mark.browser

COMMENTS = "群聊/B站评论-双卡推理.md"


def note_url(site: Site, path: str, quote: str) -> str:
    """Return the address that opens the note at the first place of ``quote``."""
    with httpx.Client(base_url=site.url, trust_env=False) as client:
        notes = client.get("/api/notes?limit=200").json()["notes"]
        (found,) = (note["id"] for note in notes if note["path"] == path)
        start = client.get(f"/api/notes/{found}").json()["text"].index(quote)
    return f"{site.url}/notes/{found}?start={start}&end={start + len(quote)}#passage"


@pytest.mark.parametrize(
    "pieces",
    [
        ["一。[1]\n", "\n二。\n三。"],
        ["一。[1]\n\n二。", "\n", "三。"],
        ["一。", "[1]", "\n\n\n", "二。\n三。\n\n"],
    ],
)
def test_paragraphs_arrive_whole_however_they_are_cut(
    browser: Browser, modelless: Site, pieces: list[str]
) -> None:
    with visit(browser, modelless, "zh-CN") as visited:
        visited.page.goto(modelless.url)
        text = "".join(pieces)
        shown = visited.page.evaluate(
            """async ([pieces, end]) => {
                const { StreamedAnswer } = await import("/static/stream.js");
                const box = document.createElement("div");
                const answer = new StreamedAnswer(box);
                for (const piece of pieces) answer.append(piece);
                answer.support({ end, label: "weak", why: "" });
                return [...box.children].map((child) => child.textContent.replaceAll("\u2060", ""));
            }""",
            [pieces, text.index("二。") + 2],
        )

    assert shown == ["一。1", "二。◐\n三。"]


def test_only_the_words_of_the_note_are_marked(browser: Browser, modelless: Site) -> None:
    quote = "AMD 的卡能这么玩吗\n2024-05-23 18:22 👍2\n\nup主_焊武\n回复 @刚买就降价 : llama.cpp"
    with visit(browser, modelless, "zh-CN") as visited:
        page = visited.page
        page.goto(note_url(modelless, COMMENTS, quote))
        page.wait_for_function("CSS.highlights.has('passage')")

        expect(page.locator(".comment .who").last).to_contain_text("回复 刚买就降价")
        assert bare(highlighted(page)) == bare(quote.replace("👍2", ""))


def test_cards_beside_the_question_box_can_be_reached(browser: Browser, modelless: Site) -> None:
    with visit(browser, modelless, "zh-CN", viewport={"width": 1440, "height": 620}) as visited:
        page = visited.page
        page.goto(modelless.url)
        page.locator("textarea").fill("LoRA 为什么省显存？")
        page.locator("textarea").press("Enter")
        page.wait_for_selector("article .acts")
        beside = page.evaluate(
            """() => {
                const box = document.querySelector(".composer").getBoundingClientRect();
                const margin = document.querySelector(".margin").getBoundingClientRect();
                const at = document.elementFromPoint(margin.left + 60, box.top + 20);
                return Boolean(at.closest(".margin"));
            }"""
        )

        assert beside
        assert urlsplit(page.url).path.startswith("/c/")


def test_an_answer_and_its_note_fit_a_phone(browser: Browser, modelless: Site) -> None:
    size = {"width": 360, "height": 740}
    with visit(browser, modelless, "zh-CN", viewport=size) as visited:
        page = visited.page
        page.goto(modelless.url)
        page.locator("textarea").fill("LoRA 为什么省显存？")
        page.locator("textarea").press("Enter")
        page.wait_for_selector("article .acts")
        width = "document.documentElement.scrollWidth"
        assert page.evaluate(width) <= size["width"]

        page.locator("a.ref").first.click()
        page.wait_for_url("**/notes/**")
        assert page.evaluate(width) <= size["width"]


def test_what_stands_below_the_question_box_covers_the_answer(
    browser: Browser, modelless: Site
) -> None:
    with visit(browser, modelless, "zh-CN") as visited:
        page = visited.page
        page.goto(modelless.url)
        page.locator("textarea").fill("LoRA 为什么省显存？")
        page.locator("textarea").press("Enter")
        page.wait_for_selector("article .acts")
        page.reload()
        backed, hint = page.evaluate(
            """() => {
                const row = (element, pseudo) => getComputedStyle(element, pseudo).gridRowEnd;
                const dock = document.querySelector(".dock");
                const hint = dock.querySelector(".quiet-line");
                return [row(dock, "::before"), getComputedStyle(hint).gridRowStart];
            }"""
        )

        assert (backed, hint) == ("span 3", "2")
