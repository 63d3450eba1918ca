"""What a killed program leaves running: nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.workers import WORTH_IT

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
several = pytest.mark.skipif(
    os.cpu_count() == 1 or not Path("/proc/self/task").exists(),
    reason="needs several cores and a system that tells of processes",
)


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(each) for each in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@several
def test_processes_that_cut_notes_end_with_a_sync_that_is_killed(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(WORTH_IT * 2):
        text = f"# 第{number}篇\n\n" + f"第{number}篇讲显存。" * 300
        (notes / f"{number}.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "app.cli", "--home", str(tmp_path / "home")]
    program = subprocess.Popen(  # noqa: S603 - our own
        [*command, "--notes", str(notes), "ingest", "--json"], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        # Two that cut, and one of the system's own that counts what they share.
        wait_until(lambda: len(descendants(program.pid)) >= 3)
        time.sleep(0.5)
        left = descendants(program.pid)
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert len(left) >= 3
    wait_until(lambda: not any(map(alive, left)))
