"""What the program does without being asked to fetch: no socket, no heavy library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "transformers", "sentence_transformers", "huggingface_hub", "onnxruntime")
REFUSING = """
import json, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        raise AssertionError(event)

sys.addaudithook(refuse)
from app.cli import main

statuses = [main(["--home", sys.argv[1], *call]) for call in json.loads(sys.argv[2])]
print(json.dumps([statuses, [name for name in json.loads(sys.argv[3]) if name in sys.modules]]))
"""


def called(home: Path, *calls: tuple[str, ...]) -> tuple[list[int], list[str]]:
    """Return the exit statuses of commands in one process, and the heavy modules it imported."""
    done = subprocess.run(  # noqa: S603 - the program is ours
        [sys.executable, "-c", REFUSING, str(home), json.dumps(calls), json.dumps(HEAVY)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=180,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    statuses, imported = json.loads(done.stdout.splitlines()[-1])
    return statuses, imported


@pytest.fixture
def notes(tmp_path: Path) -> str:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "one.md").write_text("# One\n\nA transformer attends to words.\n", encoding="utf-8")
    return str(folder)


def test_without_a_model_nothing_heavy_is_imported_and_no_socket_opened(
    tmp_path: Path, notes: str
) -> None:
    statuses, imported = called(
        tmp_path / "home",
        ("--notes", notes, "ingest"),
        ("search", "transformer", "--json"),
        ("ask", "What does a transformer attend to?", "--json"),
        ("doctor",),
        ("models", "list", "--json"),
        ("models", "status", "--json"),
    )
    assert (statuses, imported) == ([0] * 6, [])


def test_what_is_known_of_a_model_needs_no_heavy_library(tmp_path: Path, notes: str) -> None:
    home = tmp_path / "home"
    statuses, _ = called(home, ("--notes", notes, "ingest"), ("models", "pull", "minilm"))
    assert statuses == [0, 0]
    statuses, imported = called(home, ("models", "status", "--whole"), ("models", "list"))
    assert (statuses, imported) == ([0, 0], [])


def test_with_a_model_notes_are_embedded_and_searched_without_a_socket(
    tmp_path: Path, notes: str
) -> None:
    statuses, imported = called(
        tmp_path / "home",
        ("models", "pull", "minilm", "--json"),
        ("--notes", notes, "ingest", "--json"),
        ("search", "transformer", "--json"),
    )
    assert (statuses, "torch" in imported) == ([0, 0, 0], True)
