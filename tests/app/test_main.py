"""The application as a whole: nothing open by oversight, every error told, its description true."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route

from app.main import create_app
from app.security import HEADERS, OPEN_PATHS
from app.settings import Settings
from app.wiring import build
from tests.app.conftest import Running, running
from tests.app.live_server import live, raw

PASSWORD = "correct horse 电池"
NOTHING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def locked(settings: Settings) -> Iterator[Running]:
    changed = {**settings.model_dump(), "password": PASSWORD}
    with running(Settings.model_validate(changed)) as page:
        yield page


def addresses(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route, with something in place of its parameters."""
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/style.css"
        elif isinstance(route, Route):
            path = re.sub(r"\{[^}]+\}", NOTHING, route.path)
            for method in sorted(route.methods or {"GET"}):
                yield method, path
        else:
            yield from addresses(included(route))


def included(route: BaseRoute) -> list[BaseRoute]:
    """Return the routes of a router that the application includes."""
    router = getattr(route, "original_router", None)
    assert router is not None, f"{route!r} is of a kind that this test does not know"
    return list(router.routes)


def all_addresses(app: FastAPI) -> list[tuple[str, str]]:
    return list(addresses(list(app.routes)))


def test_nothing_is_open_without_the_password_but_what_is_listed(locked: Running) -> None:
    app = create_app(locked.services)
    walked = all_addresses(app)
    assert ("POST", "/api/ask") in walked
    assert ("GET", f"/notes/{NOTHING}") in walked
    assert ("GET", "/openapi.json") in walked
    opened = set()
    for method, path in walked:
        reply = locked.client.request(
            method, path, headers={"content-type": "application/json"}, content=b"{}"
        )
        if reply.status_code not in {303, 401}:
            opened.add(path)
        elif reply.status_code == 303:
            assert reply.headers["location"].startswith("/login?next=")
    assert opened == {*OPEN_PATHS, "/static/style.css"}


def test_wrong_password_is_told_and_the_right_one_opens_a_session(locked: Running) -> None:
    wrong = locked.client.post("/login", data={"password": "x", "next": "/notes"})
    assert wrong.status_code == 403
    assert BeautifulSoup(wrong.text, "html.parser").select_one("#wrong") is not None
    reply = locked.client.post("/login", data={"password": PASSWORD, "next": "/notes?q=a"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/notes?q=a")
    cookie = reply.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert locked.client.get("/notes").status_code == 200
    left = locked.client.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    locked.client.cookies.clear()
    assert locked.client.get("/notes").status_code == 303


def test_session_that_was_closed_does_not_open_again(locked: Running) -> None:
    locked.client.post("/login", data={"password": PASSWORD})
    kept = dict(locked.client.cookies)
    locked.client.post("/logout")
    locked.client.cookies.clear()
    header = "; ".join(f"{name}={value}" for name, value in kept.items())
    assert locked.client.get("/notes", headers={"cookie": header}).status_code == 303


def test_cookie_is_secure_behind_tls(settings: Settings) -> None:
    changed = {
        **settings.model_dump(),
        "password": PASSWORD,
        "allowed_hosts": "notes.example",
    }
    with running(Settings.model_validate(changed)) as page:
        reply = page.client.post(
            "/login",
            data={"password": PASSWORD},
            headers={"host": "notes.example", "origin": "https://notes.example"},
        )
        assert "Secure" in reply.headers["set-cookie"]


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "https:evil.example"]
)
def test_login_never_leads_elsewhere(locked: Running, target: str) -> None:
    html = locked.client.get("/login", params={"next": target}).text
    hidden = BeautifulSoup(html, "html.parser").select_one("input[name=next]")
    assert hidden is not None
    assert hidden["value"] == "/"
    reply = locked.client.post("/login", data={"password": PASSWORD, "next": target})
    assert reply.headers["location"] == "/"


@pytest.mark.parametrize("content", [b'{"password": {"$ne": ""}}', b"", b"password", b"&" * 999])
def test_login_with_anything_but_the_password_fails(locked: Running, content: bytes) -> None:
    assert locked.client.post("/login", content=content).status_code == 403


@pytest.mark.parametrize("path", ["/static/nothing.css", "/login/x", "/healthz?x=1"])
def test_open_paths_tell_nothing_about_the_notes(locked: Running, path: str) -> None:
    begun = locked.services.conversations.begin("A secret conversation")
    text = locked.client.get(path).text
    assert "secret" not in text
    assert str(begun) not in text
    refused = locked.client.put("/login")
    assert refused.status_code == 405
    assert "secret" not in refused.text


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/nothing", 404, "text/html; charset=utf-8"),
        ("/api/nothing", 404, "application/json"),
        ("/static/nothing", 404, "text/html; charset=utf-8"),
        ("/static/../../pyproject.toml", 404, "text/html; charset=utf-8"),
        ("/docs", 404, "text/html; charset=utf-8"),
        ("/redoc", 404, "text/html; charset=utf-8"),
        ("/notes/no-id", 404, "text/html; charset=utf-8"),
        ("/c/%3Cb%3E", 404, "text/html; charset=utf-8"),
        ("/api/notes/no-id", 422, "application/json"),
    ],
)
def test_missing_addresses_are_told_with_the_headers(
    page: Running, path: str, status: int, kind: str
) -> None:
    reply = page.client.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, kind)
    assert {name: reply.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "get", "_HELPER"])
def test_odd_methods_are_refused(page: Running, method: str) -> None:
    request = (
        f"{method} /notes HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nConnection: close\r\n\r\n"
    )
    status = int(raw(page.port, request.encode()).split(b" ", 2)[1])
    assert status in {403, 405}


def test_error_nobody_foresaw_is_told_without_its_words(settings: Settings) -> None:
    with build(settings) as services:
        app = create_app(services)

        @app.get("/api/broken")
        @app.get("/broken")
        def broken() -> None:
            raise ZeroDivisionError("a secret")

        with live(app) as port:
            for path, kind in (("/api/broken", "application/json"), ("/broken", "text/html")):
                reply = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
                assert reply.status_code == 500
                assert reply.headers["content-type"].startswith(kind)
                assert "secret" not in reply.text
                assert {name: reply.headers[name] for name in HEADERS} == HEADERS
                assert reply.headers["cache-control"] == "no-store"


def test_damaged_database_is_told_as_a_page(page: Running, settings: Settings) -> None:
    for name in ("footnote.db", "footnote.db-wal", "footnote.db-shm"):
        path = settings.home / name
        if path.exists():
            with path.open("r+b") as file:
                file.write(b"x" * 100)
    page.services.library._database.close()
    page.services.catalog._database.close()
    reply = page.client.get("/notes")
    assert reply.status_code == 503
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert page.client.get("/api/notes").status_code == 503


def test_description_names_every_route_of_the_api(page: Running) -> None:
    described = page.client.get("/openapi.json").json()["paths"]
    offered = {
        (method, re.sub(r":path\}", "}", route.path))
        for router in (create_app(page.services).routes,)
        for route in flat(list(router))
        for method in route.methods or ()
        if route.path.startswith(("/api", "/assets", "/healthz"))
    }
    assert {(method.upper(), path) for path, item in described.items() for method in item} == (
        offered
    )
    for item in described.values():
        for operation in item.values():
            assert operation["summary"]
            assert operation["responses"].keys() & {"200", "202", "204"}


def flat(routes: list[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif not isinstance(route, Mount):
            yield from flat(included(route))


def test_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(page: Running) -> None:
    for path in ("/", "/notes", "/sync", "/nothing"):
        html = BeautifulSoup(page.client.get(path).text, "html.parser")
        for element in html.select("script"):
            assert str(element.get("src", "")).startswith("/static/")
            assert not element.text.strip()
        assert not html.select("style, [style], [onclick], [onload], base, iframe, object, embed")
        loaded = [str(element["href"]) for element in html.select("link[href]")]
        loaded += [str(element["src"]) for element in html.select("[src]")]
        assert all(address.startswith(("/static/", "/assets/")) for address in loaded)
        for address in loaded:
            assert page.client.get(address).status_code == 200
        (referrer,) = html.select("meta[name=referrer]")
        # With no-referrer, browsers send `Origin: null` with our own forms.
        assert referrer["content"] == "same-origin"


def test_start_marks_runs_that_a_crash_left_open(settings: Settings) -> None:
    with build(settings) as services:
        abandoned = services.runs.start()
    with running(settings) as page:
        found = page.services.runs.get(abandoned)
        assert found is not None
        assert found.state == "interrupted"


def test_version_is_that_of_the_project_file(page: Running) -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    (version,) = re.findall(r'^version = "(.+)"$', project.read_text(), re.MULTILINE)
    assert page.client.get("/healthz").json() == {"status": "ok", "version": version}
