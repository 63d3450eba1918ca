"""The client against a real server that misbehaves in every way endpoints do."""

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.chat_model import (
    BrokenReplyError,
    ChatModelError,
    ContextTooLongError,
    Delta,
    Message,
    ModelBusyError,
    ModelKeyRefusedError,
    ModelTimedOutError,
    ModelUnreachableError,
    NoSuchModelError,
    NotJsonError,
    ReplyInterruptedError,
    Wait,
)
from serving.openai_compatible import Endpoint, OpenAICompatibleModel
from serving.patience import Patience
from tests.scripted_model import (
    Pause,
    Raw,
    Reply,
    Request,
    Reset,
    Say,
    ScriptedModel,
    Step,
    Vanish,
    failure,
    spoken,
    whole,
)

MESSAGES = (Message("system", "Regeln"), Message("user", "问题"), Message("assistant", "答"))
T = TypeVar("T")
KEY = "sk-sentinel-0123456789"
QUICK = Patience(connect_s=0.5, first_token_s=0.4, idle_s=0.4, total_s=1.2)


def with_model(
    server: ScriptedModel | str,
    use: Callable[[OpenAICompatibleModel], Awaitable[T]],
    patience: Patience | None = None,
    model_name: str = "",
) -> T:
    url = server if isinstance(server, str) else server.url

    async def run() -> T:
        model = OpenAICompatibleModel(Endpoint(url, model_name, KEY, 0.5), patience)
        try:
            return await use(model)
        finally:
            await model.aclose()

    return asyncio.run(run())


async def heard(model: OpenAICompatibleModel) -> list[Delta]:
    return [delta async for delta in model.stream(MESSAGES, 64)]


async def heard_until_error(model: OpenAICompatibleModel) -> tuple[str, ChatModelError]:
    text = ""
    try:
        async for delta in model.stream(MESSAGES, 64):
            text += delta.text
    except ChatModelError as error:
        return text, error
    raise AssertionError(text)


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]}, ensure_ascii=False)}\n\n".encode()


def test_text_arrives_as_it_was_sent_and_the_request_says_what_is_wanted() -> None:
    with ScriptedModel([spoken("你好，[1]。", size=4)]) as server:
        deltas = with_model(server, heard)

    assert deltas == [Delta("你好，["), Delta("1]。"), Delta(finish="stop")]
    request = server.requests[0]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": "Regeln"},
            {"role": "user", "content": "问题"},
            {"role": "assistant", "content": "答"},
        ],
        "max_tokens": 64,
        "temperature": 0.5,
        "stream": True,
    }


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_that_the_endpoint_set_apart_stays_apart(field: str) -> None:
    with ScriptedModel([Reply((Say("想", field), Say("答")))]) as server:
        deltas = with_model(server, heard)

    assert deltas == [Delta(reasoning="想"), Delta("答"), Delta(finish="stop")]


def test_the_token_limit_is_told() -> None:
    with ScriptedModel([spoken("半句", finish="length")]) as server:
        deltas = with_model(server, heard)

    assert deltas[-1] == Delta(finish="length")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.lists(st.text(alphabet="字é👩\u2028\x85\n[1]a", min_size=1, max_size=5), max_size=5),
    step=st.integers(1, 7),
    ending=st.sampled_from([b"\n\n", b"\r\n\r\n"]),
)
def test_no_character_is_lost_however_the_bytes_are_split(
    words: list[str], step: int, ending: bytes
) -> None:
    events = [event({"content": word}) for word in ["始", *words]] + [event({}, "stop")]
    body = b": ping\n\n" + b"".join(events).replace(b"\n\n", ending)
    body = body.replace(b"data: ", b"data:", 1)
    with ScriptedModel([Reply((Raw(body, step),), finish=None)]) as server:
        deltas = with_model(server, heard)

    assert text_of(deltas) == "始" + "".join(words)


def test_chunks_without_choices_are_passed_over() -> None:
    body = b'data: {"choices": []}\n\n' + event({"content": None}) + event({"content": "答"})
    with ScriptedModel([Reply((Raw(body),))]) as server:
        assert text_of(with_model(server, heard)) == "答"


def test_a_refused_connection_is_told_within_two_seconds() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    begun = time.monotonic()

    _, error = with_model(url, heard_until_error)

    assert isinstance(error, ModelUnreachableError)
    assert url in str(error)
    assert time.monotonic() - begun < 2


def test_a_connection_that_is_not_accepted_times_out() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(2)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(address)
        _, error = with_model(f"http://127.0.0.1:{address[1]}", heard_until_error, QUICK)
        for one in waiting:
            one.close()

    assert isinstance(error, ModelTimedOutError)


@pytest.mark.parametrize(
    ("steps", "text", "wait"),
    [
        ((Pause(5),), "", Wait.FIRST),
        ((Say("一"), Pause(5)), "一", Wait.NEXT),
        ((Say("一"), Pause(0.3), Say("二"), Pause(0.3)) * 5, None, Wait.WHOLE),
    ],
)
def test_each_wait_has_its_own_limit(steps: tuple[Step, ...], text: str | None, wait: Wait) -> None:
    with ScriptedModel([Reply(steps)]) as server:
        said, error = with_model(server, heard_until_error, QUICK)
        assert server.wait_until_idle()

    assert isinstance(error, ModelTimedOutError)
    assert error.wait is wait
    assert text is None or said == text
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_never_echoed(status: int) -> None:
    with ScriptedModel([failure(status, f"Incorrect API key provided: {KEY}")]) as server:
        _, error = with_model(server, heard_until_error)

    assert isinstance(error, ModelKeyRefusedError)
    assert KEY not in str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_endpoint_is_asked_again_before_the_first_token(status: int) -> None:
    script = [failure(status, "busy"), failure(status, "busy", retry_after="0.1"), spoken("好")]
    with ScriptedModel(script) as server:
        assert text_of(with_model(server, heard)) == "好"

    assert len(server.requests) == 3


def test_a_busy_endpoint_is_given_up_after_two_more_tries() -> None:
    with ScriptedModel([failure(503, "busy")]) as server:
        _, error = with_model(server, heard_until_error)

    assert isinstance(error, ModelBusyError)
    assert len(server.requests) == 3


def test_a_long_wait_that_is_asked_for_is_passed_on_to_the_reader() -> None:
    with ScriptedModel([failure(429, "busy", retry_after="120")]) as server:
        _, error = with_model(server, heard_until_error)

    assert isinstance(error, ModelBusyError)
    assert error.retry_after == 120
    assert "in 120 s" in str(error)
    assert len(server.requests) == 1


def test_a_connection_reset_before_the_first_token_is_tried_again() -> None:
    with ScriptedModel([Reply((Reset(),)), spoken("好")]) as server:
        assert text_of(with_model(server, heard)) == "好"


TOO_LONG = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens"


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (failure(400, TOO_LONG), ContextTooLongError, "too long"),
        (whole(json.dumps({"error": TOO_LONG})), ContextTooLongError, "too long"),
        (failure(400, f"bad {KEY} thing"), BrokenReplyError, "status 400: bad … thing"),
        (failure(500, "engine is dead"), BrokenReplyError, "status 500: engine is dead"),
        (failure(404, "Not Found"), BrokenReplyError, "status 404"),
        (whole("<html>nginx</html>", status=500, content_type="text/html"), BrokenReplyError, "p"),
        (whole("<html></html>", content_type="text/html"), BrokenReplyError, "a web page"),
        (whole("hello", content_type="text/plain"), BrokenReplyError, "plain text"),
        (whole('{"error": {"message": "no GPU"}}'), BrokenReplyError, "an error: no GPU"),
        (whole('{"object": "chat.completion"}'), BrokenReplyError, "JSON, not a stream"),
        (whole("", content_type="application/json"), BrokenReplyError, "empty"),
        (Reply(finish=None, done=False), BrokenReplyError, "empty"),
        (whole("", status=302, location="http://example.org/"), BrokenReplyError, "status 302"),
        (Reply((Raw(b"data: {broken\n\n"),)), BrokenReplyError, "cannot be read"),
        (
            Reply((Raw(b'data: {"choices": [{"delta": {"content": 1}}]}\n\n'),)),
            BrokenReplyError,
            "",
        ),
        (
            Reply((Raw(b'data: {"error": {"message": "boom", "code": 500}}\n\n'),)),
            BrokenReplyError,
            "an error in the stream: boom",
        ),
    ],
)
def test_a_reply_that_is_no_answer_is_named(
    reply: Reply, kind: type[ChatModelError], words: str
) -> None:
    with ScriptedModel([reply]) as server:
        _, error = with_model(server, heard_until_error)

    assert type(error) is kind
    assert words in str(error)
    assert KEY not in str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "breaking",
    [
        Reply((Say("一半"), Pause(0.05), Reset())),
        Reply((Say("一半"), Vanish())),
        Reply((Say("一半"), Vanish()), chunked=False),
        Reply((Say("一半"),), finish=None, done=False),
        Reply((Say("一半"),), finish=None, done=True),
        Reply((Say("一半"), Raw(b"data: {broken\n\n"))),
        Reply((Say("一半"), Raw(b'data: {"error": {"message": "boom"}}\n\n'))),
    ],
)
def test_a_reply_that_stops_early_is_interrupted_and_never_tried_again(breaking: Reply) -> None:
    with ScriptedModel([breaking]) as server:
        text, error = with_model(server, heard_until_error)

    assert (text, type(error)) == ("一半", ReplyInterruptedError)
    assert len(server.requests) == 1


def test_a_missing_final_marker_does_not_spoil_a_finished_answer() -> None:
    with ScriptedModel([Reply((Say("完"),), done=False)]) as server:
        assert text_of(with_model(server, heard)) == "完"


def _knows(name: str) -> Callable[[Request], Reply]:
    def answer(request: Request) -> Reply:
        if request.body["model"] != name:
            return failure(404, f"The model `{request.body['model']}` does not exist.")
        return spoken("好")

    return answer


def test_a_model_that_was_renamed_is_found_again() -> None:
    with ScriptedModel(_knows("new"), models=["old"]) as server:

        async def use(model: OpenAICompatibleModel) -> str:
            assert await model.model_name() == "old"
            server.models[:] = ["new"]
            return text_of(await heard(model))

        assert with_model(server, use) == "好"


def test_a_configured_model_that_is_not_served_is_named_with_those_that_are() -> None:
    with ScriptedModel(_knows("qwen"), models=["qwen"]) as server:
        _, error = with_model(server, heard_until_error, model_name="llama")

    assert isinstance(error, NoSuchModelError)
    assert "no model 'llama'. It serves qwen." in str(error)


def test_a_configured_model_is_asked_for_by_its_name() -> None:
    with ScriptedModel(_knows("qwen"), models=[]) as server:
        assert text_of(with_model(server, heard, model_name="qwen")) == "好"


def test_an_endpoint_without_models_says_so() -> None:
    with ScriptedModel(models=[]) as server:
        _, error = with_model(server, heard_until_error)

    assert isinstance(error, BrokenReplyError)


def test_closing_the_stream_stops_the_model_within_two_seconds() -> None:
    with ScriptedModel([spoken("字" * 3_000, pause=0.01)]) as server:

        async def use(model: OpenAICompatibleModel) -> None:
            async with aclosing(model.stream(MESSAGES, 64)) as deltas:
                async for _ in deltas:
                    break
            assert await asyncio.to_thread(server.wait_until_idle, 2)

        with_model(server, use)

        assert server.disconnects == 1


@pytest.mark.parametrize("steps", [(Pause(30),), (Say("一"), Pause(30))])
def test_cancelling_the_reader_stops_the_model_within_two_seconds(steps: tuple[Step, ...]) -> None:
    with ScriptedModel([Reply(steps)]) as server:

        async def use(model: OpenAICompatibleModel) -> None:
            reading = asyncio.create_task(heard(model))
            await asyncio.sleep(0.3)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert await asyncio.to_thread(server.wait_until_idle, 2)

        with_model(server, use)


def test_no_proxy_sees_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with ScriptedModel([spoken("好")]) as server:
        assert text_of(with_model(server, heard)) == "好"


def test_a_model_works_in_one_event_loop_after_another() -> None:
    with ScriptedModel([spoken("好")]) as server:
        model = OpenAICompatibleModel(Endpoint(server.url))

        async def once() -> str:
            try:
                return text_of(await heard(model))
            finally:
                await model.aclose()

        assert [asyncio.run(once()), asyncio.run(once())] == ["好", "好"]


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8001", "http://localhost:8001/v1"),
        ("http://localhost:8001/", "http://localhost:8001/v1"),
        ("http://localhost:8001/v1/", "http://localhost:8001/v1"),
        ("https://host/openai/v3", "https://host/openai/v3"),
    ],
)
def test_the_base_address_may_leave_the_version_out(url: str, base: str) -> None:
    assert Endpoint(url).base_url == base


def test_an_address_is_shown_without_its_password() -> None:
    endpoint = Endpoint("http://user:secret@localhost:1/v1?key=secret", api_key=KEY)

    assert endpoint.address == "http://localhost:1/v1"
    assert KEY not in repr(endpoint)


SCHEMA = {"type": "object", "properties": {"verdict": {"enum": ["yes", "no"]}}}


async def verdict(model: OpenAICompatibleModel) -> object:
    return await model.complete_json(MESSAGES, SCHEMA, max_tokens=20, seconds=0.5)


def test_a_json_object_is_asked_for_by_its_schema_without_reasoning() -> None:
    with ScriptedModel([spoken('{"verdict": "yes"}')]) as server:
        assert with_model(server, verdict) == {"verdict": "yes"}
        body = server.requests[0].body
    assert (body["temperature"], body["max_tokens"]) == (0.0, 20)
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


def test_an_endpoint_that_knows_no_schemas_is_asked_without_and_from_then_on_so() -> None:
    def plain_only(request: Request) -> Reply:
        known = "response_format" not in request.body
        return spoken('{"verdict": "no"}') if known else failure(400, "unknown: response_format")

    async def twice(model: OpenAICompatibleModel) -> list[object]:
        return [await verdict(model), await verdict(model)]

    with ScriptedModel(plain_only) as server:
        assert with_model(server, twice) == [{"verdict": "no"}] * 2
        assert len(server.requests) == 3


def test_an_object_that_a_server_takes_for_reasoning_is_read_there() -> None:
    reply = Reply((Say('{"verdict": "yes"}', field="reasoning_content"),))
    with ScriptedModel([reply]) as server:
        assert with_model(server, verdict) == {"verdict": "yes"}


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (spoken("Yes, they do."), NotJsonError),
        (spoken('{"verdict": "ye', finish="length"), NotJsonError),
        (Reply((Say("长" * 3_000),) * 30), NotJsonError),
        (Reply((Pause(3),)), ModelTimedOutError),
        (spoken('{"verdict": "yes"}', pause=0.2, size=1), ModelTimedOutError),
        (failure(401, "bad key"), ModelKeyRefusedError),
        (failure(500, "dead"), BrokenReplyError),
        (Reply((Say('{"verdict'), Reset())), ReplyInterruptedError),
    ],
)
def test_a_json_object_that_does_not_come_is_an_error_in_time(
    reply: Reply, error: type[ChatModelError]
) -> None:
    async def failing(model: OpenAICompatibleModel) -> ChatModelError:
        with pytest.raises(ChatModelError) as raised:
            await verdict(model)
        return raised.value

    begun = time.monotonic()
    with ScriptedModel([reply]) as server:
        assert isinstance(with_model(server, failing), error)
        assert server.wait_until_idle()
    assert time.monotonic() - begun < 1.5
