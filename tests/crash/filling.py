"""A sync on a disk that fails, and the next one on a sound disk.

``LD_PRELOAD=iofault.so python -m tests.crash.filling writes iofault.so`` lets every write from the
k-th on fail, for many k or for every one; ``python -m tests.crash.filling space FOLDER`` leaves
less and less free in a folder that is a small disk of its own. Both print JSON, an entry per try.
"""

import argparse
import contextlib
import ctypes
import errno
import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from app.cli import main as footnote
from tests.crash.campaign import scratch, template_of
from tests.crash.folder import Edit, perform
from tests.crash.forking import PATIENCE_S, end, forked
from tests.crash.ledger import Asked, Ledger
from tests.crash.opened import opened
from tests.crash.oracle import faults
from tests.crash.story import random_story
from tests.crash.talk import Talk
from tests.crash.worker import CITATIONS, answer

_STORY = random_story(1, 1)
_EVERY = 7
"""The first so many writes are all tried, of the later ones each so manieth unless all are."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A sync on a disk that fails, and what came after."""

    k: int
    """Number of the first write that failed, or the bytes that were free."""
    error: str
    status: int
    """How the command ended; negative when a signal ended it."""
    said: str
    """On stderr."""
    faults: list[str]
    """Of the home, before and after the next sync on a sound disk."""


class Fault:
    """The library that makes writes fail."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self._library.iofault_calls.restype = ctypes.c_long

    def arm(self, below: Path, first: int, error: int) -> None:
        """Let writes below a folder fail from number ``first`` on; 0 lets none fail."""
        self._library.iofault_arm(str(below).encode(), ctypes.c_long(first), error)

    @property
    def calls(self) -> int:
        """How many writes there were since."""
        return int(self._library.iofault_calls())


def main() -> int:
    """Try, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["writes", "space"])
    parser.add_argument("where", type=Path, help="the library, or the small disk")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    with scratch() as place:
        before, ledger = prepared(place)
        if given.what == "space":
            tried = [
                *_of_space(Try(before, given.where / "home", ledger), given.where, each=given.all)
            ]
        else:
            fault = Fault(given.where)
            tried = [*_of_writes(Try(before, place / "home", ledger), fault, each=given.all)]
    json.dump([asdict(each) for each in tried], sys.stdout, ensure_ascii=False)
    return 0


@dataclass(frozen=True, slots=True)
class Try:
    """Where a sync is tried, again and again from the same beginning."""

    before: Path
    home: Path
    ledger: Ledger

    def restore(self) -> None:
        """Begin again."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.before, self.home)


def _of_writes(attempt: Try, fault: Fault, *, each: bool) -> Iterator[Tried]:
    """Fail at one write after another, until a sync gets through."""
    for error in (errno.ENOSPC, errno.EIO):
        k = 0
        while True:
            k += 1 if each or k < _EVERY else _EVERY + 2 * error
            attempt.restore()
            fault.arm(attempt.home, k, error)
            status, said = _ingest(attempt.home)
            calls = fault.calls
            fault.arm(attempt.home, 0, 0)
            if calls < k:
                break
            found = [*_unreadable(attempt.home), *checked(attempt.home, attempt.ledger)]
            yield Tried(k, errno.errorcode[error], status, said, found)


def _of_space(attempt: Try, disk: Path, *, each: bool) -> Iterator[Tried]:
    """Leave more and more space, in small steps for ``each``, until a sync gets through."""
    free, status = 0, 2
    while status:
        attempt.restore()
        ballast = disk / "ballast"
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, _free(disk) - free))
        status, said = _ingest(attempt.home)
        ballast.unlink()
        found = [*_unreadable(attempt.home), *checked(attempt.home, attempt.ledger)]
        yield Tried(free, "ENOSPC", status, said, found)
        free = max(4096, int(free * (1.1 if each else 2)))


def _free(disk: Path) -> int:
    status = os.statvfs(disk)
    return status.f_bavail * status.f_frsize


def prepared(scratch: Path) -> tuple[Path, Ledger]:
    """Make a home that a sync has work with: notes taken in, and then changed; and a turn."""
    before, ledger = scratch / "before", Ledger()
    empty = template_of(_STORY, scratch)
    assert empty is not None
    shutil.copytree(empty, before)
    (before / "notes").mkdir()
    (cycle,) = _STORY.cycles
    _edit(before, ledger, cycle.edits)

    def take_in(talk: Talk) -> None:
        with opened(before) as home:
            home.sync().run()
            home.conversations.record(home.conversations.begin("聊"), "？", "？", answer("答"))
        talk.say("done")

    ledger.asked["答"] = Asked("答", CITATIONS)
    ledger.acknowledged.add("答")
    begun = ledger.begin_sync()
    with forked(take_in) as (child, talk):
        assert talk.hear() == "done"
        end(child)
    ledger.end_sync(begun)
    _edit(before, ledger, [edit for step in cycle.steps for edit in step.edits])
    return before, ledger


def _edit(
    home: Path, ledger: Ledger, edits: Iterator[Edit] | tuple[Edit, ...] | list[Edit]
) -> None:
    for edit in edits:
        ledger.edit(edit)
        perform(edit, home / "notes")


def _ingest(home: Path) -> tuple[int, str]:
    """Run ``footnote ingest`` in a copy of this process; return status and stderr."""

    def run(talk: Talk) -> None:
        said = io.StringIO()
        arguments = ["--home", str(home), "--notes", str(home / "notes"), "ingest", "--json"]
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            status = footnote([*arguments, "--accept-deletions"])
        talk.say(json.dumps([status, said.getvalue()]))

    with forked(run) as (child, talk):
        told = talk.hear() if talk.waits(PATIENCE_S) else ""
        status = end(child)
    if not told:
        return status, ""
    ended, said = json.loads(told)
    return int(ended), str(said)


def _unreadable(home: Path) -> Iterator[str]:
    """The database must be whole and its conversations readable before anything is mended."""
    with closing(sqlite3.connect(home / "footnote.db")) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchall()
        turns = connection.execute("SELECT text FROM turn").fetchall()
    if answer != [("ok",)]:
        yield f"the database is damaged: {answer}"
    if turns != [("答",)]:
        yield f"the turns are {turns}"


def checked(home: Path, ledger: Ledger) -> list[str]:
    """Return the faults of a home before and after the next sync on a sound disk."""

    def check(talk: Talk) -> None:
        with opened(home) as found:
            talk.say(json.dumps(faults(found, ledger, by_mending=False)))

    with forked(check) as (child, talk):
        told = talk.hear() if talk.waits(PATIENCE_S) else ""
        status = end(child)
    return [str(each) for each in json.loads(told)] if told else [f"recovery died ({status})"]


if __name__ == "__main__":
    sys.exit(main())
