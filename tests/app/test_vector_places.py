"""Vectors on a Qdrant server, and what comes of them when a home is restored or the server goes."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.backup import write_backup
from app.examination import examine
from app.main import create_app
from app.restoring import restore
from app.settings import Settings
from app.wiring import build
from tests.app.doctored import NOTES, database, write
from tests.app.embedded_homes import FakeModels, embedded
from tests.app.live_server import live
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.qdrant import FakeQdrant, qdrant_server


@pytest.fixture
def server() -> Iterator[FakeQdrant]:
    with qdrant_server() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "notes", NOTES)
    return Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)


@pytest.fixture
def served(settings: Settings, server: FakeQdrant) -> Settings:
    return settings.model_copy(update={"qdrant_url": server.url})


def test_each_model_has_a_collection_and_an_alias_names_the_one_in_use(
    served: Settings, server: FakeQdrant
) -> None:
    models = FakeModels(FakeEmbedder(), FakeEmbedder(name="second", dimension=32))
    with embedded(served, models) as services:
        base = services.generations.live
        assert f"{base}-vectors-fake-1-64" in server.names()
        assert server.aliases()[f"{base}-vectors"] == f"{base}-vectors-fake-1-64"
        assert services.embedding.leg.load()
        chunk = next(iter(services.catalog.chunks()))
        (nearest,) = services.embedding.leg.search(chunk.indexed_text, 1)
        assert nearest.id == chunk.point
        assert examine(services, fix=False).ok
        models.choice = models.all["second"]
        services.embedding.choose()
        assert services.embedding.work() == 6
        assert services.embedding.now.model == "second"
        assert server.aliases()[f"{base}-vectors"] == f"{base}-vectors-second-1-32"
        assert [name for name in server.names() if "vectors" in name] == [
            f"{base}-vectors-second-1-32"
        ]
    assert list(served.home.glob("vectors*")) == []


def test_collection_that_somebody_deletes_makes_the_leg_silent(
    served: Settings, server: FakeQdrant
) -> None:
    models = FakeModels(FakeEmbedder())
    models.languages = ("zh",)
    with embedded(served, models) as services:
        services.embedding.load_for("显存")
        assert services.searcher.retrieve("显存").passages
        server.forget(f"{services.generations.live}-vectors-fake-1-64")
        assert services.searcher.retrieve("显存随长度").passages
        assert "it answers 404" in services.embedding.leg.silence


@pytest.mark.parametrize("model", [True, False])
def test_server_that_goes_away_leaves_the_catalogue_readable(
    settings: Settings,
    model: bool,  # noqa: FBT001 - a case
) -> None:
    models = FakeModels(*([FakeEmbedder()] if model else []))
    models.languages = ("zh",)
    with ExitStack() as stack:
        with qdrant_server() as server:
            served = settings.model_copy(update={"qdrant_url": server.url})
            services = stack.enter_context(embedded(served, models))
            services.embedding.load_for("显存")
            note = services.catalog.known()[0].id
        port = stack.enter_context(live(create_app(services)))
        services.syncs.wait()
        services.embedding.wait()
        origin = f"http://127.0.0.1:{port}"
        with httpx.Client(
            base_url=origin, headers={"origin": origin}, trust_env=False, timeout=60
        ) as client:
            found = client.get("/api/search", params={"q": "显存"})
            assert found.status_code == 503
            assert "cannot be reached" in found.json()["error"]
            assert "Start it, or set FOOTNOTE_QDRANT_URL" in found.json()["error"]
            for path in ("/notes", f"/notes/{note}", "/", "/status", "/api/notes"):
                assert client.get(path).status_code == 200, path
            told = client.get("/api/embedding").json()
            assert bool(told["error"]) is model
            asked = client.post("/api/ask", json={"question": "显存为什么增长"})
            assert "cannot be reached" in asked.text


def test_restored_home_makes_its_vectors_again(settings: Settings, tmp_path: Path) -> None:
    models = FakeModels(FakeEmbedder())
    file = tmp_path / "backup.zip"
    with embedded(settings, models) as services:
        base = database(services)
        write_backup(base, settings.home, file)
        base.close()
    elsewhere = settings.model_copy(update={"home": tmp_path / "elsewhere"})
    restore(elsewhere, file, lambda _: None)
    with build(elsewhere, models) as services:
        assert examine(services, fix=False).ok
        assert services.embedding.now.embedded == 0
        assert services.embedding.work() == 6
        assert examine(services, fix=False).ok
    restore(elsewhere, file, lambda _: None, force=True)
    with build(elsewhere, models) as services:  # the vectors of the same texts are still true
        assert services.embedding.work() == 0
        assert services.embedding.now.embedded == 6
