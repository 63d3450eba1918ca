"""A turn as the page sets it: numbers, proof marks, cards, and what became of the notes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from app.texts import texts
from app.views import (
    Contents,
    ask_view,
    conversation_view,
    home_view,
    turn_view,
)
from app.views.excerpts import Segment, excerpt, words
from retrieval.span import Span
from serving.answer import Answer, Finish, Label, Mode, Source, Support
from tests.app.pages_in_tests import (
    CONVERSATION,
    NOTE,
    NOW,
    ZH,
    answer,
    drawn,
    passage,
    record,
)


@dataclass(frozen=True)
class _Stands:
    status: str
    span: Span | None = None


@dataclass(frozen=True)
class _Line:
    id: UUID
    title: str
    modified: datetime


SOURCE = passage("前文。缓存省去重复计算。后文。", link="https://v.example/?t=7")
ANSWER = answer("缓存**省时间**。[1]\n\n- 也省[1]", SOURCE, "前文。")


def _html(given: Answer, **stored: object) -> BeautifulSoup:
    view = turn_view(ZH, replace(record(given), **stored), NOW)  # type: ignore[arg-type]
    return BeautifulSoup(view.html, "html.parser")


def test_a_mark_becomes_a_number_that_opens_the_quote() -> None:
    refs = _html(ANSWER).select("a.ref")

    assert [ref.get_text() for ref in refs] == ["1", "1"]
    assert refs[0].attrs == {
        "class": ["ref"],
        "href": f"/notes/{NOTE}?start=0&end=3#passage",
        "data-n": "1",
        "data-citation": "0",
        "data-quote": "前文。",
        "aria-label": "脚注 1：KV 缓存",
    }


def test_a_sentence_gets_the_proof_mark_that_explains_itself() -> None:
    support = tuple(
        Support(Span(0, end), label, "数字一致")
        for end, label in ((10, Label.VERIFIED), (16, Label.WEAK), (17, Label.UNSUPPORTED))
    )

    proofs = _html(replace(ANSWER, support=support)).select(".proof")

    assert [(proof.get_text(), proof["data-label"], proof["title"]) for proof in proofs] == [
        ("●", "verified", "已核对：数字一致"),
        ("◐", "weak", "部分相符：数字一致"),
        ("○", "unsupported", "没有依据：数字一致"),
    ]


def test_the_card_shows_the_quote_inside_its_passage() -> None:
    cited = answer("省。[1]", SOURCE)
    citation = replace(cited.citations[0], span=Span(3, 12), quote="缓存省去重复计算。")
    (card,) = turn_view(ZH, record(replace(cited, citations=(citation,))), NOW).cards

    assert card.excerpt == (
        Segment("前文。"),
        Segment("缓存省去重复计算。", marked=True),
        Segment("后文。"),
    )
    assert (card.number, card.title, card.heading) == (1, "KV 缓存", "为什么省时间")
    assert (card.kind_name, card.when, card.speakers) == ("文章", "2024-03-07 15:12", "小林")
    assert (card.url, card.video, card.standing) == (
        f"/notes/{NOTE}?start=0&end={len(SOURCE.text)}#passage",
        "https://v.example/?t=7",
        "",
    )


@pytest.mark.parametrize(
    ("stands", "url", "reference", "standing"),
    [
        (_Stands("current", Span(0, 3)), f"/notes/{NOTE}?start=0&end=3#passage", None, ""),
        (_Stands("changed"), f"/notes/{NOTE}", f"/notes/{NOTE}", ZH("answer.source_changed")),
        (
            _Stands("changed", Span(5, 8)),
            f"/notes/{NOTE}?start=5&end=8#passage",
            f"/notes/{NOTE}?start=5&end=8#passage",
            ZH("answer.source_moved"),
        ),
        (_Stands("removed"), "", "#t444444444444-source-1", ZH("answer.source_removed")),
    ],
)
def test_a_source_that_changed_says_so_and_leads_to_no_other_words(
    stands: _Stands, url: str, reference: str | None, standing: str
) -> None:
    given = replace(record(ANSWER), sources=(stands,), citations=(stands, stands))
    view = turn_view(ZH, given, NOW)

    ref = BeautifulSoup(view.html, "html.parser").select("a.ref")[0]
    assert (view.cards[0].url, view.cards[0].standing) == (url, standing)
    assert ref["href"] == (reference or url)


@pytest.mark.parametrize(("page", "told"), [(0, ""), (3, "第 3 页")])
def test_a_card_names_the_page_of_a_document(page: int, told: str) -> None:
    given = answer("省。[1]", replace(passage(), page=page))
    (card,) = turn_view(ZH, record(given), NOW).cards

    assert card.page == told


def test_a_card_does_not_say_the_title_twice() -> None:
    source = replace(SOURCE, headings=("KV 缓存", "代价", "**显存**"))
    (card,) = turn_view(ZH, record(answer("省。[1]", source)), NOW).cards

    assert (card.title, card.heading) == ("KV 缓存", "代价 › 显存")


def test_sources_that_are_not_cited_stand_apart() -> None:
    given = replace(ANSWER, sources=(Source(1, SOURCE), Source(2, passage("别的"))))
    view = turn_view(ZH, record(given), NOW)

    assert [card.number for card in view.cards] == [1]
    assert [card.number for card in view.others] == [2]
    assert view.others_title == ZH("answer.also")


def test_a_refusal_lists_the_nearest_notes() -> None:
    given = Answer(
        "没有。", Mode.REFUSAL, Finish.COMPLETE, (Source(1, SOURCE),), (), (),
        missing=("a",), ms=9, first_token_ms=3,
    )  # fmt: skip
    view = turn_view(ZH, record(given), NOW)

    assert (view.refusal, view.cards, [card.number for card in view.others]) == (True, (), [1])
    assert (view.others_title, view.missing) == (ZH("answer.nearest"), "")
    assert view.meta == ("没有找到依据", "9 ms")


def test_what_a_reader_must_know_is_said_in_a_line() -> None:
    none = replace(ANSWER, mode=Mode.EXTRACTIVE, note="no_model", reason="long", missing=("a", "b"))
    down = replace(ANSWER, note="model_down", reason="拒绝连接。")
    view = turn_view(ZH, record(none), NOW)

    assert view.notice == ZH("answer.note_no_model")
    assert view.hint == ZH("answer.connect")
    assert view.missing == "这些段落里没有出现：a、b"
    without = turn_view(ZH, record(down), NOW)
    assert (without.notice, without.hint) == (ZH("answer.note_model_down"), "拒绝连接。")
    assert turn_view(ZH, record(replace(ANSWER, note="自己的话")), NOW).notice == "自己的话"


def test_an_answer_that_is_not_whole_says_why() -> None:
    cut = replace(ANSWER, finish=Finish.LENGTH)
    broken = replace(ANSWER, finish=Finish.INTERRUPTED)

    views = [
        turn_view(ZH, given, NOW)
        for given in (
            record(ANSWER),
            record(cut),
            record(broken),
            record(replace(broken, reason="太慢。"), error="太慢。"),
            record(ANSWER, error="断了。"),
        )
    ]
    assert [(view.broken, view.why) for view in views] == [
        ("", ""),
        (ZH("answer.cut"), ""),
        (ZH("answer.interrupted"), ""),
        (ZH("answer.interrupted"), "太慢。"),
        ("断了。", ""),
    ]


def test_figures_of_an_answer_are_in_the_readers_language() -> None:
    given = replace(ANSWER, first_token_ms=400)

    assert turn_view(texts("en"), record(given), NOW).meta == (
        "1 note",
        "2 citations",
        "written by the model",
        "first word 400 ms",
        "1.3 s",
    )


def test_a_time_that_was_not_taken_is_not_told() -> None:
    assert turn_view(ZH, record(replace(ANSWER, ms=0)), NOW).meta == (
        "1 篇笔记",
        "2 处引用",
        "模型撰写",
    )


def test_a_completed_question_is_shown_beside_what_was_asked() -> None:
    given = replace(record(ANSWER), question="那它呢？", standalone="KV 缓存省时间吗？")

    assert turn_view(ZH, given, NOW).standalone == "KV 缓存省时间吗？"
    assert turn_view(ZH, record(ANSWER), NOW).standalone == ""


def test_a_mark_without_its_source_stays_text() -> None:
    tree = _html(replace(ANSWER, sources=()))

    assert tree.select("a.ref") == []
    assert "[1]" in tree.get_text()


def test_a_conversation_page_holds_each_turn_as_it_streamed() -> None:
    view = conversation_view(ZH, CONVERSATION, "", [record(ANSWER)], NOW)
    page = drawn("ask.html", ask_view(ZH, view, model=True, longest=4_000))

    tree = BeautifulSoup(page, "html.parser")
    assert view.title == ZH("ask.untitled")
    assert [turn["id"] for turn in tree.select("[data-turns] > [data-turn]")] == ["t444444444444"]
    assert tree.select("[name=conversation]")[0]["value"] == str(CONVERSATION)
    assert [form["action"] for form in tree.select(".manage form")] == [
        view.rename_url,
        view.delete_url,
    ]


def test_the_home_page_shows_what_is_in_the_notes() -> None:
    newest = [_Line(NOTE, "甲", NOW), _Line(NOTE, "乙", NOW - timedelta(days=1))]
    headings = ("**题**", " ", "2024-05-13 这一周", "2024 年 5 月")
    contents = Contents(2, 12_000, newest, headings, "/notes")
    view = home_view(ZH, contents, NOW)
    page = BeautifulSoup(
        drawn("ask.html", ask_view(ZH, view, model=False, longest=4_000)), "html.parser"
    )

    assert view.suggestions == ("题",)
    assert view.summary == "一共 2 篇笔记，12,000 字"
    assert [line.modified.label for line in view.newest] == ["15:30", "昨天"]
    assert page.select(".quiet-line")[0].get_text() == ZH("ask.no_model")
    assert page.select("textarea")[0]["maxlength"] == "4000"


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (Contents(0, 0, (), (), ""), "home.no_folder"),
        (Contents(0, 0, (), (), "/notes"), "home.empty_folder"),
        (Contents(0, 0, (), (), "/notes", syncing=True), "home.syncing"),
    ],
)
def test_an_empty_home_says_what_to_do_next(contents: Contents, said: str) -> None:
    view = ask_view(ZH, home_view(ZH, contents, NOW), model=False, longest=9)
    tree = BeautifulSoup(drawn("ask.html", view), "html.parser")

    assert tree.select(".lead")[0].get_text() == ZH(said)
    assert tree.select("textarea") == []


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("## 题\n**粗** `码` [词](https://x) ![图](a.png)", "题 粗 码 词 图"),
        ("- 甲\n> 乙\n<font color='red'>丙</font>", "甲 乙 丙"),
        ("<details><summary>坑</summary> 丁</details>", "坑 丁"),
        ("- [x] 做 [[甲|乙]] [[丙]]\n> [!note] 丁\n<!-- cut -->", "做 乙 丙 丁"),
        ("<instructions> a*b 2 * 3", "<instructions> a*b 2 * 3"),
        ("*斜*的 *Notes, 2024.* 一 *三*", "斜的 Notes, 2024. 一 三"),
        (
            "| 变量 | 值 |\n|:---|---:|\n| A | 1 |\n\n---\n```bash\nls -l\n```",
            "变量 · 值 A · 1 ls -l",
        ),
        ("a\u202eb\x00", "ab\ufffd"),
    ],
)
def test_an_excerpt_holds_plain_words(markdown: str, plain: str) -> None:
    assert words(markdown) == plain


def test_an_excerpt_is_cut_around_the_first_marked_words() -> None:
    text = "甲" * 200 + "要紧" + "乙" * 600

    assert excerpt(text, [Span(200, 202), Span(201, 203), Span(5_000, 5_001)]) == (
        Segment("…"),
        Segment("甲" * 48),
        Segment("要紧乙", marked=True),
        Segment("乙" * 249 + "…"),
    )
    assert excerpt("先 --enable-prefix-caching " + "甲" * 40 + "乙", [Span(66, 67)])[:3] == (
        Segment("…"),
        Segment("--enable-prefix-caching " + "甲" * 40),
        Segment("乙", marked=True),
    )
    assert excerpt("一二") == (Segment("一二"),)
    assert excerpt("甲" * 300 + "乙", [Span(0, 300)]) == (
        Segment("甲" * 300, marked=True),
        Segment("…"),
    )


def test_a_refusal_that_quotes_what_comes_nearest_says_so() -> None:
    nearest = turn_view(ZH, record(replace(ANSWER, mode=Mode.REFUSAL)), NOW)

    assert nearest.refusal
    assert ZH("answer.mode_nearest") in nearest.meta
