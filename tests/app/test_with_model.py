"""The whole path with a language model: the stream, its faults, a reader who leaves."""

import concurrent.futures
import json
import socket
import time
from typing import Any

import pytest

from app.settings import Settings
from serving.answer import Finish
from tests.app.conftest import Running, running
from tests.scripted_model import (
    Pause,
    Reply,
    Request,
    Reset,
    Say,
    Script,
    ScriptedModel,
    failure,
    quoting,
    spoken,
)

QUESTION = "LoRA 训练的时候冻结了什么权重？"


def with_model(settings: Settings, model: ScriptedModel, **changes: object) -> Settings:
    values = {**settings.model_dump(), "llm_url": model.url, "llm_api_key": "sk-secret-key"}
    return Settings.model_validate({**values, **changes})


def events(page: Running, question: str = QUESTION) -> list[tuple[str, dict[str, Any]]]:
    reply = page.client.post(
        "/api/ask", json={"question": question}, headers={"accept": "text/event-stream"}
    )
    blocks = [block.split("\n") for block in reply.text.split("\n\n") if block]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in blocks
    ]


def test_model_writes_the_answer_and_its_marks_are_citations(settings: Settings) -> None:
    with ScriptedModel(quoting) as model, running(with_model(settings, model)) as page:
        found = events(page)
        assert page.client.get("/").status_code == 200
    names = [name for name, _ in found]
    assert names[0] == "sources"
    assert names[-1] == "done"
    assert "citation" in names
    done = found[-1][1]
    assert (done["mode"], done["finish"], done["error"]) == ("model", "complete", "")
    text = "".join(data["text"] for name, data in found if name == "token")
    assert text == done["answer"]
    for citation in done["citations"]:
        assert text.startswith(f"[{citation['number']}]", citation["position"])


def test_sources_go_out_before_the_model_says_anything(settings: Settings) -> None:
    script = [Reply(steps=(Pause(1.0), Say("冻结原来的权重[1]。")))]
    with ScriptedModel(script) as model, running(with_model(settings, model)) as page:
        page.services.dictionary.warm()
        began = time.monotonic()
        with page.client.stream(
            "POST",
            "/api/ask",
            json={"question": QUESTION},
            headers={"accept": "text/event-stream"},
        ) as reply:
            lines = reply.iter_lines()
            first = next(lines)
            took = time.monotonic() - began
            assert "event: done" in list(lines)
    assert first == "event: sources"
    assert took < 0.8


def test_reader_who_leaves_frees_the_model_and_the_turn_is_interrupted(
    settings: Settings,
) -> None:
    script = [spoken("冻结原来的权重[1]。" * 200, pause=0.05)]
    with ScriptedModel(script) as model, running(with_model(settings, model)) as page:
        body = json.dumps({"question": QUESTION}).encode()
        head = (
            f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n"
            "Content-Type: application/json\r\nAccept: text/event-stream\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", page.port)) as connection:
            connection.sendall(head.encode() + body)
            received = b""
            while b"event: token" not in received:
                received += connection.recv(65_536)
        assert model.wait_until_idle(2)
        (line,) = wait_for_turn(page)
        stored = page.services.conversations.load(line.id)
        assert stored is not None
        (turn,) = stored.turns
        assert turn.question == QUESTION
        assert turn.answer.finish is Finish.INTERRUPTED
        assert turn.answer.text.startswith("冻结")
        assert turn.answer.sources
        assert page.services.conversations.history(line.id) == ()
        assert page.client.get(f"/c/{line.id}").status_code == 200


def wait_for_turn(page: Running) -> Any:  # noqa: ANN401 - summaries as the database gives them
    until = time.monotonic() + 2
    while time.monotonic() < until:
        lines = page.services.conversations.list()
        if lines and lines[0].turns:
            return lines
        time.sleep(0.01)
    raise AssertionError("the turn was not stored")


def test_model_that_stops_in_the_middle_is_an_error_with_the_text_so_far(
    settings: Settings,
) -> None:
    script = [Reply(steps=(Say("冻结原来的权重[1]。"), Reset()))]
    with ScriptedModel(script) as model, running(with_model(settings, model)) as page:
        name, data = events(page)[-1]
        assert name == "error"
        assert data["message"]
        assert (data["answer"], data["finish"]) == ("冻结原来的权重[1]。", "interrupted")
        assert f'id="t{data["turn"].replace("-", "")[:12]}"' in data["html"]
        whole = page.client.post("/api/ask", json={"question": QUESTION})
    assert whole.status_code == 200
    assert (whole.json()["finish"], bool(whole.json()["error"])) == ("interrupted", True)


@pytest.mark.parametrize(
    "script", [[failure(500, "x")], [failure(401, "bad key sk-secret-key")], quoting]
)
def test_model_that_is_down_gives_an_extractive_answer_and_no_key(
    settings: Settings, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedModel(script) as model:
        ready = with_model(settings, model)
        if script is quoting:
            with socket.create_server(("127.0.0.1", 0)) as free:
                gone = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
            ready = with_model(settings, model, llm_url=gone)
        with running(ready) as page:
            answer = page.client.post("/api/ask", json={"question": QUESTION}).json()
            html = page.client.get(f"/c/{answer['conversation']}").text
    assert (answer["mode"], answer["note"]) == ("extractive", "model_down")
    assert answer["reason"]
    assert answer["citations"]
    for told in (json.dumps(answer), html, caplog.text):
        assert "sk-secret-key" not in told


def test_question_beside_the_notes_is_never_answered_by_the_model(settings: Settings) -> None:
    with ScriptedModel(quoting) as model, running(with_model(settings, model)) as page:
        name, data = events(page, "zebra xylophone quantum")[-1]
        assert (name, data["mode"]) == ("done", "refusal")
        # Search terms in the language of the notes were all it was asked for.
        assert all("response_format" in request.body for request in model.requests)


def test_many_readers_at_once_each_get_their_whole_answer(settings: Settings) -> None:
    text = "".join(f"第{number}句。" for number in range(40)) + "[1]"
    script = [spoken(text, pause=0.002, size=7)]
    with ScriptedModel(script) as model, running(with_model(settings, model)) as page:
        with concurrent.futures.ThreadPoolExecutor(20) as readers:
            answers = list(readers.map(lambda _: events(page)[-1], range(20)))
        assert page.client.get("/healthz").status_code == 200
    assert {name for name, _ in answers} == {"done"}
    assert {data["answer"] for _, data in answers} == {text}


def objects(*given: dict[str, Any]) -> Script:
    """Answer prompts for JSON with these objects in order, the last one for ever; else quote."""
    left = list(given)

    def reply(request: Request) -> Reply:
        if "response_format" not in request.body:
            return quoting(request)
        return spoken(json.dumps(left.pop(0) if len(left) > 1 else left[0]))

    return reply


def test_a_follow_up_is_searched_shown_and_kept_as_the_question_it_stands_for(
    settings: Settings,
) -> None:
    alone = "LoRA 的秩取多少？"
    said = {"question": alone, "chinese": ["低秩"], "english": ["rank"]}
    with ScriptedModel(objects(said)) as model, running(with_model(settings, model)) as page:
        first = page.client.post("/api/ask", json={"question": QUESTION}).json()
        turn = {"question": "那它的秩呢？", "conversation": first["conversation"]}
        second = page.client.post("/api/ask", json=turn).json()
        assert (second["mode"], second["refused"]) == ("model", False)
        shown = page.client.get(f"/c/{first['conversation']}").text
        assert alone in shown
        kept = f"/api/conversations/{first['conversation']}/turns/{second['turn']}/trace"
        (call,) = page.client.get(kept).json()["calls"]
        assert (call["purpose"], call["outcome"]) == ("rewriting", f"{alone}; 低秩, rank")


def test_a_model_that_finds_the_sources_wanting_does_not_answer(settings: Settings) -> None:
    script = objects({"answered": "no"})
    with (
        ScriptedModel(script) as model,
        running(with_model(settings, model, sufficiency=True, rewriting=False)) as page,
    ):
        answer = page.client.post("/api/ask", json={"question": QUESTION}).json()
        assert (answer["mode"], answer["refused"], answer["citations"]) == ("refusal", True, [])
        assert answer["answer"].startswith("笔记里有相近的内容，但没有写出这个问题的答案。")
        assert len(model.requests) == 1


def test_a_model_that_can_only_write_prose_answers_as_before(settings: Settings) -> None:
    with (
        ScriptedModel(quoting) as model,
        running(with_model(settings, model, sufficiency=True)) as page,
    ):
        first = page.client.post("/api/ask", json={"question": QUESTION}).json()
        turn = {"question": "那它的秩呢？", "conversation": first["conversation"]}
        second = page.client.post("/api/ask", json=turn).json()
        assert (first["mode"], second["mode"]) == ("model", "model")
