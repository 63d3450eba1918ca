"""Asking, as a program and as a browser does it."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup

from tests.app.conftest import Running

QUESTION = "LoRA 训练的时候冻结了什么权重？"
KEYS = {
    "answer",
    "refused",
    "mode",
    "finish",
    "note",
    "reason",
    "error",
    "citations",
    "sources",
    "ms",
    "conversation",
    "turn",
    "chips",
}


def events(content: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in content.split("\n\n"):
        if block and not block.startswith(":"):
            name, data = block.split("\n")
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def streamed(page: Running, body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    reply = page.client.post("/api/ask", json=body, headers={"accept": "text/event-stream"})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    return events(reply.text)


def test_answer_cites_exact_words_of_notes(page: Running) -> None:
    reply = page.client.post("/api/ask", json={"question": QUESTION})
    answer = reply.json()
    assert reply.status_code == 200
    assert set(answer) == KEYS
    assert (answer["mode"], answer["refused"], answer["finish"]) == (
        "extractive",
        False,
        "complete",
    )
    assert answer["citations"]
    for citation in answer["citations"]:
        note = page.services.library.by_path(citation["note"])
        assert note is not None
        assert note.note.text[citation["start"] : citation["end"]] == citation["quote"]
        mark = f"[{citation['number']}]"
        assert answer["answer"].startswith(mark, citation["position"])
    for source in answer["sources"]:
        note = page.services.library.by_path(source["note"])
        assert note is not None
        assert note.note.text[source["start"] : source["end"]] == source["text"]


def test_stream_begins_with_the_sources_and_ends_with_what_a_reload_shows(page: Running) -> None:
    found = streamed(page, {"question": QUESTION})
    names = [name for name, _ in found]
    assert names[0] == "sources"
    assert names[-1] == "done"
    assert set(names[1:-1]) <= {"token", "citation", "support"}
    sources, done = found[0][1], found[-1][1]
    assert sources["conversation"] == done["conversation"]
    assert "".join(data["text"] for name, data in found if name == "token") == done["answer"]
    assert [data for name, data in found if name == "citation"] == done["citations"]
    shown = BeautifulSoup(page.client.get(f"/c/{done['conversation']}").text, "html.parser")
    swapped = BeautifulSoup(done["html"], "html.parser")
    article = shown.select_one("article.turn")
    assert article is not None
    assert swapped.article is not None
    assert article.select_one(".answer") == swapped.article.select_one(".answer")
    assert article["id"] == swapped.article["id"]


def test_every_event_s_address_opens_the_note_at_the_passage(page: Running) -> None:
    found = streamed(page, {"question": QUESTION})
    addresses = [data["url"] for name, data in found if name == "citation"]
    addresses += [source["url"] for source in found[0][1]["sources"]]
    assert addresses
    for address in addresses:
        html = page.client.get(address.partition("#")[0])
        assert html.status_code == 200
        assert BeautifulSoup(html.text, "html.parser").select_one("#passage") is not None


def test_conversation_goes_on(page: Running) -> None:
    first = page.client.post("/api/ask", json={"question": QUESTION}).json()
    second = page.client.post(
        "/api/ask",
        json={"question": "KV 缓存的代价是什么？", "conversation": first["conversation"]},
    ).json()
    assert second["conversation"] == first["conversation"]
    stored = page.services.conversations.load(UUID(first["conversation"]))
    assert stored is not None
    assert [str(turn.id) for turn in stored.turns] == [first["turn"], second["turn"]]


def test_turn_that_is_not_kept_leaves_nothing(page: Running) -> None:
    answer = page.client.post("/api/ask", json={"question": QUESTION, "keep": False}).json()
    assert (answer["conversation"], answer["turn"]) == (None, None)
    done = streamed(page, {"question": QUESTION, "keep": False})[-1][1]
    assert done["html"] == ""
    assert page.services.conversations.list() == ()


def test_question_beside_the_notes_is_refused_with_the_nearest(page: Running) -> None:
    answer = page.client.post("/api/ask", json={"question": "zebra xylophone quantum"}).json()
    assert (answer["mode"], answer["refused"], answer["citations"]) == ("refusal", True, [])


@pytest.mark.parametrize(
    "content",
    [
        b'{"question": ""}',
        b'{"question": " \\n"}',
        b'{"question": "a\\u0000b"}',
        b'{"question": "a\\ud800b"}',
        b'{"question": "' + b"x" * 4001 + b'"}',
        b'{"question": 5}',
        b'{"question": null}',
        b'{"question": {"$ne": ""}}',
        b"{}",
        b"[]",
        b"not json",
        b'{"question": "a", "conversation": "x"}',
        b'{"question": "a", "other": 1}',
        b'{"question": "a", "history": [{}]}',
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_what_cannot_be_asked_is_told_in_a_sentence(
    page: Running, content: bytes, accept: str
) -> None:
    reply = page.client.post(
        "/api/ask", content=content, headers={"content-type": "application/json", "accept": accept}
    )
    assert reply.status_code == 422
    assert set(reply.json()) == {"error"}
    assert reply.json()["error"].endswith(".")
    assert page.services.conversations.list() == ()


def test_unknown_conversation_is_not_found(page: Running) -> None:
    reply = page.client.post("/api/ask", json={"question": "a", "conversation": str(uuid4())})
    assert reply.status_code == 404
    assert page.client.get(f"/c/{uuid4()}").status_code == 404
    assert page.client.get("/c/x").status_code == 404
    assert page.client.post(f"/c/{uuid4()}/delete").status_code == 404
    assert page.client.post(f"/c/{uuid4()}/rename", data={"title": "x"}).status_code == 404
    assert page.client.post("/ask", data={"question": "a", "conversation": "x"}).status_code == 404


def test_form_leads_to_the_conversation_with_its_answer(page: Running) -> None:
    reply = page.client.post("/ask", data={"question": QUESTION, "conversation": ""})
    assert reply.status_code == 303
    shown = BeautifulSoup(page.client.get(reply.headers["location"]).text, "html.parser")
    question = shown.select_one("article.turn .question")
    assert question is not None
    assert question.text == QUESTION
    assert shown.select("article.turn a.ref")
    again = page.client.post(
        "/ask", data={"question": "再问", "conversation": reply.headers["location"][3:]}
    )
    assert again.headers["location"] == reply.headers["location"]


def test_refused_form_keeps_what_was_typed(page: Running) -> None:
    long = "为什么" * 2000
    reply = page.client.post("/ask", data={"question": long})
    html = BeautifulSoup(reply.text, "html.parser")
    box = html.select_one("textarea[name=question]")
    assert reply.status_code == 422
    assert box is not None
    assert box.text.strip() == long
    assert "at most 4,000 can be asked" in html.text
    first = page.client.post("/ask", data={"question": QUESTION}).headers["location"]
    reply = page.client.post("/ask", data={"question": " ", "conversation": first[3:]})
    assert reply.status_code == 422
    assert BeautifulSoup(reply.text, "html.parser").select("article.turn")


def test_conversation_is_renamed_and_deleted(page: Running) -> None:
    path = page.client.post("/ask", data={"question": QUESTION}).headers["location"]
    assert page.client.post(f"{path}/rename", data={"title": " 新 名\x00 "}).status_code == 303
    assert [line.title for line in page.services.conversations.list()] == ["新 名"]
    assert page.client.post(f"{path}/rename", data={"title": " "}).status_code == 303
    assert [line.title for line in page.services.conversations.list()] == ["新 名"]
    reply = page.client.post(f"{path}/delete")
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    assert page.client.get(path).status_code == 404


def test_source_that_changed_since_is_marked(page: Running) -> None:
    path = page.client.post("/ask", data={"question": QUESTION}).headers["location"]
    (folder,) = (each.folder for each in page.services.notes_folders)
    (folder / "sub" / "LoRA 笔记.md").write_text("# LoRA 笔记\n\n全部重写。\n", encoding="utf-8")
    page.services.syncs.start()
    page.services.syncs.wait()
    shown = BeautifulSoup(page.client.get(path).text, "html.parser")
    assert shown.select(".card.stale .standing")


def test_language_is_remembered_and_leads_back(page: Running) -> None:
    reply = page.client.post("/language", data={"language": "en", "next": "/notes?q=a"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/notes?q=a")
    html = BeautifulSoup(page.client.get("/").text, "html.parser")
    assert html.html is not None
    assert str(html.html["lang"]).startswith("en")
    reply = page.client.post("/language", data={"language": "xx", "next": "//evil.example"})
    assert (reply.headers["location"], reply.headers.get("set-cookie")) == ("/", None)


def test_home_shows_what_the_notes_hold(page: Running) -> None:
    html = BeautifulSoup(page.client.get("/").text, "html.parser")
    assert html.select_one("form[action='/ask'] textarea[name=question]") is not None
    assert html.select("a[href^='/notes/']")
