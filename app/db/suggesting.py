"""Which headings make good things to ask about; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from uuid import UUID

_SHORTEST, _LONGEST = 4, 40
"""Characters of a heading worth showing."""
_ASKING = ("?", "？", "如何", "怎么", "为什么", "什么", "how ", "why ", "what ", "when ")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to ask about: a heading, and the note it stands in."""

    heading: str
    note_id: UUID
    title: str


def suggested(
    titles: Mapping[UUID, str], headings: Iterable[tuple[UUID, tuple[str, ...]]], limit: int
) -> tuple[Suggestion, ...]:
    """Choose headings: one of each note, then a second of each, until there are enough.

    Inside a note, a heading that asks something comes before one that does not. A heading that
    only repeats the title, or stands in several notes, is shown once at most.

    Args:
        titles: The notes in the order they take turns.
        headings: The heading path of each chunk, in reading order.
        limit: Most suggestions.
    """
    by_note: dict[UUID, dict[str, None]] = {note_id: {} for note_id in titles}
    for note_id, path in headings:
        for heading in path:
            if _SHORTEST <= len(heading) <= _LONGEST and heading != titles[note_id]:
                by_note[note_id].setdefault(heading)
    rounds = zip_longest(
        *(
            [Suggestion(heading, note_id, titles[note_id]) for heading in _best_first(found)]
            for note_id, found in by_note.items()
        )
    )
    distinct: dict[str, Suggestion] = {}
    for suggestion in chain.from_iterable(rounds):
        if suggestion is not None:
            distinct.setdefault(suggestion.heading.casefold(), suggestion)
    return tuple(distinct.values())[: max(0, limit)]


def _best_first(headings: Iterable[str]) -> list[str]:
    return sorted(headings, key=lambda heading: not _asks(heading))


def _asks(heading: str) -> bool:
    lowered = heading.lower()
    return any(word in lowered for word in _ASKING)
