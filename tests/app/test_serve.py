"""``footnote serve`` as its own process, and the commands that reach it."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.commands.serve import url
from app.remote import HomeHeldError, Remote, ServerGoneError, ServerRefusedError
from app.server_file import NAME, Server, announcement
from app.settings import Settings
from tests.app.conftest import NOTES, place

QUESTION = "LoRA 训练的时候冻结了什么权重？"


@dataclass(frozen=True, slots=True)
class Served:
    process: subprocess.Popen[str]
    url: str


@contextlib.contextmanager
def started(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE")}
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=Path(__file__).parents[2],
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_server_of_several_folders_takes_notes_from_all_of_them_or_none(
    settings: Settings, notes: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "own.md").write_text("# Own\n\nOnly the other folder speaks of okapis.\n")
    two = settings.model_copy(update={"notes": (notes, other)})
    with served(two, "--port", "0", FOOTNOTE_WATCH="0") as server:
        wait_for_notes(server.url, len(NOTES) + 1)
        (other / "new.md").write_text("# New\n\nThe quokka smiles.\n")
        assert main([*place(settings), "ingest"]) == 2
        assert capsys.readouterr().err.startswith(
            f"footnote: The server at {server.url} takes notes from {notes}, {other}, not from "
            f"{notes}. "
        )
        for named in (place(two), ["--home", str(settings.home)]):
            assert main([*named, "ingest", "--accept-deletions", "--json"]) == 0
        first, second = map(json.loads, capsys.readouterr().out.splitlines())
        assert (first["added"], second["unchanged"]) == (1, len(NOTES) + 2)
        assert main([*place(two), "search", "quokka", "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["passages"]
        assert found["note"] == "other/new.md"


@contextlib.contextmanager
def served(settings: Settings, *arguments: str, **environment: str) -> Iterator[Served]:
    with started(*place(settings), "serve", *arguments, **environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Footnote: http://127.0.0.1:"), process.communicate()
        yield Served(process, line.removeprefix("Footnote: ").strip())


def wait_for_notes(address: str, notes: int = len(NOTES)) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = httpx.get(f"{address}/api/notes", trust_env=False).json()
        if found["total"] == notes:
            return
        time.sleep(0.02)
    raise AssertionError("the notes were not taken in")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_says_where_it_is_and_stops_when_told(
    settings: Settings, number: signal.Signals
) -> None:
    with served(settings, "--port", "0") as server:
        assert httpx.get(f"{server.url}/healthz", trust_env=False).json()["status"] == "ok"
        file = settings.home / NAME
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        server.process.send_signal(number)
        out, err = server.process.communicate(timeout=10)
        assert (server.process.returncode, out) == (0, "")
        assert "Traceback" not in err
        assert not file.exists()


def odd_batch() -> str:
    """Return a batch of three lines that cannot be asked, and three that can."""
    turn = {"question": "缓存" * 2_000, "answer": "x"}
    questions: list[dict[str, object]] = [
        {"question": " "},
        {"question": "长" * 4_001},
        {"question": "KV \ud800"},
        {"question": "长" * 3_990 + " KV 缓存", "history": [turn]},
        {"question": "KV 缓存", "history": [turn] * 60},
        {"question": "KV 缓存", "history": [{**turn, "answer": "长" * 50_000}] * 20},
    ]
    return "".join(
        json.dumps({"id": number, **each}) + "\n" for number, each in enumerate(questions, 1)
    )


def test_commands_reach_the_server_that_holds_the_home(
    settings: Settings, notes: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def ran(*arguments: str) -> tuple[int, str, str]:
        status = main([*place(settings), *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    environment = {"FOOTNOTE_PASSWORD": "p" * 12, "FOOTNOTE_WATCH": "0"}
    with served(settings, "--port", "0", **environment) as server:
        until = time.monotonic() + 10
        while "unchanged" not in ran("ingest")[1] and time.monotonic() < until:
            pass
        status, out, err = ran("search", "KV 缓存 重复计算", "--json")
        assert (status, err) == (0, "")
        assert json.loads(out)["passages"][0]["note"] == "KV 缓存.md"
        status, out, err = ran("ask", QUESTION)
        assert (status, err) == (0, "")
        assert "\n[1] sub/LoRA 笔记.md › LoRA 笔记" in out
        batch = tmp_path / "batch.jsonl"
        batch.write_text('{"id": 1, "question": "代价？", "history": [{"question": "KV 缓存"}]}\n')
        for command in ("search", "ask"):
            status, out, err = ran(command, "--batch", str(batch), "--json")
            assert (status, err, json.loads(out)["id"]) == (0, "", 1)
        assert ran("search", " ")[2].startswith("footnote: The question is empty.")
        for option in ((), ("--fix",)):
            status, out, err = ran("doctor", "--json", *option)
            examined = json.loads(out)
            assert (status, err, examined["ok"], examined["notes"]) == (0, "", True, len(NOTES))
        batch.write_text(odd_batch(), encoding="utf-8")
        for command in ("search", "ask"):
            status, out, err = ran(command, "--batch", str(batch), "--json")
            assert (status, [json.loads(line)["id"] for line in out.splitlines()]) == (1, [4, 5, 6])
            assert [line.partition(": ")[2][:22] for line in err.splitlines()] == [
                "Line 1: The question i",
                "Line 2: The question h",
                "Line 3: The question h",
            ]
        (tmp_path / "other").mkdir()
        other = ["--home", str(settings.home), "--notes", str(tmp_path / "other")]
        for option in ((), ("--dry-run",)):
            assert main([*other, "ingest", *option]) == 2
            assert capsys.readouterr().err.startswith(
                f"footnote: The server at {server.url} takes notes from {notes}, not from "
            )
        (notes / "new.md").write_text("# New\n\nNew.\n")
        assert ran("ingest", "--dry-run")[1] == f"+ new.md\n{len(NOTES)} unchanged.\n"
        status, out, err = ran("ingest", "--json")
        assert (err, status) == ("", 0)
        report = json.loads(out)
        assert (report["added"], report["notes"]) == (1, len(NOTES) + 1)
        held = ran("serve", "--port", "0")
        assert held[0] == 2
        assert held[2].startswith(f"footnote: Footnote already runs at {server.url} (process ")
        assert httpx.get(f"{server.url}/api/notes", trust_env=False).status_code == 401
        html = httpx.get(
            f"{server.url}/", headers={"authorization": "Bearer " + "p" * 12}, trust_env=False
        )
        assert html.status_code == 200
        server.process.terminate()
        out, err = server.process.communicate(timeout=10)
        assert "p" * 12 not in out + err


def test_file_of_a_server_that_was_killed_does_not_stand_in_the_way(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(settings, "--port", "0") as server:
        wait_for_notes(server.url)
        server.process.kill()
        server.process.wait()
    assert announcement(settings.home) is not None
    assert main([*place(settings), "search", "LoRA", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passages"]


def test_port_that_is_taken_is_told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main([*place(settings), "serve", "--port", str(port)]) == 2
    assert capsys.readouterr().err == (
        f"footnote: Port {port} of 127.0.0.1 is taken by another program. Stop it, or choose a "
        "free port: footnote serve --port 0\n"
    )
    assert not settings.home.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - refused
def test_address_for_everyone_needs_a_password(
    settings: Settings, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    assert main([*place(settings), "serve", "--host", host, "--port", "0"]) == 2
    assert f"Listening on {host} lets other machines read the notes" in capsys.readouterr().err
    assert not settings.home.exists()


def test_address_of_another_machine_cannot_be_listened_on(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_PASSWORD", "long enough")
    assert main([*place(settings), "serve", "--host", "192.0.2.1", "--port", "0"]) == 2
    assert "Nothing can listen on 192.0.2.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - only named
        ("::1", "http://[::1]:8000"),
        ("192.168.1.5", "http://192.168.1.5:8000"),
    ],
)
def test_address_for_this_machine_is_named(host: str, address: str) -> None:
    assert url(host, 8000) == address


def test_server_that_cannot_be_asked_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    gone = Server(f"http://127.0.0.1:{port}", os.getpid(), "t")
    dead = Server(gone.url, 2**22 - 1, "t")
    for server in (None, gone, dead):
        with pytest.raises(HomeHeldError):
            Remote.reached(tmp_path, server)


def _read_request(connection: socket.socket) -> None:
    """Read a request to its end: closing before would reset the connection under the reply."""
    with connection.makefile("rb") as request:
        length = 0
        for line in iter(request.readline, b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        request.read(length)


@contextlib.contextmanager
def answering(*replies: bytes) -> Iterator[Remote]:
    """Yield a backend whose server answers each connection with bytes as they are."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def work() -> None:
            for reply in replies:
                connection, _ = listener.accept()
                with connection:
                    _read_request(connection)
                    connection.sendall(reply)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Remote(Path("home"), Server(address, os.getpid(), "t"))
        thread.join(5)


def http_reply(status: str, body: str, kind: str = "application/json") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n{body}"
    ).encode()


def test_server_that_breaks_off_is_told() -> None:
    with answering(b"", http_reply("200 OK", 'event: token\ndata: {"text": "a"}\n\n')) as remote:
        with pytest.raises(ServerGoneError):
            remote.search("a", 1)
        with pytest.raises(ServerGoneError):
            remote.ask("a")


def test_sentence_of_the_server_is_passed_on() -> None:
    error = http_reply("200 OK", 'event: error\ndata: {"message": "Broken."}\n\n')
    running = http_reply("200 OK", '{"run": "00000000-0000-0000-0000-000000000001"}')
    with answering(
        http_reply("422 No", '{"error": "Empty."}'),
        http_reply("500 No", "<html>"),
        error,
        running,
        error,
    ) as remote:
        for call, sentence in (
            (lambda: remote.plan(accept_deletions=False), "Empty."),
            (
                lambda: remote.plan(accept_deletions=False),
                "The server could not do it; its log says more.",
            ),
            (lambda: remote.ask("a"), "Broken."),
            (
                lambda: remote.sync(lambda _: None, lambda _: None, accept_deletions=False),
                "Broken.",
            ),
        ):
            with pytest.raises(ServerRefusedError) as caught:
                call()
            assert str(caught.value) == sentence


def test_serving_in_this_process_ends_cleanly(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[object] = []

    def visit() -> None:
        until = time.monotonic() + 10
        while (server := announcement(settings.home)) is None and time.monotonic() < until:
            time.sleep(0.01)
        if server is not None:
            wait_for_notes(server.url)
            seen.append(main([*place(settings), "serve", "--port", "0"]))
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        assert main([*place(settings), "serve", "--port", "0"]) == 0
    finally:
        visitor.join()
        signal.signal(signal.SIGTERM, before)
    assert capsys.readouterr().out.startswith("Footnote: http://127.0.0.1:")
    assert seen == [2]
    assert announcement(settings.home) is None
