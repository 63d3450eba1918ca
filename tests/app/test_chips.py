"""Chips, as views, pages, replies and the command line show them."""

import json
from datetime import date

import pytest
from bs4 import BeautifulSoup

from app.texts import Language, texts
from app.views.chips import chips_view
from retrieval.chip import ChipKind
from tests.app.conftest import Running

ASKED = date(2024, 4, 10)
EVERY = (
    'tag:a folder:b kind:chat from:c [[d]] after:2024 before:2025 "e f" -lora kind:h '
    "上周最新的 A 和 B 有什么区别 甲乙说过"
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_chip_has_words_in_both_languages(language: Language) -> None:
    words = texts(language)
    assert {kind.value for kind in ChipKind} == {
        chip.kind
        for question in (EVERY, "甲乙说过什么")
        for chip in chips_view(words, question, ASKED, ["甲乙"]).chips
    }


def test_chips_say_what_was_understood() -> None:
    view = chips_view(texts("zh"), "kind:chat 灯夜上周说了什么 after:foo -显卡", ASKED, ["灯夜"])
    assert [(chip.text, chip.line, chip.restricts) for chip in view.chips] == [
        ("只看群聊", "灯夜上周说了什么 after:foo -显卡", True),
        ("2024-04-01 – 2024-04-07 的优先", "kind:chat 灯夜说了什么 after:foo -显卡", False),
        ("“after:foo”读不懂，当作普通文字", "kind:chat 灯夜上周说了什么 -显卡", False),
        ("不含“显卡”", "kind:chat 灯夜上周说了什么 after:foo", True),
        ("灯夜 说的优先", "kind:chat 上周说了什么 after:foo -显卡", False),
    ]
    assert view.chips[0].without == "去掉“只看群聊”再问"
    assert (view.searched, view.wider) == (
        "灯夜上周说了什么 after:foo",
        "灯夜上周说了什么 after:foo",
    )


@pytest.mark.parametrize(
    ("question", "wider"),
    [
        ("显存多少", ""),
        ("上周的显存", ""),
        ("tag:a", ""),
        ("tag:a 显存", "显存"),
        ('"显存 带宽"', "显存 带宽"),
    ],
)
def test_a_restricted_question_can_be_asked_wider(question: str, wider: str) -> None:
    assert chips_view(texts("en"), question, ASKED).wider == wider


def ask(page: Running, question: str) -> BeautifulSoup:
    form = {"question": question, "conversation": ""}
    reply = page.client.post("/ask", data=form, follow_redirects=True)
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "html.parser")


def test_each_chip_is_a_button_that_asks_without_it(page: Running) -> None:
    shown = ask(page, "kind:article KV 缓存 省什么 -显卡")
    form = shown.select_one("article.turn form.chips")
    assert form is not None
    assert (form["action"], form["method"]) == ("/ask", "post")
    buttons = form.select("li.restricts button")
    assert [button["value"] for button in buttons] == [
        "KV 缓存 省什么 -显卡",
        "kind:article KV 缓存 省什么",
    ]
    assert all(button["name"] == "question" and button["aria-label"] for button in buttons)
    assert not form.select("p button")


def test_a_refusal_with_filters_offers_the_question_without_them(page: Running) -> None:
    shown = ask(page, "tag:没有这个 KV 缓存省什么")
    wider = shown.select_one("article.turn form.chips p button")
    assert wider is not None
    assert wider["value"] == "KV 缓存省什么"


def test_a_chip_that_leaves_nothing_to_ask_is_no_button(page: Running) -> None:
    shown = ask(page, "kind:article")
    assert shown.select_one("form.chips li") is not None
    assert shown.select_one("form.chips button") is None
    assert shown.select_one("article.turn.refusal") is None


def test_a_question_without_any_has_no_chips(page: Running) -> None:
    assert ask(page, "KV 缓存省什么").select_one("article.turn form.chips") is None


CHIP = {"kind": "kind", "value": "article", "written": "kind:article", "line": "KV 缓存"}


def test_replies_tell_the_chips(page: Running) -> None:
    question = "kind:article KV 缓存"
    found = page.client.get("/api/search", params={"q": question}).json()
    assert (found["chips"], found["removed"]) == ([CHIP], 0)
    answer = page.client.post("/api/ask", json={"question": question}).json()
    assert answer["chips"] == [CHIP]
    headers = {"accept": "text/event-stream"}
    stream = page.client.post("/api/ask", json={"question": question}, headers=headers).text
    sources = json.loads(stream.split("data: ")[1].split("\n")[0])
    assert sources["chips"] == [CHIP]


def test_a_search_without_hits_tells_how_many_the_filters_left_out(page: Running) -> None:
    found = page.client.get("/api/search", params={"q": "folder:没有 KV 缓存"}).json()
    assert found["passages"] == []
    assert found["removed"] > 0
