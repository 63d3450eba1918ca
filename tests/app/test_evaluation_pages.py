"""Thumbs, question sets and evaluations, by pages and by the API."""

import json
from uuid import UUID, uuid4

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from tests.app.conftest import Running

EN = {"accept-language": "en"}
QUESTION = "KV 缓存的代价是什么？"
SET = "\n".join(
    json.dumps(each)
    for each in (
        {"id": "1", "kind": "mine", "question": QUESTION,
         "evidence": [{"note": "KV 缓存.md", "quote": "缓存随序列长度线性增长"}]},
        {"id": "2", "question": "LoRA 训练什么？",
         "evidence": [{"note": "sub/LoRA 笔记.md", "quote": "这句话不在笔记里"}]},
        {"id": "3", "question": "阳台上的番茄叶子发黄怎么办？", "answerable": False},
        {"id": "4", "question": "RAG 是什么？", "open": True},
    )
)  # fmt: skip


def soup(reply: httpx.Response) -> BeautifulSoup:
    assert reply.status_code == 200, reply.text
    return BeautifulSoup(reply.text, "html.parser")


def said(found: BeautifulSoup | Tag) -> str:
    return " ".join(found.get_text(" ").split())


def asked(page: Running, question: str = QUESTION) -> tuple[str, str]:
    """Ask, and return conversation and turn."""
    reply = page.client.post("/api/ask", json={"question": question}).json()
    return reply["conversation"], reply["turn"]


def judge(page: Running, conversation: str, turn: str, **fields: str) -> BeautifulSoup:
    reply = page.client.post(f"/c/{conversation}/turns/{turn}/verdict", data=fields)
    assert reply.status_code == 303
    assert reply.headers["location"] == f"/c/{conversation}#judged-{turn}"
    shown = page.client.get(f"/c/{conversation}", headers=EN)
    return soup(shown)


def keep(page: Running, name: str = "mine", text: str = SET) -> None:
    kept = page.client.post("/eval/sets", data={"name": name, "text": text})
    assert (kept.status_code, kept.headers["location"]) == (303, "/eval")


def evaluated(page: Running, **fields: str) -> BeautifulSoup:
    reply = page.client.post("/eval", data={"set": "mine", **fields})
    assert reply.status_code == 303
    page.services.evaluations.wait()
    return soup(page.client.get(reply.headers["location"], headers=EN))


def test_a_good_answer_is_noted_and_can_be_taken_back(page: Running) -> None:
    conversation, turn = asked(page)
    shown = judge(page, conversation, turn, verdict="good")
    (judged,) = shown.select(f"#judged-{turn}")
    assert "Noted as good" in said(judged)
    pressed = judged.select_one("[aria-pressed=true]")
    assert pressed is not None
    assert pressed["value"] == "none"
    again = judge(page, conversation, turn, verdict="none")
    assert "Noted as good" not in said(again)
    judge(page, conversation, turn, verdict="nonsense")
    assert page.services.verdicts.of(UUID(conversation)) == {}


def test_a_bad_answer_becomes_a_question_whose_passage_can_be_marked(page: Running) -> None:
    conversation, turn = asked(page)
    shown = judge(page, conversation, turn, verdict="missed_note", remark="少了\x00一篇")
    (judged,) = shown.select(f"#judged-{turn}")
    assert "Noted: It missed a note. It is a question of your set “thumbs-down” now." in said(
        judged
    )
    assert "少了一篇" in said(judged)
    (reason,) = judged.select("[name=verdict][aria-pressed=true]")
    assert reason["value"] == "missed_note"
    form = judged.select_one(".which form")
    assert form is not None
    fields = {str(each["name"]): str(each["value"]) for each in form.select("input")}
    marked = page.client.post(str(form["action"]), data=fields)
    assert (marked.status_code, marked.headers["location"]) == (303, fields["next"])
    shown = soup(page.client.get(f"/c/{conversation}", headers=EN))
    assert "Marked as the answer: KV 缓存.md:" in said(shown)
    assert [str(each.string)[0] for each in shown.select(".which [aria-pressed=true]")] == ["✓"]
    (line,) = page.client.get("/api/question-sets/thumbs-down").text.splitlines()
    kept = json.loads(line)
    assert (kept["id"], kept["kind"], kept["question"]) == (turn, "missed_note", QUESTION)
    assert kept["evidence"][0]["note"] == "KV 缓存.md"


def test_what_is_not_in_the_notes_has_no_passage_to_mark(page: Running) -> None:
    conversation, turn = asked(page)
    shown = judge(page, conversation, turn, verdict="not_in_notes")
    assert shown.select(".which") == []
    (line,) = page.client.get("/api/question-sets/thumbs-down").text.splitlines()
    assert json.loads(line)["answerable"] is False


def test_only_places_of_notes_are_marked_and_only_turns_are_judged(page: Running) -> None:
    conversation, turn = asked(page)
    for fields in (
        {"note": "x", "start": "0", "end": "1"},
        {"note": str(uuid4()), "start": "0", "end": "1"},
        {"note": str(uuid4()), "start": "5", "end": "1"},
        {"note": str(uuid4()), "start": "0", "end": "9" * 30},
        {},
    ):
        assert page.client.post(f"/turns/{turn}/evidence", data=fields).status_code == 404
    path = f"/c/{conversation}/turns/{uuid4()}/verdict"
    assert page.client.post(path, data={"verdict": "good"}).status_code == 404


def test_verdicts_by_the_api(page: Running) -> None:
    conversation, turn = asked(page)
    path = f"/api/conversations/{conversation}/turns/{turn}/verdict"
    given = page.client.put(path, json={"good": False, "reason": "wrong", "remark": " 差 "}).json()
    assert (given["good"], given["reason"], given["remark"]) == (False, "wrong", "差")
    found = page.client.get("/api/search", params={"q": QUESTION}).json()["passages"][0]
    place = {name: found[name] for name in ("note_id", "start", "end")}
    marked = page.client.post(f"/api/turns/{turn}/evidence", json=place).json()
    assert [each["note"] for each in marked["evidence"]] == ["KV 缓存.md"]
    assert page.client.put(path, json={"good": False, "reason": "bad"}).status_code == 422
    assert page.client.delete(path).status_code == 204
    assert page.client.delete(path.replace(turn, str(uuid4()))).status_code == 404


def test_an_empty_page_says_how_questions_come_about(page: Running) -> None:
    shown = soup(page.client.get("/eval", headers=EN))
    assert "There is no question yet." in said(shown)
    assert "hit@k is the share of its questions" in said(shown)
    assert shown.select("#run .go") == []
    assert shown.select('.places a[href="/eval"][aria-current=page]')


def test_a_set_is_kept_listed_and_removed(page: Running) -> None:
    keep(page)
    shown = soup(page.client.get("/eval", headers=EN))
    assert "4 questions · one to be refused" not in said(shown)
    assert "mine 4 questions · 1 to be refused · 1 without evidence yet As a file" in said(shown)
    lines = page.client.get("/api/question-sets/mine")
    assert lines.text.splitlines() == SET.splitlines()
    assert lines.headers["content-disposition"] == "attachment; filename*=UTF-8''mine.jsonl"
    (removal,) = shown.select(".set details")
    assert said(removal) == "Remove Remove mine for good"
    assert [each["formaction"] for each in shown.select("button[formaction]")] == [
        each["formaction"] for each in removal.select("button")
    ]
    assert page.client.post("/eval/sets/mine/remove").status_code == 303
    assert page.client.post("/eval/sets/mine/remove").status_code == 404
    assert page.client.get("/api/question-sets/mine").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "../x", "text": SET}, "A question set cannot be named '../x'."),
        ({"name": "x", "text": "no JSON"}, "Line 1 of the question set is not JSON."),
        ({"name": "x", "text": '{"question": "q"}'}, "is answerable and has no evidence"),
        ({"name": "x", "text": " "}, "The question set 'x' holds no question."),
    ],
)
def test_a_set_that_cannot_be_kept_stays_in_the_form(
    page: Running, fields: dict[str, str], sentence: str
) -> None:
    reply = page.client.post("/eval/sets", data=fields)
    assert reply.status_code == 422
    found = BeautifulSoup(reply.text, "html.parser")
    assert sentence in said(found)
    (name,) = found.select("input[name=name]")
    assert name["value"] == fields["name"]
    api = page.client.put("/api/question-sets/x", json={"text": "no JSON"})
    assert (api.status_code, list(api.json())) == (422, ["error"])


def test_an_evaluation_shows_its_table_and_its_misses(page: Running) -> None:
    keep(page)
    shown = evaluated(page)
    rows = [said(row) for row in shown.select("table")[0].select("tbody tr")]
    assert [row.split()[:3] for row in rows] == [
        ["all", "2", "0.50"],
        ["mine", "1", "1.00"],
        ["other", "1", "0.00"],
    ]
    assert [said(row) for row in shown.select("table")[1].select("tbody tr")] == [
        "of those to be refused 1 1.00 0.21–1.00",
        "of those the notes answer 2 0.00 0.00–0.66",
    ]
    assert [said(group) for group in shown.select(".questions summary")] == [
        "Not within the first 20: 1",
        "Without evidence yet: 1",
    ]
    link = shown.select_one(".questions a")
    assert link is not None
    assert link["href"] == "/search?q=LoRA+%E8%AE%AD%E7%BB%83%E4%BB%80%E4%B9%88%EF%BC%9F"
    assert page.client.get(str(link["href"])).status_code == 200
    listed = soup(page.client.get("/eval", headers=EN))
    assert "mine hit@8 0.50" in said(listed.select(".runs")[0])


def test_two_settings_stand_side_by_side(page: Running) -> None:
    keep(page)
    given = {"b.rerank": "off", "b.candidates": "40", "a.nothing": "1"}
    shown = evaluated(page, **given)
    assert [said(each) for each in shown.select(".settled div")] == [
        "A as usual",
        "B Candidates per leg 40 · Rerank off",
    ]
    first = said(shown.select("table.differences tbody tr")[0])
    assert first == "hit@1 0.50 0.50 0 [0, 0] –"
    assert "rightly refused 1.00 1.00 0 [0, 0] –" in said(shown)
    assert said(shown.select("table")[1].select("tbody tr")[0]).startswith("all 2 0.50 → 0.50")
    latest = page.client.get("/api/evaluations").json()["evaluations"][0]
    assert latest["settings"][1]["candidates"] == 40
    assert latest["hit_at_8"] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"set": "other"}, "There is no question set named 'other'."),
        ({"set": "thumbs-up"}, "The question set 'thumbs-up' holds no question."),
        ({}, "There is no question set named ''."),
        ({"set": "mine", "candidates": "0"}, "The setting 'candidates=0' cannot be used"),
        ({"set": "mine", "compare": "on", "b.rerank": "x"}, "The setting 'rerank=x' cannot be"),
    ],
)
def test_what_cannot_be_measured_is_said_on_the_page(
    page: Running, fields: dict[str, str], sentence: str
) -> None:
    keep(page)
    reply = page.client.post("/eval", data=fields)
    assert reply.status_code == 422
    assert sentence in said(BeautifulSoup(reply.text, "html.parser"))
    assert page.services.evaluations.latest() == ()


def test_evaluations_by_the_api(page: Running) -> None:
    sets = page.client.put("/api/question-sets/mine", json={"text": SET}).json()
    assert (sets["questions"], sets["refusals"], sets["open"]) == (4, 1, 1)
    listed = page.client.get("/api/question-sets").json()["sets"]
    assert [each["name"] for each in listed] == ["thumbs-down", "thumbs-up", "mine"]
    begun = page.client.post("/api/evaluations", json={"set": "mine", "b": {"rerank": False}})
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    page.services.evaluations.wait()
    path = f"/api/evaluations/{begun.json()['id']}"
    found = page.client.get(path).json()
    assert (found["state"], found["done"], len(found["sides"])) == ("done", 8, 2)
    assert page.client.post(f"{path}/cancel").status_code == 202
    assert page.client.get(f"/api/evaluations/{uuid4()}").status_code == 404
    assert page.client.post("/api/evaluations", json={"set": "no"}).status_code == 404
    wrong = page.client.post("/api/evaluations", json={"set": "mine", "a": {"colour": 1}})
    assert wrong.status_code == 422


def test_one_evaluation_at_a_time_shown_where_it_is_and_stopped(page: Running) -> None:
    line = json.dumps({"question": QUESTION, "answerable": False})
    keep(page, "long", "\n".join([line] * 3_000))
    begun = page.client.post("/api/evaluations", json={"set": "long"}).json()
    second = page.client.post("/api/evaluations", json={"set": "long"})
    assert (second.status_code, second.json()["error"][:31]) == (
        409,
        "An evaluation of 'long' is runn",
    )
    assert page.client.post("/eval", data={"set": "long"}).status_code == 422
    for path in ("/eval", f"/eval/{begun['id']}"):
        (panel,) = soup(page.client.get(path, headers=EN)).select("[data-evaluation]")
        assert panel["data-evaluation"] == f"/api/evaluations/{begun['id']}"
        assert "of 3,000 searches" in said(panel)
    assert page.client.post(f"/eval/{begun['id']}/cancel").status_code == 303
    page.services.evaluations.wait()
    assert "It was stopped" in said(soup(page.client.get(f"/eval/{begun['id']}", headers=EN)))
    assert "It was stopped" in said(soup(page.client.get("/eval", headers=EN)))
