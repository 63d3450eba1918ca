"""The index made again while searches go on, and after it was damaged."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.examination import examine
from app.main import create_app
from app.rebuilding import RebuildCancelledError
from app.server_file import Server, announced
from app.settings import Settings
from app.wiring import Services, build
from retrieval.index import IndexDamagedError
from retrieval.lexical import LexicalEncoder
from tests.app.doctored import NOTES, home, write
from tests.app.live_server import live
from tests.fakes.index import FakeIndex
from tests.fakes.qdrant import FakeQdrant, qdrant_server

MANY = NOTES | {f"{number}.md": f"# 第{number}篇\n\n显存第{number}次。\n" for number in range(600)}
QUESTION = LexicalEncoder().question("显存")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "notes", NOTES)
    return Settings(home=tmp_path / "home", notes=(tmp_path / "notes",), watch=False)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with enough notes for several batches of points."""
    place = tmp_path_factory.mktemp("many")
    write(place / "notes", MANY)
    with home(Settings(home=place / "home", notes=(place / "notes",), watch=False)):
        return place


@pytest.fixture
def large(many: Path, tmp_path: Path) -> Settings:
    shutil.copytree(many / "home", tmp_path / "home")
    return Settings(home=tmp_path / "home", notes=(many / "notes",), watch=False)


def index_folders(settings: Settings) -> list[str]:
    return sorted(each.name for each in settings.home.glob("index*") if each.is_dir())


def search_until(services: Services, stop: threading.Event, seen: set[int]) -> None:
    while not stop.is_set():
        seen.add(len(services.index.search(QUESTION, 1_000)))


def test_searches_never_find_less_while_the_index_is_rebuilt(large: Settings) -> None:
    with build(large) as services:
        whole, stop, seen = len(services.index.search(QUESTION, 1_000)), threading.Event(), {0}
        seen.clear()
        searching = [
            threading.Thread(target=search_until, args=(services, stop, seen)) for _ in range(2)
        ]
        for thread in searching:
            thread.start()
        for _ in range(3):
            services.rebuilding.beside()
        stop.set()
        for thread in searching:
            thread.join()
        assert seen == {whole}
        assert whole > 600
        assert index_folders(large) == [services.generations.live] != ["index"]
        assert examine(services, fix=False).ok
    with build(large) as services:
        assert len(services.index.search(QUESTION, 1_000)) == whole


def test_cancelled_rebuild_changes_nothing(large: Settings) -> None:
    with build(large) as services:
        progress: list[int] = []

        def told(written: int) -> None:
            progress.append(written)
            services.rebuilding.cancel()

        before = services.index.ids()
        with pytest.raises(RebuildCancelledError):
            services.rebuilding.beside(told)
        assert progress == [500]
        assert index_folders(large) == ["index"]
        assert services.index.ids() == before
        assert services.rebuilding.start(services.syncs.alone, services.rebuilding.beside)
        services.rebuilding.wait()
        assert not services.rebuilding.now.running
        assert (services.rebuilding.now.cancelled, services.rebuilding.now.error) == (False, "")
        assert services.index.ids() == before


KILLED = """
import os, signal, sys
from pathlib import Path
from app.server_file import Server, announced
from app.settings import Settings
from app.wiring import build
from retrieval.failpoint import arm
home, notes, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
arm(place, 1, lambda: os.kill(os.getpid(), signal.SIGKILL))
with build(Settings(home=home, notes=(notes,), watch=False)) as services:
    services.rebuilding.beside()
"""


@pytest.mark.parametrize("place", ["before switch", "after switch"])
def test_killed_rebuild_leaves_one_whole_index(large: Settings, place: str) -> None:
    killed = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", KILLED, str(large.home), str(large.notes[0]), place],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(index_folders(large)) == 2
    with build(large) as services:
        assert index_folders(large) == [services.generations.live]
        assert examine(services, fix=False).ok


def test_command_rebuilds_and_says_that_all_is_well(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with home(settings):
        pass
    assert main(["--home", str(settings.home), "doctor", "--rebuild"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "All is well."
    assert index_folders(settings) != ["index"]


def damage_index(settings: Settings) -> None:
    (settings.home / "index" / "edge_config.json").write_text("broken", encoding="utf-8")


def test_damaged_index_is_set_aside_and_one_line_says_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with home(settings):
        pass
    (settings.home / "index.damaged-20200101T000000").mkdir()
    damage_index(settings)
    assert main(["--home", str(settings.home), "search", "四比特量化"]) == 0
    printed = capsys.readouterr()
    assert "量化" in printed.out
    (line,) = printed.err.splitlines()
    assert line.startswith("The index was damaged (")
    assert line.endswith("built again from the catalogue. Nothing is lost.")
    (aside,) = settings.home.glob("index.damaged-*")
    assert aside.name != "index.damaged-20200101T000000"
    assert (aside / "edge_config.json").read_text(encoding="utf-8") == "broken"
    assert main(["--home", str(settings.home), "doctor"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("left", [0, 2])
def test_index_that_is_gone_or_half_full_is_filled(
    settings: Settings, left: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with home(settings) as services:
        services.index.remove(sorted(services.index.ids())[left:])
    assert main(["--home", str(settings.home), "search", "四比特量化"]) == 0
    why = "is not complete" if left else "is not there"
    assert capsys.readouterr().err.startswith(f"The index {why}; ")
    with build(settings) as services:
        assert services.index.ids() == services.catalog.live_points()
        assert not services.rebuilding.now.incomplete


def test_server_fills_a_damaged_index_behind_the_page(large: Settings) -> None:
    damage_index(large)
    with build(large) as services, live(create_app(services)) as port:
        assert services.rebuilding.now.damage
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert client.get("/notes").status_code == 200
            assert client.get("/api/search", params={"q": "显存"}).status_code == 200
            services.rebuilding.wait()
            services.syncs.wait()
            reply = client.get("/api/index").json()
            assert (reply["running"], reply["incomplete"], reply["error"]) == (False, False, "")
            found = client.get("/api/search", params={"q": "显存"}).json()
            assert found["incomplete"] is False
            services.rebuilding.opened("torn")
            services.index.remove(sorted(services.index.ids())[:1])
            services.rebuilding.opened("torn")
            found = client.get("/api/search", params={"q": "显存"}).json()
            assert found["incomplete"] is True
            examine(services, fix=True)
        assert services.index.ids() == services.catalog.live_points()
        assert examine(services, fix=False).ok


def test_rebuild_is_asked_for_and_watched_over_http(settings: Settings) -> None:
    with home(settings) as services, live(create_app(services)) as port:
        services.syncs.wait()
        origin = f"http://127.0.0.1:{port}"
        headers = {"origin": origin}
        with httpx.Client(base_url=origin, headers=headers, trust_env=False) as client:
            assert client.post("/api/index").status_code == 202
            services.rebuilding.wait()
            assert client.get("/api/index").json()["running"] is False
            assert client.post("/api/index/cancel").status_code == 202
        assert services.generations.live != "index"
        assert examine(services, fix=False).ok


def test_commands_have_the_server_rebuild_and_examine(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with home(settings) as services, live(create_app(services)) as port:
        services.syncs.wait()
        folders = tuple(map(str, settings.notes))
        url = f"http://127.0.0.1:{port}"
        server = Server(url, os.getpid(), services.command_token, folders)
        with announced(settings.home, server):
            assert main(["--home", str(settings.home), "doctor", "--rebuild"]) == 0
            assert capsys.readouterr().out.splitlines()[-1] == "All is well."
            assert services.generations.live != "index"
            services.index.remove(services.index.ids())
            assert main(["--home", str(settings.home), "doctor"]) == 1
            assert main(["--home", str(settings.home), "doctor", "--fix"]) == 0
            printed = capsys.readouterr().out.splitlines()
            assert "+ mended: missing from the index: point" in "\n".join(printed)


def test_index_that_breaks_while_it_is_used_is_rebuilt_from_the_page(settings: Settings) -> None:
    class Broken(FakeIndex):
        def count(self) -> int:
            raise IndexDamagedError("index", "torn")

        def close(self) -> None:
            raise IndexDamagedError("index", "torn")

    with home(settings) as services, live(create_app(services)) as port:
        services.syncs.wait()
        services.index.switch(Broken())
        origin = f"http://127.0.0.1:{port}"
        headers = {"origin": origin, "accept-language": "en"}
        with httpx.Client(base_url=origin, headers=headers, trust_env=False) as client:
            assert client.get("/status").status_code == 200
            assert client.get("/api/doctor").status_code == 503
            assert client.post("/status/rebuild").status_code == 303
            services.rebuilding.wait()
            assert client.get("/api/doctor").json()["ok"]


@pytest.fixture
def server() -> Iterator[FakeQdrant]:
    with qdrant_server() as server:
        yield server


def test_collections_follow_each_other_behind_an_alias(
    settings: Settings, server: FakeQdrant
) -> None:
    shared = settings.model_copy(update={"qdrant_url": server.url})
    with home(shared) as first, build(shared) as second:
        alias = first.generations.live
        assert server.names() == [alias]
        whole = len(first.index.search(QUESTION, 50))
        for _ in range(3):
            first.rebuilding.beside()
            (collection,) = server.names()
            assert collection.startswith(f"{alias}-")
            assert len(first.index.search(QUESTION, 50)) == whole
            assert len(second.index.search(QUESTION, 50)) == whole
        second.rebuilding.beside()
        assert len(first.index.search(QUESTION, 50)) == whole
        assert examine(second, fix=False).ok


def test_cancelled_rebuild_on_a_server_leaves_no_collection(
    settings: Settings, server: FakeQdrant
) -> None:
    shared = settings.model_copy(update={"qdrant_url": server.url})
    with home(shared) as services:
        with pytest.raises(RebuildCancelledError):
            services.rebuilding.beside(lambda _: services.rebuilding.cancel())
        assert server.names() == [services.generations.live]
