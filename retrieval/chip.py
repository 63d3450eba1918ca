"""What was understood of a query line, as the page shows it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from retrieval.span import Span


class ChipKind(StrEnum):
    """What a chip stands for."""

    TAG = "tag"
    FOLDER = "folder"
    KIND = "kind"
    SPEAKER = "speaker"
    NOTE = "note"
    AFTER = "after"
    BEFORE = "before"
    PHRASE = "phrase"
    WITHOUT = "without"
    UNREAD = "unread"
    """Looks like a filter and is none: its words are searched."""
    TIME = "time"
    NEWEST = "newest"
    SAID_BY = "said_by"
    PARTS = "parts"


RESTRICTING = frozenset(
    {
        ChipKind.TAG,
        ChipKind.FOLDER,
        ChipKind.KIND,
        ChipKind.SPEAKER,
        ChipKind.NOTE,
        ChipKind.AFTER,
        ChipKind.BEFORE,
        ChipKind.PHRASE,
        ChipKind.WITHOUT,
    }
)
"""Chips that leave passages out; the others only prefer some."""


_LEFT_OVER = ",;，；、。"
"""What may stand first when the words before it are gone."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was understood of the line, as the page shows it."""

    kind: ChipKind
    value: str
    """In words: a name, or dates such as ``2024-03-01 – 2024-03-31``."""
    written: str
    """The words of the line that say so."""
    line: str
    """The line without it: what is asked when the reader takes the chip away."""

    @property
    def restricts(self) -> bool:
        """Whether passages are left out because of it."""
        return self.kind in RESTRICTING


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch, or several, of a query line that mean one thing together."""

    kind: ChipKind
    value: str
    places: tuple[Span, ...]
    """Where it is written, in order; at least one."""


def chips_of(line: str, marks: Iterable[Mark]) -> tuple[Chip, ...]:
    """Return the chips of a line's marks, in the order in which they are written."""
    ordered = sorted(marks, key=lambda mark: mark.places[0].start)
    return tuple(
        Chip(mark.kind, mark.value, mark.places[0].of(line), without(line, mark.places))
        for mark in ordered
    )


def without(line: str, places: Iterable[Span]) -> str:
    """Return ``line`` without some stretches; what stood apart stays apart."""
    for place in sorted(places, key=lambda each: -each.start):
        before, after = line[: place.start].rstrip(), line[place.end :].lstrip()
        line = before + _seam(line, place, before, after) + after
    return line.strip().lstrip(_LEFT_OVER).lstrip()


def _seam(line: str, place: Span, before: str, after: str) -> str:
    if not before or not after:
        return ""
    spaced = line[place.start - 1].isspace() or line[place.end].isspace()
    latin = before[-1].isascii() and after[0].isascii()
    return " " if spaced or latin else ""
