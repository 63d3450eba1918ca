"""Commands run as a person runs them, with what they took."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RUNS = 5
_SAMPLED_EVERY_S = 0.05
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a command took, and what it printed."""

    seconds: float
    megabytes: float
    """Most memory of it and its children at one moment; what they share counts once."""
    report: dict[str, Any]

    @property
    def sync_s(self) -> float:
        """Seconds of the sync alone, without the start of the program."""
        return float(self.report["ms"]) / 1000


@dataclass(frozen=True, slots=True)
class Home:
    """A home and the notes it follows."""

    place: Path
    notes: Path

    def command(self, *arguments: str) -> list[str]:
        """Return the words of a command on this home."""
        named = ["--home", str(self.place), "--notes", str(self.notes)]
        return [sys.executable, "-m", "app.cli", *named, *arguments]

    def ingest(self) -> Taken:
        """Run ``footnote ingest --json`` in a process of its own."""
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own
            self.command("ingest", "--json"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        most = 0.0
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            time.sleep(_SAMPLED_EVERY_S)
        seconds = time.perf_counter() - started
        assert process.stdout is not None
        with process.stdout:
            report = json.loads(process.stdout.read())
        assert process.returncode == 0, report
        return Taken(seconds, most, report)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the home on a free port and give the address."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(  # noqa: S603 - our own
            self.command("serve", "--port", str(port)),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: _answers(address))
            yield address
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def wait_until(condition: Callable[[], bool], seconds: float = _PATIENCE_S) -> float:
    """Wait until something is so, and return how long that took."""
    started = time.perf_counter()
    while not condition():
        assert time.perf_counter() - started < seconds, "it took too long"
        time.sleep(0.01)
    return time.perf_counter() - started


def asked(address: str) -> dict[str, Any]:
    """Return what an address of a running server replies."""
    with urllib.request.urlopen(address, timeout=_PATIENCE_S) as reply:  # noqa: S310 - loopback
        found: dict[str, Any] = json.load(reply)
        return found


def _answers(address: str) -> bool:
    try:
        asked(f"{address}/healthz")
    except OSError:
        return False
    return True


def _megabytes(pid: int) -> float:
    """Return the memory of a process and its descendants, what they share counted once."""
    total = 0
    for each in [pid, *_descendants(pid)]:
        try:
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
    return total / 1024


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(each) for each in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found


def cores() -> int:
    """Return how many cores there are."""
    return os.cpu_count() or 1
