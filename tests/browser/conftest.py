"""A real Chromium on a real server, with the scripted model behind it."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.scripted_model import ScriptedModel, quoting

SAMPLES = Path(__file__).parent.parent.parent / "data" / "notes"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Site:
    """A running Footnote."""

    url: str
    home: Path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Module scope: while Playwright runs, no other test of this thread can run an event loop.
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    assert path is not None, "The tests of the page need Chromium: apt-get install chromium."
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample notes, answered by the scripted model."""
    home = tmp_path_factory.mktemp("home-with-model")
    with ScriptedModel(quoting) as model, served(home, model.url) as running:
        yield running


@pytest.fixture(scope="module")
def modelless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample notes, without a model."""
    with served(tmp_path_factory.mktemp("home-without-model"), "") as running:
        yield running


@contextmanager
def served(home: Path, model_url: str) -> Iterator[Site]:
    """Run ``footnote serve`` as a user does, and wait until the notes are in."""
    home.chmod(0o700)
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "--notes", str(SAMPLES)]
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("FOOTNOTE_")}
    environment = {**quiet, "FOOTNOTE_LLM_URL": model_url, "FOOTNOTE_LLM_MODEL": "scripted"}
    subprocess.run([*command, "ingest"], check=True, env=environment, capture_output=True)  # noqa: S603 - our own command
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip().rpartition(" ")[2]
        _wait_until_up(url)
        yield Site(url, home)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        if process.stdout is not None:
            process.stdout.close()


def _wait_until_up(url: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/healthz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("The server did not come up.")
