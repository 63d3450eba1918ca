"""A power cut, as far as it can be acted: what was written last may be missing from the disk.

A program that syncs is halted at a random time, its home is copied, and of the copy's journals a
random end is cut off that was never told to be on the disk. ``python -m tests.crash.power`` prints
JSON: one entry per cut.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from retrieval.index import IndexDamagedError
from retrieval.lexical import terms
from tests.crash.campaign import scratch
from tests.crash.folder import perform
from tests.crash.forking import PATIENCE_S, end, forked
from tests.crash.ledger import Ledger
from tests.crash.opened import opened
from tests.crash.oracle import faults_when_synced
from tests.crash.story import random_story
from tests.crash.talk import Talk

_LONGEST_S = 0.06
"""About how long a sync takes here."""


def main() -> int:
    """Cut the power, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    terms("预热 warm")
    draw, ledger = random.Random(given.seed), Ledger()
    found = []
    with scratch() as place:
        (place / "home" / "notes").mkdir(parents=True)
        for cycle in random_story(given.seed, given.cuts).cycles:
            edits = [*cycle.edits, *(edit for step in cycle.steps for edit in step.edits)]
            for edit in edits:
                ledger.edit(edit)
                perform(edit, place / "home" / "notes")
            _synced_until_cut(place / "home", place / "cut", draw)
            lost = _cut_off(place / "cut", draw)
            found.append({"lost": lost, "faults": _checked(place / "cut", ledger)})
    json.dump(found, sys.stdout, ensure_ascii=False)
    return 0


def _synced_until_cut(home: Path, copy: Path, draw: random.Random) -> None:
    """Run a sync, and copy the home as it is at some moment of it."""

    def sync(talk: Talk) -> None:
        with opened(home) as found:
            talk.say("open")
            found.sync().run(accept_deletions=True)
            talk.say("done")

    shutil.rmtree(copy, ignore_errors=True)
    with forked(sync) as (child, talk):
        talk.hear()
        time.sleep(draw.uniform(0, _LONGEST_S))
        os.kill(child, signal.SIGSTOP)
        shutil.copytree(home, copy)
        os.kill(child, signal.SIGCONT)
        talk.waits(PATIENCE_S)
        talk.hear()
        end(child)


def _cut_off(home: Path, draw: random.Random) -> int:
    """Take a random end off the database's journal; return how many bytes."""
    (home / "footnote.db-shm").unlink(missing_ok=True)
    journal = home / "footnote.db-wal"
    if not journal.exists():
        return 0
    size = journal.stat().st_size
    left = draw.randint(0, size)
    os.truncate(journal, left)
    return size - left


def _checked(home: Path, ledger: Ledger) -> list[str]:
    def check(talk: Talk) -> None:
        with closing(sqlite3.connect(home / "footnote.db")) as connection:
            answer = connection.execute("PRAGMA integrity_check").fetchone()
        found = [] if answer == ("ok",) else [f"the database is damaged: {answer}"]
        try:
            with opened(home) as first:
                first.index.ids()
        except IndexDamagedError:
            shutil.rmtree(home / "index")
        with opened(home) as recovered:
            found += faults_when_synced(recovered, ledger)
        talk.say(json.dumps(found))

    with forked(check) as (child, talk):
        told = talk.hear() if talk.waits(PATIENCE_S) else ""
        status = end(child)
    return [str(each) for each in json.loads(told)] if told else [f"recovery died ({status})"]


if __name__ == "__main__":
    sys.exit(main())
