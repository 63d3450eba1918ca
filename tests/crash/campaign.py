"""Kills programs by the hundred and reports: ``python -m tests.crash.campaign --kills 200``."""

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.lexical import terms
from tests.crash.forking import end, forked
from tests.crash.life import Life, Outcome
from tests.crash.opened import opened
from tests.crash.places import PLACES
from tests.crash.story import Story, random_story, story_of_places
from tests.crash.talk import Talk

_CYCLES = 20
"""Kills that one home goes through."""
_FROM_NOTHING = 5
"""Each such story begins without a home."""
_DRAWN = 20
"""Syncs of a program that is to reach a place: enough for the second time."""


@dataclass(slots=True)
class Campaign:
    """What came of many stories."""

    kills: Counter[str] = field(default_factory=Counter)
    seeds: list[int] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    failures: list[dict[str, object]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, outcome: Outcome, artifact: str) -> None:
        """Count one story in."""
        self.kills.update(outcome.kills)
        self.seeds.append(outcome.seed)
        self.missed.extend(outcome.missed)
        if outcome.faults:
            self.failures.append(
                {"seed": outcome.seed, "faults": outcome.faults, "artifact": artifact}
            )

    def as_json(self) -> str:
        return json.dumps(
            {
                "kills": dict(self.kills.most_common()),
                "killed": sum(self.kills.values()),
                "seeds": self.seeds,
                "missed": self.missed,
                "failures": self.failures,
                "seconds": round(self.seconds, 1),
            },
            ensure_ascii=False,
        )


def stories(seed: int, kills: int) -> Iterator[Story]:
    """Yield stories with this many random kills together."""
    while kills > 0:
        yield random_story(seed, min(_CYCLES, kills))
        kills -= _CYCLES
        seed += 1


def places(seed: int, which: str) -> Iterator[Story]:
    """Yield stories that reach named places for the first and for the second time.

    Args:
        seed: Of the first story.
        which: ``all``, or those in ``even`` or ``odd`` position.
    """
    chosen = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}[which]
    for place, times in list(PLACES.items())[chosen]:
        tries = [(place, time) for time in range(1, times + 1)]
        yield story_of_places(seed, tries, _DRAWN)
        seed += 1


def play(told: Iterator[Story], artifacts: Path) -> Campaign:
    """Play stories; what is needed to play a failed one again is written to ``artifacts``."""
    campaign, started = Campaign(), time.monotonic()
    terms("预热 warm")  # the dictionary is read once, not in each copy
    gc.freeze()
    with scratch() as place:
        for story in told:
            outcome = Life(story, place / "home", template_of(story, place)).play()
            artifact = artifacts / f"crash-{story.seed}.json"
            if outcome.faults:
                artifacts.mkdir(parents=True, exist_ok=True)
                artifact.write_text(story.as_json(), encoding="utf-8")
            campaign.add(outcome, str(artifact))
    campaign.seconds = time.monotonic() - started
    return campaign


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory where there is one: a kill needs no disk to lose anything."""
    memory = Path("/dev/shm")  # noqa: S108 - of the system, and only to hold a private folder
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="footnote-crash-", dir=where) as place:
        yield Path(place)


def template_of(story: Story, scratch: Path) -> Path | None:
    """Return what a story's home begins as: without notes, or, in some stories, not there at all.

    A first start takes longer than all others, and is killed there too.
    """
    if story.seed % _FROM_NOTHING == 0:
        return None
    place = scratch / "empty"
    if not place.exists():
        _make_home(place)
    return place


def _make_home(place: Path) -> None:
    # In a copy of this process, which itself must not have opened anything.
    def make(talk: Talk) -> None:
        with opened(place):
            talk.say("made")

    place.mkdir()
    with forked(make) as (child, talk):
        talk.hear()
        talk.hear()
        end(child)


def main() -> int:
    """Run a campaign and print its report as one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--places", choices=["all", "even", "odd"], help="kill at named places instead"
    )
    parser.add_argument("--artifacts", type=Path, default=Path("crash-artifacts"))
    given = parser.parse_args()
    told = places(given.seed, given.places) if given.places else stories(given.seed, given.kills)
    campaign = play(told, given.artifacts)
    print(campaign.as_json())
    for failure in campaign.failures:
        print(f"again: python -m tests.crash.replay {failure['artifact']}", file=sys.stderr)
    return 1 if campaign.failures else 0


if __name__ == "__main__":
    sys.exit(main())
