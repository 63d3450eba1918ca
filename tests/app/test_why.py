"""Why an answer has these sources: on a page, as a fold's content, and in the API."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete

from app.db.models import TraceRow
from app.db.session import Database, sqlite_url
from app.db.trace_rows import TracedTurn
from app.home import DATABASE
from app.texts import texts
from app.views.why import why_view
from retrieval.trace import ModelCall, Trace
from tests.app.conftest import NOTES, Running
from tests.app.pages_in_tests import PAYLOADS, ZH, drawn, hazards
from tests.app.test_search_lab import found_for

EN = texts("en")
QUESTION = "KV 缓存为什么省去重复计算？"


def asked(page: Running, question: str = QUESTION) -> tuple[str, str]:
    """Ask; return the conversation and the turn."""
    reply = page.client.post("/api/ask", json={"question": question}).json()
    return reply["conversation"], reply["turn"]


def shown(page: Running, conversation: str, turn: str) -> BeautifulSoup:
    reply = page.client.get(
        f"/c/{conversation}/turns/{turn}/why", headers={"accept-language": "en"}
    )
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "html.parser")


def words(soup: BeautifulSoup, selector: str) -> str:
    return " ".join(" ".join(each.get_text(" ").split()) for each in soup.select(selector))


def test_an_answer_leads_to_why_it_has_its_sources(page: Running) -> None:
    conversation, turn = asked(page)
    answer = BeautifulSoup(page.client.get(f"/c/{conversation}").text, "html.parser")
    (link,) = answer.select("a[data-why]")
    assert link["href"] == f"/c/{conversation}/turns/{turn}/why"
    soup = shown(page, conversation, turn)
    assert words(soup, "#why .question") == QUESTION
    assert words(soup, "#why .meta").startswith("the notes' own words · No language model")
    assert "footnote 1 of the answer" in words(soup, ".use")
    assert len(soup.select(".stage")) == 4
    (lab,) = soup.select('#why a[href^="/search?q="]')
    assert page.client.get(str(lab["href"])).status_code == 200
    (back,) = soup.select(".crumb a")
    assert back["href"] == f"/c/{conversation}#t{UUID(turn).hex[:12]}"


def test_the_page_of_its_own_is_drawn_like_the_lab(page: Running) -> None:
    sheets = [link["href"] for link in shown(page, *asked(page)).select('link[rel="stylesheet"]')]
    lab = BeautifulSoup(page.client.get("/search").text, "html.parser")
    assert sheets == [link["href"] for link in lab.select('link[rel="stylesheet"]')]


def test_the_api_tells_the_trace_of_a_turn(page: Running) -> None:
    conversation, turn = asked(page)
    trace = page.client.get(f"/api/conversations/{conversation}/turns/{turn}/trace").json()
    assert trace["searched"] == QUESTION
    stages = {stage["stage"]: stage["candidates"] for stage in trace["stages"]}
    assert list(stages) == ["lexical", "fused", "reranked", "final"]
    assert {each["note"] for each in stages["lexical"]} <= set(NOTES)


@pytest.mark.parametrize("address", ["/c/{}/turns/{}/why", "/api/conversations/{}/turns/{}/trace"])
def test_a_turn_that_is_not_there_is_not_found(page: Running, address: str) -> None:
    _, turn = asked(page)
    other, _ = asked(page)
    assert page.client.get(address.format(other, turn)).status_code == 404
    assert page.client.get(address.format(other, uuid4())).status_code == 404


def test_an_answer_older_than_traces_says_so(page: Running) -> None:
    conversation, turn = asked(page)
    database = Database(sqlite_url(page.services.settings.home / DATABASE))
    with database.write() as session:
        session.execute(delete(TraceRow))
    database.close()
    assert EN("why.none") in words(shown(page, conversation, turn), "#why")
    reply = page.client.get(f"/api/conversations/{conversation}/turns/{turn}/trace")
    assert (reply.status_code, "older than traces" in reply.json()["error"]) == (404, True)


def test_what_was_changed_since_is_named_without_its_words(page: Running, notes: Path) -> None:
    conversation, turn = asked(page)
    (notes / "KV 缓存.md").unlink()
    page.services.syncs.start()
    page.services.syncs.wait()
    soup = shown(page, conversation, turn)
    assert "KV 缓存" in words(soup, ".found s")
    assert EN("lab.gone") in words(soup, ".gone")


def test_a_follow_up_tells_the_question_before(page: Running) -> None:
    conversation, _ = asked(page)
    body = {"question": "那代价呢？", "conversation": conversation}
    turn = page.client.post("/api/ask", json=body).json()["turn"]
    soup = shown(page, conversation, turn)
    assert QUESTION in words(soup, ".reading dd")
    (lab,) = soup.select('#why a[href^="/search?q="]')
    assert "previous=" in str(lab["href"])


def turn(trace: Trace | None, question: str = "？") -> TracedTurn:
    return TracedTurn(question, "独立的？", "model", "", 0, trace, {}, frozenset())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_stored_trace_runs(payload: str) -> None:
    trace, live = found_for(payload)
    view = why_view(ZH, turn(trace, payload), live, ("/search?q=x", "/c/x"))
    assert hazards(drawn("why.html", view)) == []


def test_what_a_model_was_asked_is_told() -> None:
    trace = Trace("x", calls=(ModelCall("rewriting", "显存？", 12.0), ModelCall("own", "y", 1.0)))
    view = why_view(EN, turn(trace), {}, ("", ""))
    assert view.found is not None
    assert view.found.calls == (
        "The model was asked: to rewrite the question, 显存？ (12 ms)",
        "The model was asked: own, y (1 ms)",
    )
    assert (view.searched, view.answered) == ("x", EN("answer.mode_model"))


def test_sources_that_were_not_offered_are_told() -> None:
    trace, live = found_for("词")
    view = why_view(EN, turn(trace), live, ("", ""))
    assert view.found is not None
    assert [each.use for each in view.found.passages] == [EN("why.left")]
