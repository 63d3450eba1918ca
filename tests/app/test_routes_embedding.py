"""How far the notes are embedded, as programs and readers are told."""

from collections.abc import Iterator

import httpx
import pytest
from bs4 import BeautifulSoup

from app.embedded import Embedded
from app.main import create_app
from app.settings import Settings
from app.texts import texts
from app.views.semantic import semantic_view
from app.weighing import LanguageWeight, Weighed
from app.wiring import Services, build
from tests.app.embedded_homes import FakeModels
from tests.app.live_server import live
from tests.fakes.embedder import FakeEmbedder

EN, ZH = texts("en"), texts("zh")
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def models() -> FakeModels:
    models = FakeModels(FakeEmbedder(), FakeEmbedder(name="second"))
    models.languages = ("zh",)
    return models


@pytest.fixture
def services(settings: Settings, models: FakeModels) -> Iterator[Services]:
    with build(settings, models) as services:
        yield services


@pytest.fixture
def client(services: Services) -> Iterator[httpx.Client]:
    with live(create_app(services)) as port:
        services.syncs.wait()
        services.embedding.wait()
        origin = f"http://127.0.0.1:{port}"
        with httpx.Client(
            base_url=origin, headers={"origin": origin}, trust_env=False, timeout=20
        ) as client:
            yield client


def words(reply: httpx.Response) -> str:
    assert reply.status_code == 200
    return " ".join(BeautifulSoup(reply.text, "html.parser").get_text(" ").split())


def test_notes_are_embedded_behind_the_first_page(client: httpx.Client, services: Services) -> None:
    points = services.catalog.totals().points
    told = client.get("/api/embedding").json()
    weights = told.pop("weights")
    assert told == {
        "model": "fake",
        "following": "",
        "running": False,
        "done": points,
        "total": points,
        "embedded": points,
        "points": points,
        "rate": told["rate"],
        "left_s": None,
        "ready": True,
        "damage": "",
        "error": "",
        "cancelled": False,
    }
    assert [(each["language"], each["weight"]) for each in weights] == [("zh", 0.3), ("en", 0.0)]


def test_searches_say_how_far_they_reach(client: httpx.Client, services: Services) -> None:
    points = services.catalog.totals().points
    found = client.get("/api/search", params={"q": "显存"}).json()
    assert found["semantic"] == {"model": "fake", "embedded": points, "points": points}


def test_program_follows_another_choice(
    client: httpx.Client, services: Services, models: FakeModels
) -> None:
    models.choice = models.all["second"]
    started = client.post("/api/embedding", json={"action": "choose"})
    assert started.status_code == 202
    services.embedding.wait()
    assert client.get("/api/embedding").json()["model"] == "second"
    assert client.post("/api/embedding", json={"action": "cancel"}).status_code == 202
    assert client.post("/api/embedding").status_code == 202
    services.embedding.wait()
    assert not client.get("/api/embedding").json()["running"]
    assert client.post("/api/embedding", json={"action": "dance"}).status_code == 422
    models.choice = None
    assert client.post("/api/embedding", json={"action": "choose"}).json()["model"] == ""
    assert client.get("/api/search", params={"q": "显存"}).json()["semantic"] is None


def test_a_model_that_breaks_is_told_and_searches_go_on(
    client: httpx.Client, models: FakeModels
) -> None:
    models.all["fake"].broken = True
    assert client.get("/api/search", params={"q": "显存"}).json()["passages"]
    told = client.get("/api/embedding").json()
    assert told["error"] == "The model of this test cannot be used now."
    assert "The model of this test cannot be used now." in words(
        client.get("/status", headers=ENGLISH)
    )


def test_status_page_tells_and_starts(client: httpx.Client, services: Services) -> None:
    points = services.catalog.totals().points
    shown = words(client.get("/status", headers=ENGLISH))
    assert f"Search by meaning Model fake Texts embedded {points} of {points}" in shown
    assert "Weight in Chinese questions 0.3; too few headings to measure" in shown
    live_space = services.embedding.spaces.live
    assert live_space is not None
    live_space.vectors.remove(live_space.vectors.ids())
    services.embedding.mended()
    assert "Embed what is missing" in words(client.get("/status", headers=ENGLISH))
    assert client.post("/status/embed").status_code == 303
    services.embedding.wait()
    assert services.embedding.now.embedded == points
    assert client.post("/status/embed/cancel").status_code == 303


def test_without_a_model_the_page_says_how_to_turn_it_on(settings: Settings) -> None:
    with build(settings, FakeModels()) as services, live(create_app(services)) as port:
        shown = httpx.get(f"http://127.0.0.1:{port}/status", headers=ENGLISH, trust_env=False)
        assert "Off: searches go by words alone." in words(shown)
        assert "footnote models list" in words(shown)


def test_progress_is_told_with_the_time_that_is_left() -> None:
    now = Embedded(
        model="m", following="n", running=True, done=10, total=130, seconds=5.0, points=130
    )
    view = semantic_view(EN, now, "")
    assert view.progress == "10 of 130 texts, 2.0 a second, 60 s left. Searches go on meanwhile."
    assert view.following == "n takes over once all texts are embedded with it."
    assert (view.running, view.lacking, view.off) == (True, False, False)
    assert semantic_view(ZH, Embedded(model="m", running=True, done=0, total=5), "").progress == (
        "0 / 5 段文字"
    )
    for seconds, left in ((50.0, "10 min"), (2_000.0, "7 h")):
        told = Embedded(model="m", running=True, done=10, total=130, seconds=seconds)
        assert f"{left} left" in semantic_view(EN, told, "").progress


def test_weights_are_told_with_what_was_measured() -> None:
    weighed = Weighed(
        "f",
        900,
        (
            LanguageWeight("zh", 0.0, 150, 90, 0.61, 0.6, 0.1, 0.1, -0.03, 0.01),
            LanguageWeight("en", 0.4, 150, 80, 0.61, 0.68, 0.12, 0.21, 0.02, 0.09),
        ),
    )
    view = semantic_view(EN, Embedded(model="m", weighed=weighed, error="No."), "Silent.")
    assert [line.value for line in view.lines] == [
        "m",
        "0 of 0",
        "0; 90 headings in other words find their sections no better with it, or others worse",
        "0.4; 80 headings in other words find their sections: 0.12 by words, 0.21 with it",
    ]
    assert view.problem == "No."
    assert semantic_view(EN, Embedded(), "Silent.").problem == "Silent."
