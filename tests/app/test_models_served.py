"""A running server follows what the commands choose."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.models.telling import tell_choice
from app.server_file import Server, announced
from app.settings import Settings
from tests.app.conftest import place
from tests.app.test_serve import served, wait_for_notes
from tests.retrieval.models_in_tests import tiny_encoder

PATIENCE_S = 120


def embedding(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - JSON
    assert main([*place(settings), "models", "status", "--json"]) == 0
    return json.loads(capsys.readouterr().out)["embedding"]


def test_a_server_embeds_with_a_model_as_soon_as_it_is_pulled_and_lets_it_go(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tiny_encoder(tmp_path / "tiny")
    with served(settings, "--port", "0") as server:
        wait_for_notes(server.url)
        call = [*place(settings), "models"]
        assert main([*call, "pull", "bge-small-zh", "--from", str(folder), "--json"]) == 0
        capsys.readouterr()
        until = time.monotonic() + PATIENCE_S
        now = embedding(settings, capsys)
        while now["embedded"] < now["points"] and time.monotonic() < until:
            time.sleep(0.2)
            now = embedding(settings, capsys)
        assert (now["model"], now["error"]) == ("BAAI/bge-small-zh-v1.5", "")
        assert now["embedded"] == now["points"] > 0
        assert main([*call, "use", "none", "--json"]) == 0
        capsys.readouterr()
        assert embedding(settings, capsys)["model"] == ""


def test_a_server_that_does_not_answer_is_told_about(settings: Settings) -> None:
    assert tell_choice(settings) == ""
    settings.home.mkdir(mode=0o700)
    with announced(settings.home, Server("http://127.0.0.1:9", 1, "token")):
        assert "cannot be asked" in tell_choice(settings)
