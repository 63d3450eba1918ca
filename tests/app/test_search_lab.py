"""The search lab shows what every stage did, in both languages, for one setting or two."""

from collections.abc import Mapping
from uuid import UUID

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from app.db.trace_rows import TracedChunk
from app.search_body import SearchSettingsBody
from app.search_form import read_form
from app.texts import texts
from app.views.search_lab import Lab, lab_view
from retrieval.chunk import Chunk, Kind
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings
from retrieval.span import Span
from retrieval.trace import Dropped, ModelCall, Ranked, Reason, Stage, StageTrace, Term, Trace
from tests.app.conftest import Running
from tests.app.pages_in_tests import NOTE, PAYLOADS, ZH, drawn, hazards

EN = texts("en")
ASKED = {"q": "KV 缓存 重复计算"}
USUAL = SearchSettings()


def shown(page: Running, language: str = "en", **given: str) -> BeautifulSoup:
    reply = page.client.get("/search", params=given, headers={"accept-language": language})
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "html.parser")


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def stages(soup: BeautifulSoup) -> list[str]:
    return [str(each.contents[0]).strip() for each in soup.select(".stage h3")]


def test_an_empty_lab_says_what_it_is_for(page: Running) -> None:
    for language, catalogue in (("en", EN), ("zh", ZH)):
        soup = shown(page, language)
        assert words(soup.select_one("h1")) == catalogue("lab.title")
        assert catalogue("lab.lead") in words(soup.select_one(".blank"))
        assert soup.select(".run") == []
    (link,) = soup.select('.places a[aria-current="page"]')
    assert link["href"] == "/search"


def test_each_stage_has_a_column_and_each_passage_its_reasons(page: Running) -> None:
    soup = shown(page, **ASKED)
    assert stages(soup) == ["Lexical", "Fused", "Reranked", "Final"]
    best = soup.select_one(".found > li")
    assert best is not None
    (link,) = best.select("h3 a")
    assert words(link) == "KV 缓存"
    assert str(link["href"]).startswith("/notes/")
    assert words(best.select_one(".steps")).startswith("lexical 1 ")
    assert "of the question's terms" in words(best.select_one(".held"))
    assert best.select("mark")
    assert "above the threshold" in words(soup.select_one(".reading"))
    groups = {str(each["data-group"]) for each in soup.select(".stage.final [data-group]")}
    assert groups <= {
        str(each["data-group"]) for each in soup.select(".stage.lexical [data-group]")
    }


def test_that_no_search_by_meaning_took_part_stands_among_what_was_read(page: Running) -> None:
    last = shown(page, **ASKED).select(".reading > div")[-1]
    assert words(last) == f"Semantic {EN('lab.no_semantic')}"


def test_the_page_speaks_chinese(page: Running) -> None:
    soup = shown(page, "zh", **ASKED)
    assert stages(soup) == ["词面", "融合", "重排", "成段"]
    assert "切题" in words(soup.select_one(".reading"))


def test_settings_of_one_search_are_in_its_address_and_in_the_form(page: Running) -> None:
    soup = shown(page, **ASKED, rerank="off", limit="1", candidates="")
    assert stages(soup) == ["Lexical", "Fused", "Final"]
    (chosen,) = soup.select('input[name="rerank"][checked]')
    assert chosen["value"] == "off"
    assert soup.select_one(".lab-settings[open]") is not None
    assert len(soup.select(".found > li")) == 1
    document = soup.select('a[href^="/api/search"]')[0]["href"]
    found = page.client.get(str(document)).json()
    assert [stage["stage"] for stage in found["trace"]["stages"]] == ["lexical", "fused", "final"]


def test_two_settings_stand_side_by_side_with_what_differs(page: Running) -> None:
    same = shown(page, **ASKED, compare="on")
    assert words(same.select_one(".against h2")) == EN("lab.nothing_differs")
    soup = shown(page, q="显存", limit="2", **{"b.candidates": "1"})
    assert [words(each) for each in soup.select(".run > h2.letter")] == [
        "A the usual settings",
        "B Candidates per leg 1",
    ]
    assert len(soup.select(".against .found")) == 2
    assert "With B:" in words(soup.select_one(".against h2"))
    assert soup.select(".against .move.new")


@pytest.mark.parametrize(
    "given",
    [{"q": "x", "candidates": "many"}, {"limit": "0"}, {"b.rerank": "perhaps"}, {"q": "x" * 4001}],
)
def test_what_cannot_be_searched_is_said_above_the_form(
    page: Running, given: Mapping[str, str]
) -> None:
    reply = page.client.get("/search", params=given)
    assert reply.status_code == 422
    soup = BeautifulSoup(reply.text, "html.parser")
    assert " cannot be used" in words(soup.select_one(".problem")) or "Shorten" in words(
        soup.select_one(".problem")
    )
    (name,) = set(given) - {"q"} or {"q"}
    if name not in {"b.rerank", "q"}:
        assert soup.select_one(f'input[name="{name}"]')["value"] == given[name]  # type: ignore[index]


def test_conditions_of_the_line_can_be_taken_away(page: Running) -> None:
    soup = shown(page, q="量化 kind:chat")
    (chip,) = soup.select(".chip")
    (link,) = chip.select("a")
    assert words(chip).startswith(EN("chip.kind", value=EN("kind.chat")))
    assert link["href"] == "/search?q=%E9%87%8F%E5%8C%96"
    assert {words(each) for each in soup.select(".found h3 a")} == {"chat"}


def test_nothing_found_is_said(page: Running) -> None:
    soup = shown(page, q="zzzz")
    assert words(soup.select_one(".found")) == EN("lab.nothing")


def test_a_passage_that_answers_becomes_a_question_of_a_set(page: Running) -> None:
    def buttons() -> list[Tag]:
        return shown(page, **ASKED).select(".answers button")

    def press() -> httpx.Response:
        form = {
            "q": ASKED["q"],
            "previous": "",
            "back": "/search?q=1",
            "chunk": str(buttons()[0]["value"]),
        }
        return page.client.post("/search/answers", data=form)

    assert buttons()[0]["aria-pressed"] == "false"
    reply = press()
    assert (reply.status_code, reply.headers["location"]) == (303, "/search?q=1")
    assert buttons()[0]["aria-pressed"] == "true"
    (expected,) = page.services.evaluations.sets.read("search-lab")
    assert expected.question == ASKED["q"]
    assert "省去重复计算" in expected.quotes[0]
    press()
    assert buttons()[0]["aria-pressed"] == "false"


@pytest.mark.parametrize("chunk", ["", "x", str(UUID(int=5))])
def test_a_passage_that_is_gone_cannot_be_marked(page: Running, chunk: str) -> None:
    reply = page.client.post("/search/answers", data={"q": "x", "chunk": chunk})
    assert reply.status_code == 404


def test_a_set_that_cannot_be_read_does_not_stop_the_lab(page: Running) -> None:
    folder = page.services.settings.home / "questions"
    folder.mkdir(exist_ok=True)
    (folder / "search-lab.jsonl").write_text("spoilt\n", encoding="utf-8")
    soup = shown(page, **ASKED)
    chunk = str(soup.select(".answers button")[0]["value"])
    reply = page.client.post("/search/answers", data={**ASKED, "chunk": chunk})
    assert reply.status_code == 422


def found_for(payload: str) -> tuple[Trace, Mapping[UUID, TracedChunk]]:
    """Return a trace in which every text is ``payload``, and its first candidate."""
    places = [UUID(int=number) for number in range(1, 5)]
    entries = tuple(
        Ranked(chunk, NOTE, payload, f"{payload} › {payload}", 0, 3, 1.0 - n / 9)
        for n, chunk in enumerate(places)
    )
    trace = Trace(
        searched=payload,
        earlier=payload,
        also=(payload,),
        chips=(payload,),
        terms=(Term(payload, 2.0, "asked"), Term("省", 1.0, payload)),
        stages=(
            StageTrace(Stage.LEXICAL, 1.0, entries[:3], 4),
            StageTrace(Stage.SEMANTIC, 1.0, entries[1:], 3),
            StageTrace(Stage.FUSED, 1.0, entries, 4),
            StageTrace(Stage.RERANKED, 1.0, entries[::-1], 4),
            StageTrace(Stage.FINAL, 1.0, entries[:1], 1),
        ),
        semantic_weight=0.5,
        reranker=payload,
        within=3,
        dropped=(Dropped(Reason.FILTERED, 1, (places[1],)),),
        calls=(ModelCall(payload, payload, 3.0),),
    )
    chunk = Chunk(
        places[0], NOTE, 0, Kind.CHAT, payload, payload, Span(0, len(payload)), (payload,),
        speakers=(payload,), when=payload,
    )  # fmt: skip
    return trace, {chunk.id: TracedChunk(chunk, payload, payload)}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_question_or_a_note_runs_in_the_lab(payload: str) -> None:
    trace, live = found_for(payload)
    found = Retrieved(payload, (), True, 1.0, (), (payload,), 1.0)  # noqa: FBT003
    given = {"q": payload, "previous": payload, "compare": "on"}
    lab = Lab(read_form(given), USUAL, ((found, trace), (found, trace)), live)
    refused = Lab(read_form({**given, "candidates": f"{payload}!"}), USUAL)
    for each in (lab, refused):
        assert hazards(drawn("search_lab.html", lab_view(ZH, each))) == []


def test_moves_between_stages_are_told_by_sign_number_and_words() -> None:
    trace, live = found_for("词")
    found = Retrieved("词", (), False, 1.0, (), (), 1.0)  # noqa: FBT003
    lab = Lab(read_form({"q": "词"}), USUAL, ((found, trace),), live)
    (run,) = lab_view(EN, lab).runs
    lexical, semantic, fused, reranked, final = run.columns
    assert [each.move for each in (*lexical.listed, *semantic.listed)] == [""] * 6
    assert [each.move for each in fused.listed] == [
        "lexical 1 · semantic –",
        "lexical 2 · semantic 1",
        "lexical 3 · semantic 2",
        "lexical – · semantic 3",
    ]
    assert [(each.move, each.direction) for each in reranked.listed] == [
        ("↑3", "up"),
        ("↑1", "up"),
        ("↓1", "down"),
        ("↓3", "down"),
    ]
    assert reranked.listed[3].moved == "was 1, down 3"
    assert [(each.end, each.fate) for each in fused.listed] == [
        ("→1", "became passage 1"),
        ("×", "ruled out by a condition"),
        ("×", "behind the last one taken"),
        ("×", "behind the last one taken"),
    ]
    assert final.listed[0].move == "↑3"
    assert [each.words == () for each in fused.listed] == [False, True, True, True]
    (passage,) = run.passages
    assert [(step.name, step.rank) for step in passage.steps] == [
        ("lexical", "1"),
        ("semantic", "–"),
        ("fused", "1"),
        ("reranked", "4"),
        ("final", "1"),
    ]
    assert (run.silent, run.within, run.on_topic) == ("", "3 places fit", False)


def test_a_passage_that_changes_places_is_told_on_both_sides() -> None:
    def final(*numbers: int) -> Trace:
        entries = tuple(
            Ranked(UUID(int=number), NOTE, "kv.md", "", 0, 1, 0.5, (UUID(int=10 + number),))
            for number in numbers
        )
        return Trace("x", stages=(StageTrace(Stage.FINAL, 1.0, entries, len(entries)),))

    found = Retrieved("x", (), True, 1.0, (), (), 1.0)  # noqa: FBT003
    sides = ((found, final(1, 2, 3)), (found, final(12, 1, 4)))
    view = lab_view(EN, Lab(read_form({"q": "x", "compare": "on"}), USUAL, sides))
    assert view.comparison is not None
    assert view.comparison.summary == "With B: 1 come in, 1 go, 2 change places"
    told = [
        [(each.move, each.moved, each.group) for each in side]
        for side in (view.comparison.first, view.comparison.second)
    ]
    assert told == [
        [("↑1", "2 in B", "xa1"), ("↓1", "1 in B", "xa2"), ("+", "only in A", "xa3")],
        [("↑1", "2 in A", "xa2"), ("↓1", "1 in A", "xa1"), ("+", "only in B", "xb3")],
    ]


def test_switches_are_all_the_settings_that_are_on_or_off() -> None:
    view = lab_view(EN, Lab(read_form({"links": "yes", "b.rerank": "0"}), USUAL))
    first, second = view.sides
    names = [name for name, value in SearchSettingsBody.model_fields.items()]
    assert {each.name for each in (*first.numbers, *first.switches)} == set(names) - {"today"}
    chosen = {
        each.name: choice.value
        for each in (*first.switches, *second.switches)
        for choice in each.choices
        if choice.chosen and choice.value
    }
    assert chosen == {"links": "on", "b.rerank": "off"}
