"""The guard, in front of an application that answers everything, on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from app.security import HEADERS, Guard, Rules
from app.security_access import COOKIE, Doorkeeper, Sessions
from app.security_body import MOST_BYTES
from app.security_hosts import OwnHosts
from tests.app.live_server import live, raw

PASSWORD = "correct horse 电池"
TOKEN = "token-of-the-commands"
METHODS = ["GET", "POST", "PUT", "DELETE"]


async def echo(request: Request) -> Response:
    body = await request.body()
    return PlainTextResponse(f"{request.method} {len(body)}", headers={"x-inside": "1"})


async def leaky(request: Request) -> Response:
    del request
    return PlainTextResponse(
        "x", headers={"access-control-allow-origin": "*", "cache-control": "public"}
    )


async def stream(request: Request) -> Response:
    del request

    async def parts() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    return StreamingResponse(parts(), media_type="text/event-stream")


def guarded(*, password: str = "", hosts: str = "", sessions: Sessions | None = None) -> Guard:
    routes = [
        Route("/leaky", leaky),
        Route("/stream", stream),
        Route("/missing/{x}", echo, methods=["GET"]),
        Route("/{path:path}", echo, methods=METHODS),
    ]

    async def pause(seconds: float) -> None:
        del seconds

    return Guard(
        Starlette(routes=routes),
        Rules(OwnHosts.of(hosts), password, TOKEN),
        sessions or Sessions(),
        Doorkeeper(password, pause),
    )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with live(guarded()) as port:
        yield port


@pytest.fixture(scope="module")
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture(scope="module")
def locked(sessions: Sessions) -> Iterator[str]:
    with live(guarded(password=PASSWORD, sessions=sessions)) as port:
        yield f"http://127.0.0.1:{port}"


def status(reply: bytes) -> int:
    return int(reply.split(b" ", 2)[1])


def get(port: int, *hosts: str, target: str = "/api/secret") -> bytes:
    lines = "".join(f"Host: {host}\r\n" for host in hosts)
    return raw(port, f"GET {target} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:{port}", "127.0.0.1:{port}", "127.0.0.1", "[::1]:{port}"]
)
def test_own_names_are_answered(port: int, host: str) -> None:
    assert status(get(port, host.format(port=port))) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example",
        "localhost.evil.example:{port}",
        "0.0.0.0:{port}",
        "127.0.0.1:1",
        "localhost:",
        "a/?x=",
        "127.0.0.1:{port}@evil.example",
        "",
    ],
)
def test_other_names_are_misdirected(port: int, host: str) -> None:
    reply = get(port, host.format(port=port))
    assert status(reply) in {400, 421}
    assert b"x-inside" not in reply
    assert b"GET 0" not in reply


def test_foreign_name_gets_a_sentence_as_plain_text_with_the_headers(port: int) -> None:
    reply = get(port, "evil.example")
    head, _, body = reply.partition(b"\r\n\r\n")
    assert status(reply) == 421
    assert b"content-type: text/plain; charset=utf-8" in head
    assert b"content-security-policy: default-src 'none'" in head
    assert body.startswith(b"This address is not one of Footnote's.")


def test_doubled_host_is_refused(port: int) -> None:
    reply = get(port, f"127.0.0.1:{port}", f"127.0.0.1:{port}")
    assert status(reply) in {400, 421}
    assert b"x-inside" not in reply


def test_missing_host_is_refused(port: int) -> None:
    reply = raw(port, b"GET /api/secret HTTP/1.0\r\n\r\n")
    assert status(reply) == 421


def test_allowed_name_is_answered() -> None:
    with live(guarded(hosts="notes.example")) as port:
        assert status(get(port, "notes.example")) == 200
        assert status(get(port, "other.example")) == 421


@pytest.mark.parametrize("target", ["@google.com", "//evil/api", "/a/../api/secret"])
def test_odd_targets_need_a_login_like_any_other(locked: str, target: str) -> None:
    port = int(locked.rsplit(":", 1)[1])
    assert status(get(port, f"127.0.0.1:{port}", target=target)) in {303, 400, 401}


def post(port: int, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = httpx.post(
        f"http://127.0.0.1:{port}/ask", content=b"question=x", headers=named, trust_env=False
    )
    return reply.status_code


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("cookie", [{}, {"cookie": "a=b"}])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil"},
        {"origin": "http://127.0.0.1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "origin": "OWN"},
        {},
    ],
)
def test_unsafe_request_from_elsewhere_is_forbidden(
    port: int, headers: dict[str, str], kind: str, cookie: dict[str, str]
) -> None:
    sent = {
        name: value.replace("OWN", f"http://127.0.0.1:{port}") for name, value in headers.items()
    }
    assert post(port, content_type=kind, **sent, **cookie) == 403


def test_foreign_origin_is_forbidden_whatever_the_content_type(port: int) -> None:
    assert post(port, origin="https://evil.example", content_type="application/json") == 403
    assert post(port, origin="null", content_type="application/json") == 403


def test_json_without_a_browser_s_headers_needs_to_come_without_a_cookie(port: int) -> None:
    assert post(port, content_type="application/json; charset=utf-8") == 200
    assert post(port, content_type="application/json", cookie="a=b") == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "OWN"},
        {"origin": "OWN", "sec_fetch_site": "same-origin", "cookie": "a=b"},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"authorization": f"Bearer {TOKEN}"},
    ],
)
def test_own_page_and_commands_may_send(port: int, headers: dict[str, str]) -> None:
    sent = {
        name: value.replace("OWN", f"http://127.0.0.1:{port}") for name, value in headers.items()
    }
    assert post(port, content_type=FORM, **sent) == 200


@pytest.mark.parametrize("path", ["/", "/leaky", "/stream", "/static/x", "/api/x"])
def test_every_reply_carries_the_headers(port: int, path: str) -> None:
    reply = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
    carried = {name: reply.headers[name] for name in HEADERS}
    assert carried == HEADERS
    assert reply.headers["cache-control"] == (
        "no-cache" if path.startswith("/static/") else "no-store"
    )
    assert not [name for name in reply.headers if name.startswith("access-control-")]


def test_preflight_gets_no_permission(port: int) -> None:
    reply = httpx.options(
        f"http://127.0.0.1:{port}/api/ask",
        headers={"origin": "https://evil.example", "access-control-request-method": "POST"},
        trust_env=False,
    )
    assert reply.status_code == 405
    assert not [name for name in reply.headers if name.startswith("access-control-")]


def test_body_that_announces_too_much_is_refused_before_it_is_read(port: int) -> None:
    head = (
        f"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {MOST_BYTES + 1}\r\n\r\n"
    )
    reply = raw(port, head.encode())
    assert status(reply) == 413
    assert json.loads(reply.rpartition(b"\r\n\r\n")[2]) == {
        "error": "The request is too large: at most 1,000,000 bytes are taken."
    }


def test_body_that_grows_too_large_is_refused_while_it_comes(port: int) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 65_536

    reply = httpx.post(
        f"http://127.0.0.1:{port}/x",
        content=parts(),
        headers={"content-type": "application/json"},
        trust_env=False,
    )
    assert reply.status_code == 413


def test_largest_body_arrives_whole(port: int) -> None:
    reply = httpx.post(
        f"http://127.0.0.1:{port}/x",
        content=b"x" * MOST_BYTES,
        headers={"content-type": "application/json"},
        trust_env=False,
    )
    assert (reply.status_code, reply.text) == (200, f"POST {MOST_BYTES}")


def test_with_a_password_pages_lead_to_the_login(locked: str) -> None:
    reply = httpx.get(f"{locked}/notes/笔记?q=secret", trust_env=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/login?next=/notes/%E7%AC%94%E8%AE%B0"


def test_with_a_password_the_api_says_what_is_missing(locked: str) -> None:
    reply = httpx.get(f"{locked}/api/notes", trust_env=False)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    assert reply.json() == {
        "error": "A password is set. Log in at /login, or send it as `Authorization: Bearer`."
    }


@pytest.mark.parametrize("path", ["/login", "/healthz", "/static/style.css"])
def test_with_a_password_the_open_paths_stay_open(locked: str, path: str) -> None:
    assert httpx.get(f"{locked}{path}", trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["/login/", "/healthz/x", "/static", "/Login", "/staticx/"])
def test_paths_that_only_look_open_are_not(locked: str, path: str) -> None:
    assert httpx.get(f"{locked}{path}", trust_env=False).status_code == 303


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (f"Bearer {PASSWORD}", 200),
        (f"bearer {PASSWORD}", 200),
        (f"Bearer {TOKEN}", 200),
        ("Bearer wrong", 401),
        (f"Basic {PASSWORD}", 303),
    ],
)
def test_password_or_command_token_opens_as_bearer(
    locked: str, authorization: str, expected: int
) -> None:
    reply = httpx.get(
        f"{locked}/notes", headers={b"authorization": authorization.encode()}, trust_env=False
    )
    assert reply.status_code == expected


def test_session_cookie_opens(locked: str, sessions: Sessions) -> None:
    token = sessions.open()
    known = httpx.get(f"{locked}/notes", headers={"cookie": f"{COOKIE}={token}"}, trust_env=False)
    unknown = httpx.get(f"{locked}/notes", headers={"cookie": f"{COOKIE}=x"}, trust_env=False)
    broken = httpx.get(f"{locked}/notes", headers={"cookie": '"; =\x7f,'}, trust_env=False)
    assert [reply.status_code for reply in (known, unknown, broken)] == [200, 303, 303]


def test_many_guesses_are_turned_away() -> None:
    async def scenario() -> list[int]:
        async def pause(seconds: float) -> None:
            del seconds
            await asyncio.sleep(0.01)

        guard = Guard(
            PlainTextResponse("x"), Rules(password="right"), Sessions(), Doorkeeper("right", pause)
        )
        return await asyncio.gather(*(asked(guard, "/api/x", "Bearer wrong") for _ in range(12)))

    assert sorted(asyncio.run(scenario())) == [401] * 8 + [429] * 4


async def asked(guard: Guard, path: str, authorization: str) -> int:
    scope = http_scope(path, [(b"authorization", authorization.encode())])
    return int((await run(guard, scope))[0]["status"])


def http_scope(path: str, headers: list[tuple[bytes, bytes]]) -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5),
        "headers": [(b"host", b"127.0.0.1:8000"), *headers],
    }


async def run(guard: Guard, scope: Scope, *incoming: Message) -> list[Message]:
    waiting, sent = list(incoming), list[Message]()

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    await guard(scope, receive, send)
    return sent


def test_sender_who_leaves_in_the_middle_is_not_answered() -> None:
    guard = Guard(PlainTextResponse("x"), Rules(), Sessions(), Doorkeeper(""))
    assert asyncio.run(run(guard, http_scope("/", []), {"type": "http.disconnect"})) == []


def test_command_token_counts_only_from_this_machine() -> None:
    guard = Guard(
        PlainTextResponse("x"), Rules(password="p", command_token="t"), Sessions(), Doorkeeper("p")
    )
    near = http_scope("/api/x", [(b"authorization", b"Bearer t")])
    far = {**near, "client": ("192.168.1.9", 5)}
    unknown = {**near, "client": None}
    statuses = [asyncio.run(run(guard, scope))[0]["status"] for scope in (near, far, unknown)]
    assert statuses == [200, 401, 401]


def websocket_scope(**changes: object) -> Scope:
    scope = http_scope("/socket", [])
    return {**scope, "type": "websocket", "scheme": "ws", **changes}


@pytest.mark.parametrize(
    "headers",
    [
        [(b"host", b"evil.example")],
        [(b"host", b"127.0.0.1:8000"), (b"origin", b"http://evil.example")],
        [(b"host", b"127.0.0.1:8000")],
    ],
)
def test_socket_of_another_site_is_closed(headers: list[tuple[bytes, bytes]]) -> None:
    guard = Guard(PlainTextResponse("x"), Rules(), Sessions(), Doorkeeper(""))
    plain = asyncio.run(run(guard, websocket_scope(headers=headers)))
    able = websocket_scope(headers=headers, extensions={"websocket.http.response": {}})
    told = asyncio.run(run(guard, able))
    assert plain == [{"type": "websocket.close", "code": 1008, "reason": "refused"}]
    assert [message["type"] for message in told] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert told[0]["status"] in {421, 403}


def test_socket_of_the_own_page_and_the_lifespan_reach_the_application() -> None:
    reached: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        reached.append(scope["type"])

    guard = Guard(application, Rules(), Sessions(), Doorkeeper(""))
    own = [(b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")]
    asyncio.run(run(guard, websocket_scope(headers=own)))
    asyncio.run(run(guard, {"type": "lifespan"}))
    assert reached == ["websocket", "lifespan"]
