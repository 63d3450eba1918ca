"""Question sets asked of the real thing: a home with its database and index, filled by a sync."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from app.wiring import Services, build
from retrieval.search_settings import SearchSettings
from tests.evaluation.asked import Asked, rank

DEPTH = 20
"""Passages that are looked at."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one search gave."""

    rank: int | None
    on_topic: bool
    ms: float


@contextmanager
def opened(notes: Path) -> Iterator[Services]:
    """Take the notes of a folder into a home that is thrown away afterwards."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), notes=(notes,), watch=False)
        with build(settings) as services:
            services.dictionary.warm()
            services.sync().run()
            yield services


def answered(
    services: Services, questions: Sequence[Asked], settings: SearchSettings, depth: int = DEPTH
) -> list[Answered]:
    """Ask every question for ``depth`` passages."""
    found = []
    for each in questions:
        result = services.searcher.retrieve(
            each.question, depth, previous=each.previous, settings=settings
        )
        place = rank(each, result.passages) if each.answerable else None
        found.append(Answered(place, result.on_topic, result.ms))
    return found
