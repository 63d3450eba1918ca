"""Fifty that write and fifty that read one database: none is ever told that it is locked."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from app.db.conversations import Conversations
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from tests.crash.worker import CITATIONS, answer
from tests.db.conftest import POSTGRES, postgres_schema

CROWD = 50
LARGEST_JOURNAL = 64 * 2**20
ADDRESSES = ["sqlite", "two databases on one file", *(["postgres"] if POSTGRES else [])]


@contextmanager
def databases(kind: str, place: Path) -> Iterator[tuple[Database, Database]]:
    """Give the database of the writers and that of the readers, which may be the same."""
    if kind == "postgres":
        with postgres_schema() as url:
            database = Database(url)
            migrate(database)
            yield database, database
            database.close()
        return
    url = sqlite_url(place / "footnote.db")
    first = Database(url)
    migrate(first)
    second = first if kind == "sqlite" else Database(url)
    yield first, second
    for each in {first, second}:
        each.close()


class Crowd:
    """Threads that do something until a time is over, and what went wrong."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.errors: list[Exception] = []
        self.done = 0
        self._lock = threading.Lock()

    def thread(self, work: Callable[[], None]) -> threading.Thread:
        """Return a thread that does ``work`` again and again."""
        return threading.Thread(target=self._run, args=(work,))

    def _run(self, work: Callable[[], None]) -> None:
        while time.monotonic() < self._until:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - told at the end
                self.errors.append(error)
                return
            with self._lock:
                self.done += 1


def crowd_at(writing: Database, reading: Database, seconds: float) -> tuple[int, int]:
    """Let the crowd work; return how many turns were asked for and how many are there."""
    writer, reader = Conversations(writing), Conversations(reading)
    threads = [writer.begin(f"聊{number}") for number in range(CROWD)]
    crowd = Crowd(seconds)
    counts = dict.fromkeys(threads, 0)

    def write(thread: UUID) -> None:
        writer.record(thread, "？", "？", answer(f"答{counts[thread]}"))
        counts[thread] += 1

    def read(thread: UUID) -> None:
        conversation = reader.load(thread)
        assert conversation is not None
        assert all(len(turn.answer.citations) == CITATIONS for turn in conversation.turns)
        assert [turn.answer.text for turn in conversation.turns] == [
            f"答{number}" for number in range(len(conversation.turns))
        ]

    started = [crowd.thread(partial(work, thread)) for thread in threads for work in (write, read)]
    for each in started:
        each.start()
    for each in started:
        each.join()
    assert crowd.errors == []
    there = sum(summary.turns for summary in reader.list(CROWD * 2))
    return sum(counts.values()), there


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_crowd_finds_the_database_never_locked(kind: str, tmp_path: Path) -> None:
    with databases(kind, tmp_path) as (writing, reading):
        asked, there = crowd_at(writing, reading, 5.0)
        assert asked == there > CROWD
    if kind != "postgres":
        assert_journal_is_small(tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_crowd_finds_the_database_never_locked_for_a_minute(kind: str, tmp_path: Path) -> None:
    with databases(kind, tmp_path) as (writing, reading):
        asked, there = crowd_at(writing, reading, 60.0)
        assert asked == there > CROWD
    if kind != "postgres":
        assert_journal_is_small(tmp_path)


def assert_journal_is_small(place: Path) -> None:
    journal = place / "footnote.db-wal"
    assert not journal.exists() or journal.stat().st_size < LARGEST_JOURNAL
