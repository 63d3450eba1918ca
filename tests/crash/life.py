"""One home and what happens to it: programs are started, killed, and looked after.

Every program is a fork of this process, which has imported everything and opened nothing: a start
takes some ten milliseconds instead of a second.
"""

import json
import shutil
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.folder import Edit, perform, tree
from tests.crash.forking import PATIENCE_S, end, forked
from tests.crash.ledger import Asked, Ledger
from tests.crash.opened import opened
from tests.crash.oracle import faults, prepare
from tests.crash.story import Cycle, Kill, Step, Story
from tests.crash.talk import Talk
from tests.crash.worker import CITATIONS, refuse_connections, work


@dataclass(slots=True)
class Outcome:
    """What a story came to."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    """Kills by what was being done, or by the place that was named."""
    missed: list[str] = field(default_factory=list)
    """Places that were not reached."""
    faults: list[str] = field(default_factory=list)
    failed_at: int | None = None
    """Number of the cycle after which a fault was found."""


class Life:
    """Plays a story on a home of its own."""

    def __init__(self, story: Story, place: Path, template: Path | None = None) -> None:
        """Use the folder ``place``, which is emptied first, or filled from a ``template``."""
        self._story = story
        self._template = template
        self._place = place
        self.ledger = Ledger()
        self._outcome = Outcome(story.seed)

    def play(self) -> Outcome:
        """Play the story to its end, or to the first fault."""
        shutil.rmtree(self._place, ignore_errors=True)
        if self._template is not None:
            shutil.copytree(self._template, self._place)
        (self._place / "notes").mkdir(parents=True)
        for number, cycle in enumerate(self._story.cycles):
            found = self._cycle(cycle, by_mending=number % 2 == 1)
            if found:
                self._outcome.faults = found
                self._outcome.failed_at = number
                break
        return self._outcome

    def _cycle(self, cycle: Cycle, *, by_mending: bool) -> list[str]:
        for edit in cycle.edits:
            self.edit(edit)
        with forked(lambda talk: work(self._place, cycle, talk)) as (child, talk):
            where = _Conversation(self, cycle, talk).until_killed(child)
        if where.startswith("fault"):
            return [where]
        place = cycle.kill.place
        if place and where != f"at {place}":
            self._outcome.missed.append(f"{place} #{cycle.kill.times}")
        else:
            self._outcome.kills[f"at {place}" if place else where] += 1
        return self._checked(by_mending=by_mending) if cycle.checked else []

    def _checked(self, *, by_mending: bool) -> list[str]:
        before = tree(self._place / "notes")
        found = self._told_by_a_checker(by_mending=by_mending)
        if tree(self._place / "notes") != before:
            found.append("the notes were written to (I7)")
        for path, doc in self.ledger.folder.docs.items():
            if before[path][0] != doc.content:
                found.append(f"{path} is not what its owner wrote (I7)")
        if not found:
            self.ledger.end_sync(self.ledger.begin_sync())
        return found

    def _told_by_a_checker(self, *, by_mending: bool) -> list[str]:
        def check(talk: Talk) -> None:
            refuse_connections()
            with opened(self._place) as home:
                talk.say(json.dumps(faults(home, self.ledger, by_mending=by_mending)))

        with forked(check) as (child, talk):
            told = talk.hear() if talk.waits(PATIENCE_S) else ""
            status = end(child)
        if not told:
            return [f"recovery died ({status}): see stderr"]
        return [str(each) for each in json.loads(told)]

    def edit(self, edit: Edit) -> None:
        self.ledger.edit(edit)
        perform(edit, self._place / "notes")
        for path, doc in self.ledger.folder.docs.items():
            if not doc.bad:
                prepare(path, doc.content)


class _Conversation:
    """Follows a program until it is dead, and makes the edits that fall into its time."""

    def __init__(self, life: "Life", cycle: Cycle, talk: Talk) -> None:
        self._life = life
        self._cycle = cycle
        self._talk = talk
        self._doing = "start"
        self._begun: dict[int, int] = {}
        self._made: set[int] = set()
        self._deadline = 0.0

    def until_killed(self, child: int) -> str:
        """Return what it was doing when it was killed, or a fault."""
        where = self._followed(child)
        # A person goes on editing while no program runs.
        for number in range(len(self._cycle.steps)):
            self._make(number)
        return where

    def _followed(self, child: int) -> str:
        kill = self._cycle.kill
        self._set_deadline(PATIENCE_S if kill.place or kill.when_open else kill.after_ms / 1000)
        while self._talk.waits(max(0.0, self._deadline - time.monotonic())):
            if not self._hear():
                return self._death(end(child), kill)
        end(child)
        while self._hear():
            pass
        return f"fault: hung while {self._doing}" if kill.place else self._doing

    def _set_deadline(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def _death(self, status: int, kill: Kill) -> str:
        if self._doing.startswith("at ") or (kill.place and status == 0):
            return self._doing
        return f"fault: died by itself ({status}) while {self._doing}: see stderr"

    def _hear(self) -> bool:
        verb, _, rest = self._talk.hear().partition(" ")
        what, _, number = rest.partition(" ")
        if verb == "at":
            self._doing = f"at {rest}"
        elif verb == "begin":
            self._doing = what
            if number:
                self._begin(int(number))
        elif what == "open" and self._cycle.kill.when_open:
            self._set_deadline(self._cycle.kill.after_ms / 1000)
        elif number:
            self._done(self._cycle.steps[int(number)])
        return bool(verb)

    def _begin(self, number: int) -> None:
        step, ledger = self._cycle.steps[number], self._life.ledger
        if step.what == "turn":
            ledger.asked[step.word] = Asked(step.word, CITATIONS)
        if step.what in {"sync", "look"}:
            self._begun = ledger.begin_sync()
        if step.what == "edits":
            self._make(number)
        with suppress(OSError):  # it may be dead by now
            self._talk.say("go")
        self._make(number)

    def _make(self, number: int) -> None:
        if number not in self._made:
            self._made.add(number)
            for edit in self._cycle.steps[number].edits:
                self._life.edit(edit)

    def _done(self, step: Step) -> None:
        if step.what == "turn":
            self._life.ledger.acknowledged.add(step.word)
        if step.what in {"sync", "look"}:
            self._life.ledger.end_sync(self._begun)
