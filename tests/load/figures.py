"""The figures that are held, each measured on homes of its own."""

import random
import shutil
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.load.corpus import write_small_notes
from tests.load.measuring import ROOT, RUNS, Home, Taken, asked, wait_until

REAL = ROOT.parent / "shared" / "corpora" / "llm-action"
MANY = 100_000
MOST_MB = 600.0
_PROBE_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    seconds: float
    """Of a sync, without the start of the program, which is the same for all."""
    limit_s: float
    whole_s: float = 0.0
    """Of the command, start and end included."""
    megabytes: float = 0.0
    limit_mb: float = 0.0

    @property
    def held(self) -> bool:
        """Whether it is within its limits."""
        within = not self.limit_mb or self.megabytes < self.limit_mb
        return self.seconds < self.limit_s and within


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder for homes."""
    with tempfile.TemporaryDirectory(prefix="footnote-load-") as place:
        yield Path(place)


def first_and_second(notes: Path, runs: int, limits: tuple[float, float]) -> list[Figure]:
    """Measure a first sync and one with nothing to do."""
    first: list[Taken] = []
    second: list[Taken] = []
    with scratch() as place:
        for number in range(runs):
            home = Home(place / f"home-{number}", notes)
            first.append(home.ingest())
            second.append(home.ingest())
            written = second[-1].report["chunks_written"]
            assert (written, second[-1].report["added"]) == (0, 0)
            shutil.rmtree(home.place)
    count = first[0].report["notes"]
    named = f"{count:,} notes"
    return [
        _figure(f"{named}: first sync", first, limits[0]),
        _figure(f"{named}: nothing changed", second, limits[1]),
    ]


def _figure(what: str, taken: list[Taken], limit_s: float) -> Figure:
    return Figure(
        what,
        median(each.sync_s for each in taken),
        limit_s,
        median(each.seconds for each in taken),
        median(each.megabytes for each in taken),
        MOST_MB,
    )


def of_real_notes(runs: int = RUNS) -> list[Figure]:
    """Measure the notes of a real collection."""
    return first_and_second(REAL, runs, (5.0, 0.3))


def of_many_notes(runs: int = 1, count: int = MANY) -> list[Figure]:
    """Measure many small notes."""
    with scratch() as place:
        write_small_notes(place / "notes", count)
        return first_and_second(place / "notes", runs, (120.0, 10.0))


def while_serving(count: int = 3_000) -> list[Figure]:
    """Measure a server: health during a full sync, and how soon an edit is found."""
    with scratch() as place:
        notes = place / "notes"
        write_small_notes(notes, 10)
        home = Home(place / "home", notes)
        with home.served() as address:
            wait_until(lambda: asked(f"{address}/api/notes")["total"] == 10)
            write_small_notes(notes / "more", count, seed=2)
            slowest = _slowest_health(
                address, lambda: asked(f"{address}/api/notes")["total"] == count + 10
            )
            edits = [_seconds_until_found(notes / "000" / "000001.md", address) for _ in range(5)]
    return [
        Figure(f"health, at its slowest while {count:,} notes are taken in", slowest, 0.1),
        Figure("an edited note is found", median(edits), 1.0),
    ]


def _slowest_health(address: str, over: Callable[[], bool]) -> float:
    ended, slowest = threading.Event(), [0.0]

    def probe() -> None:
        while not ended.wait(_PROBE_EVERY_S):
            started = time.perf_counter()
            asked(f"{address}/healthz")
            slowest[0] = max(slowest[0], time.perf_counter() - started)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        wait_until(over, 300.0)
    finally:
        ended.set()
        thread.join()
    return slowest[0]


def _seconds_until_found(note: Path, address: str) -> float:
    word = "zq" + "".join(random.Random().choices("bcdfghjklmnp", k=8))
    note.write_text(f"# 改过\n\n{word} 刚写下。\n", encoding="utf-8")
    query = urllib.parse.urlencode({"q": word})

    def found() -> bool:
        passages = asked(f"{address}/api/search?{query}")["passages"]
        return any(word in passage["text"] for passage in passages)

    return wait_until(found)
