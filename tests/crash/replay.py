"""Plays a story again that failed once: ``python -m tests.crash.replay FILE``."""

import argparse
import sys
from pathlib import Path

from tests.crash.campaign import scratch, template_of
from tests.crash.life import Life
from tests.crash.story import Story


def main() -> int:
    """Play the story as often as asked; kills at random times may need more than one try."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--home", type=Path, help="where to leave the home as it was found")
    given = parser.parse_args()
    story = Story.of_json(given.file.read_text(encoding="utf-8"))
    with scratch() as place:
        template = template_of(story, place)
        for _ in range(given.times):
            outcome = Life(story, given.home or place / "home", template).play()
            if outcome.faults:
                print(f"cycle {outcome.failed_at}:", *outcome.faults, sep="\n  ")
                return 1
    print("no fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
