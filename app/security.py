"""The guard in front of every route: who is asked, who asks, and what the reply must carry.

Decisions rest on the raw headers and ``scope["path"]`` alone, never on an address that the
framework puts together from them. Nothing is let through because a check does not apply to it:
a path is open only when it is listed in `OPEN_PATHS`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.security_access import COOKIE, Doorkeeper, Sessions, TooManyLoginsError, same_secret
from app.security_body import BodyTooLargeError, SenderGoneError, buffered
from app.security_hosts import (
    LOOPBACK_ADDRESSES,
    Authority,
    OwnHosts,
    only_host,
    same_origin,
)

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
OPEN_PATHS = frozenset({"/login", "/healthz"})
STATIC = "/static/"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the guard lets in."""

    hosts: OwnHosts = field(default_factory=OwnHosts)
    password: str = ""
    """Empty: no password is asked for."""
    command_token: str = ""
    """Secret of the commands on this machine; empty: there is none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further."""

    status: HTTPStatus
    sentence: str
    location: str = ""
    """Where a browser is sent instead."""


_WRONG_HOST = Refusal(
    HTTPStatus.MISDIRECTED_REQUEST,
    "This address is not one of Footnote's. Open it under the address it printed at start, or add "
    "the name to FOOTNOTE_ALLOWED_HOSTS.",
)
_FOREIGN = Refusal(
    HTTPStatus.FORBIDDEN,
    "This request did not come from Footnote's own page. Open the page and try again there.",
)
_NOT_LOGGED_IN = Refusal(
    HTTPStatus.UNAUTHORIZED,
    "A password is set. Log in at /login, or send it as `Authorization: Bearer`.",
)


@dataclass(frozen=True, slots=True)
class _Heads:
    """The headers of one request that the guard looks at; a doubled one counts as foreign."""

    values: dict[bytes, list[bytes]]

    @classmethod
    def of(cls, scope: Scope) -> "_Heads":
        values: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            values.setdefault(name.lower(), []).append(value)
        return cls(values)

    def all(self, name: bytes) -> list[bytes]:
        return self.values.get(name, [])

    def one(self, name: bytes) -> str | None:
        values = self.all(name)
        return None if not values else b", ".join(values).decode("latin-1").strip(" \t")

    def bearer(self) -> str:
        kind, _, secret = (self.one(b"authorization") or "").partition(" ")
        # The header arrives as Latin-1; a password may be any text in UTF-8.
        given = secret.strip(" \t").encode("latin-1").decode("utf-8", "replace")
        return given if kind.lower() == "bearer" else ""

    def session(self) -> str:
        try:
            cookie = SimpleCookie(
                "; ".join(value.decode("latin-1") for value in self.all(b"cookie"))
            )
        except CookieError:
            return ""
        return cookie[COOKIE].value if COOKIE in cookie else ""


class Guard:
    """ASGI middleware that refuses before any route runs, and dresses every reply."""

    def __init__(self, app: ASGIApp, rules: Rules, sessions: Sessions, door: Doorkeeper) -> None:
        self._app = app
        self._rules = rules
        self._sessions = sessions
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or hand it on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        send = _dressed(scope, send)
        refusal = await self._refusal(scope)
        if refusal is None and scope["type"] == "http":
            try:
                receive = await buffered(scope, receive)
            except BodyTooLargeError as error:
                refusal = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))
            except SenderGoneError:
                return
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await _refuse(refusal, scope, receive, send)

    async def _refusal(self, scope: Scope) -> Refusal | None:
        heads = _Heads.of(scope)
        host = only_host(heads.all(b"host"))
        port = scope["server"][1] if scope.get("server") else None
        if host is None or not self._rules.hosts.includes(host, port):
            return _WRONG_HOST
        command = self._is_command(scope, heads)
        if not command and _is_foreign(scope, heads, host):
            return _FOREIGN
        if command or not self._rules.password or is_open(scope["path"]):
            return None
        return await self._unknown(scope, heads)

    def _is_command(self, scope: Scope, heads: _Heads) -> bool:
        client = scope.get("client")
        token = self._rules.command_token
        return (
            bool(token)
            and client is not None
            and client[0] in LOOPBACK_ADDRESSES
            and same_secret(heads.bearer(), token)
        )

    async def _unknown(self, scope: Scope, heads: _Heads) -> Refusal | None:
        if self._sessions.know(heads.session()):
            return None
        given = heads.bearer()
        try:
            if given and await self._door.admits(given):
                return None
        except TooManyLoginsError as error:
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, str(error))
        path = scope["path"]
        if scope["type"] == "http" and not path.startswith("/api") and not given:
            return Refusal(
                HTTPStatus.SEE_OTHER,
                _NOT_LOGGED_IN.sentence,
                "/login?next=" + quote(path, safe="/"),
            )
        return _NOT_LOGGED_IN


def is_open(path: str) -> bool:
    """Whether ``path`` is answered without a password."""
    return path in OPEN_PATHS or path.startswith(STATIC)


def _is_foreign(scope: Scope, heads: _Heads, host: Authority) -> bool:
    """Whether a request that may change something comes from elsewhere than our own page."""
    if scope["type"] == "http" and scope["method"] in _SAFE_METHODS:
        return False
    site, origin = heads.one(b"sec-fetch-site"), heads.one(b"origin")
    if site is not None and site.lower() not in _OWN_SITES:
        return True
    if origin is not None:
        scheme = str(scope["scheme"]).replace("ws", "http")
        return not same_origin(origin, scheme, host)
    if site is not None:
        return False
    # Neither header: no browser sent it, which a cookie or a form's content type would belie.
    kind = (heads.one(b"content-type") or "").partition(";")[0].strip().lower()
    return heads.one(b"cookie") is not None or kind != "application/json"


def _dressed(scope: Scope, send: Send) -> Send:
    """Add the headers that every reply carries, and take out what none may carry."""
    static = scope["path"].startswith(STATIC)

    async def dressed(message: Message) -> None:
        if message["type"] in {"http.response.start", "websocket.http.response.start"}:
            message.setdefault("headers", [])
            headers = MutableHeaders(scope=message)
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            headers.update(HEADERS)
            headers["cache-control"] = "no-cache" if static else "no-store"
        await send(message)

    return dressed


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    kind, body = "text/plain; charset=utf-8", f"{refusal.sentence}\n"
    if scope["path"].startswith("/api") and refusal.status != HTTPStatus.MISDIRECTED_REQUEST:
        kind, body = "application/json", json.dumps({"error": refusal.sentence})
    headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body.encode()))]
    if refusal.location:
        headers.append((b"location", refusal.location.encode("latin-1")))
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    if refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        headers.append((b"connection", b"close"))
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            return
    await _reply(scope["type"], refusal.status, headers, body, send)


async def _reply(
    protocol: str, status: int, headers: Iterable[tuple[bytes, bytes]], body: str, send: Send
) -> None:
    prefix = "websocket." if protocol == "websocket" else ""
    start = {"type": f"{prefix}http.response.start", "status": int(status), "headers": [*headers]}
    await send(start)
    await send({"type": f"{prefix}http.response.body", "body": body.encode()})
