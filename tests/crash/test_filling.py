"""A full or broken disk: the sync says so and stops, and the next one needs no mending."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from app.db.conversations import Conversations
from app.db.errors import DatabaseUnwritableError
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from tests.crash.worker import answer

ROOT = Path(__file__).parents[2]
FILLING = [sys.executable, "-m", "tests.crash.filling"]
DEATH_BY_MAPPED_WRITE = -signal.SIGBUS
"""What the index has mapped cannot be told of a full disk in any other way."""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The library that makes writes fail, compiled."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler to make writes fail")
    built = tmp_path / "iofault.so"
    source = Path(__file__).parent / "iofault.c"
    subprocess.run(  # noqa: S603 - our own source
        [compiler, "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True
    )
    return built


def tries(*arguments: str, before: tuple[str, ...] = (), **more: str) -> list[dict[str, Any]]:
    environment = os.environ | more
    output = subprocess.check_output(  # noqa: S603 - our own
        [*before, *FILLING, *arguments], cwd=ROOT, env=environment
    )
    found: list[dict[str, Any]] = json.loads(output)
    return found


def assert_told_and_made_good(tried: list[dict[str, Any]]) -> None:
    assert [each for each in tried if each["faults"]] == []
    failed = [each for each in tried if each["status"] not in {0, DEATH_BY_MAPPED_WRITE}]
    assert failed != []
    for each in failed:
        assert each["status"] == 2, each
        assert each["said"].startswith("footnote: "), each
        assert each["said"].count("\n") == 1, each


def test_a_sync_whose_writes_fail_from_any_on_says_so_and_is_made_good(library: Path) -> None:
    tried = tries("writes", str(library), LD_PRELOAD=str(library))
    assert_told_and_made_good(tried)
    assert {each["error"] for each in tried} == {"ENOSPC", "EIO"}


@pytest.mark.full
def test_a_sync_whose_writes_fail_from_each_one_on_is_made_good(library: Path) -> None:
    tried = tries("writes", str(library), "--all", LD_PRELOAD=str(library))
    assert_told_and_made_good(tried)
    assert len(tried) > 200


def small_disk(place: Path, megabytes: int) -> tuple[str, ...]:
    """Return what runs a command on a file system of its own, which no other process sees."""
    mounting = (
        "unshare",
        "--mount" if os.geteuid() == 0 else "--user --map-root-user --mount",
        "sh",
        "-c",
        f'mount -t tmpfs -o size={megabytes}m none "{place}" && exec "$@"',
        "-",
    )
    before = tuple(part for each in mounting[:2] for part in each.split()) + mounting[2:]
    probe = subprocess.run([*before, "true"], check=False, capture_output=True)  # noqa: S603 - our own
    if probe.returncode != 0:
        pytest.skip("needs the right to mount a small file system")
    return before


def on_a_small_disk(place: Path, *arguments: str) -> list[dict[str, Any]]:
    return tries("space", str(place), *arguments, before=small_disk(place, 200))


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_a_sync_on_a_full_disk_says_so_and_is_made_good(tmp_path: Path) -> None:
    tried = on_a_small_disk(tmp_path)
    assert_told_and_made_good(tried)
    assert [each["status"] for each in tried][-1] == 0


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_a_sync_with_any_little_space_is_made_good(tmp_path: Path) -> None:
    assert_told_and_made_good(on_a_small_disk(tmp_path, "--all"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_on_a_full_disk_embedding_waits_and_all_else_goes_on_by_words(tmp_path: Path) -> None:
    before = small_disk(tmp_path, 300)
    output = subprocess.check_output(  # noqa: S603 - our own
        [*before, sys.executable, "-m", "tests.crash.brimming", str(tmp_path)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    full, first, full_again, at_last = json.loads(output)
    for stand, embedded in ((full, 0), (full_again, first["embedded"])):
        assert stand["error"].startswith("The disk of ")
        assert stand["embedded"] == embedded < stand["points"]
    for stand in (first, at_last):
        assert (stand["error"], stand["embedded"]) == ("", stand["points"])
    assert full_again["points"] == at_last["points"] > first["points"]
    for stand in (full, first, full_again, at_last):
        assert (stand["running"], stand["found"], stand["sound"]) == (False, True, True)


def record_without_end(conversations: Conversations, thread: UUID, recorded: list[str]) -> None:
    for number in range(10_000):
        conversations.record(thread, "？", "？", answer(f"答{number}"))
        recorded.append(f"答{number}")


class Limit:
    """How many pages databases opened from now on may have."""

    pages = 2**30

    def __call__(self, connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.pages}")


@pytest.fixture
def limit() -> Iterator[Limit]:
    limit = Limit()
    event.listen(Pool, "connect", limit)
    yield limit
    event.remove(Pool, "connect", limit)


def test_a_full_database_keeps_every_turn_that_was_recorded(tmp_path: Path, limit: Limit) -> None:
    path = tmp_path / "footnote.db"
    database = Database(sqlite_url(path))
    migrate(database)
    with closing(sqlite3.connect(path)) as connection:
        limit.pages = connection.execute("PRAGMA page_count").fetchone()[0] + 40
    database.close()
    conversations = Conversations(database)
    thread = conversations.begin("聊")
    recorded: list[str] = []
    with pytest.raises(DatabaseUnwritableError, match="full"):
        record_without_end(conversations, thread, recorded)
    conversation = conversations.load(thread)
    assert conversation is not None
    assert [turn.answer.text for turn in conversation.turns] == recorded
    limit.pages += 1_000
    database.close()
    conversations.record(thread, "？", "？", answer("有地方了"))
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
