import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.server_file import NAME, Server, announced, announcement


def test_file_stands_private_while_the_server_runs(tmp_path: Path) -> None:
    server = Server("http://127.0.0.1:8000", os.getpid(), "secret")
    with announced(tmp_path, server):
        assert announcement(tmp_path) == server
        assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == []


def test_file_of_a_server_that_died_is_replaced(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"url": "u", "pid": 1, "token": "t"}')
    server = Server("http://127.0.0.1:8000", os.getpid(), "secret")
    with announced(tmp_path, server):
        assert announcement(tmp_path) == server


def test_file_of_a_later_server_is_left_alone(tmp_path: Path) -> None:
    later = Server("http://127.0.0.1:9000", 1, "other")
    with announced(tmp_path, Server("http://127.0.0.1:8000", os.getpid(), "secret")):
        (tmp_path / NAME).write_text('{"url": "http://127.0.0.1:9000", "pid": 1, "token": "other"}')
    assert announcement(tmp_path) == later


@pytest.mark.parametrize("content", ["", "[]", "{}", "x", '{"url": "u", "pid": "x", "token": ""}'])
def test_file_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    assert announcement(tmp_path) is None


def test_missing_file_is_none(tmp_path: Path) -> None:
    assert announcement(tmp_path) is None


def test_server_is_alive_as_long_as_its_process_is() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert Server("u", os.getpid(), "t").alive
    assert Server("u", 1, "t").alive
    assert not Server("u", process.pid, "t").alive
