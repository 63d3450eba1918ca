"""How good is search, stage by stage? ``python -m tests.evaluation [--part NAME] [--json]``.

Each question set is asked of the real program over its notes. A gain is that of the mean reciprocal
rank over the stage before, with the 95 % interval of a paired bootstrap; a star marks those that
leave 0 out. Sets whose notes are not there are left out.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path

from app.wiring import Services
from retrieval.search_settings import SearchSettings
from tests.evaluation.asked import Asked
from tests.evaluation.question_sets import (
    LARGE,
    NOTES,
    OFF_TOPIC,
    SAMPLES,
    QuestionSet,
    known_sets,
    off_topic,
)
from tests.evaluation.running import Answered, answered, opened
from tests.evaluation.stages import STAGES
from tests.evaluation.tables import Line, at_most, line, refusals, table

REFUSALS = "refusals"
SPEED = "speed"
_TINY = 5
_CHUNKS = 20_000
_SHOWN = 8
"""Passages that a search is asked for where nothing else is said."""


def main() -> int:
    """Measure, and print Markdown or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = [*known_sets(), REFUSALS, SPEED]
    parser.add_argument("--part", action="append", choices=parts, help="may be given again")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    lines, refused, speed = [], [], 0.0
    for part in given.part or parts:
        if part == REFUSALS:
            refused = of_refusals()
        elif part == SPEED:
            speed = of_speed()
        else:
            lines += of_set(part)
    if given.json:
        found = {"sets": [asdict(each) for each in lines], "refusals": refused, "p95_ms": speed}
        print(json.dumps(found, ensure_ascii=False))
        return 0
    print(table(lines) if lines else "")
    print(f"\n{refusals(refused)}" if refused else "")
    print(f"\nSearch among {_CHUNKS:,} chunks: 95 of 100 below {speed:.1f} ms." if speed else "")
    return 0


def of_set(name: str) -> list[Line]:
    """Return the figures of a question set by stage, and those of its kinds."""
    with tempfile.TemporaryDirectory() as folder:
        made = known_sets()[name](Path(folder))
        questions = [each for each in made.questions if each.answerable]
        with opened(made.notes) as services:
            return _by_stage(services, QuestionSet(name, made.notes, tuple(questions)))


def _by_stage(services: Services, asked: QuestionSet) -> list[Line]:
    lines, found = [], None
    for stage, settings in STAGES.items():
        now = answered(services, asked.questions, settings)
        lines.append(line(asked.name, stage, now, found or now))
        before, found = found or now, now
    kinds = dict.fromkeys(each.kind for each in asked.questions)
    for kind in kinds if len(kinds) > 1 else ():
        of_kind = [place for place, each in enumerate(asked.questions) if each.kind == kind]
        last = _some(found or [], of_kind)
        lines.append(line(f"{asked.name}, {kind}", stage, last, _some(before, of_kind)))
    return lines


def _some(found: Sequence[Answered], places: Sequence[int]) -> list[Answered]:
    return [found[place] for place in places]


def of_refusals() -> list[tuple[str, str, int, float]]:
    """Return the shares that are refused: of what is off the topic, and of what is not."""
    made = known_sets()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        groups = [("sample notes", SAMPLES, ["own"]), ("real notes", NOTES, ["dev", "sentences"])]
        for name, notes, sets in groups:
            if not notes.exists():
                continue
            of_topic = [each for part in sets for each in made[part](Path(folder)).questions]
            with opened(notes) as services:
                rows += _refused(services, name, of_topic)
        if LARGE.exists():
            asked = made["headings"](Path(folder))
            with opened(asked.notes) as services:
                rows += _refused(services, "llm-action", asked.questions)
        tiny, few = _tiny(Path(folder), made["own"](Path(folder)).questions)
        with opened(tiny) as services:
            rows += _refused(services, f"{_TINY} notes", few)
    return rows


def _tiny(folder: Path, questions: Sequence[Asked]) -> tuple[Path, list[Asked]]:
    """Return a folder of few notes, and the questions that they answer."""
    notes = sorted(path for path in SAMPLES.glob("*.md") if path.stat().st_size > 2_000)
    chosen = random.Random(2).sample(notes, _TINY)
    tiny = folder / "tiny"
    tiny.mkdir()
    texts = [path.read_text(encoding="utf-8") for path in chosen]
    for path, text in zip(chosen, texts, strict=True):
        (tiny / path.name).write_text(text, encoding="utf-8")
    held = [each for each in questions if any(q in text for q in each.quotes for text in texts)]
    return tiny, held


def _refused(
    services: Services, notes: str, of_topic: Sequence[Asked]
) -> list[tuple[str, str, int, float]]:
    rows = []
    for asked, questions in (("off the topic", off_topic(OFF_TOPIC)), ("on the topic", of_topic)):
        found = answered(services, questions, SearchSettings())
        share = sum(not each.on_topic for each in found) / len(found)
        rows.append((notes, asked, len(found), share))
    return rows


def of_speed() -> float:
    """Return below how many milliseconds 95 of 100 searches among many chunks stay."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.mkdir()
        sources = [path for root in (LARGE, NOTES, SAMPLES) for path in sorted(root.rglob("*.md"))]
        made = known_sets()["own"](Path(folder))
        with opened(notes) as services:
            for copy in count(1):
                for number, path in enumerate(sources):
                    text = path.read_bytes().decode("utf-8", "replace")
                    # Another word in each copy, so that no two chunks say the same.
                    text = text.replace("的", f"的{copy}号") if copy > 1 else text
                    (notes / f"{copy}-{number}.md").write_bytes(text.encode())
                services.sync().run()
                if services.catalog.totals().points >= _CHUNKS:
                    break
            answered(services, made.questions[:10], SearchSettings(), _SHOWN)
            found = answered(services, made.questions, SearchSettings(), _SHOWN)
            return at_most([each.ms for each in found])


if __name__ == "__main__":
    sys.exit(main())
