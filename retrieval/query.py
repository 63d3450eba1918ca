"""A query line: the words that are searched, and what they are restricted to. Pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from retrieval.filters import Filters


class ChipKind(StrEnum):
    """What a chip stands for."""

    TAG = "tag"
    FOLDER = "folder"
    KIND = "kind"
    SPEAKER = "speaker"
    NOTE = "note"
    PHRASE = "phrase"
    WITHOUT = "without"
    TIME = "time"
    NEWEST = "newest"
    PARTS = "parts"


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


@dataclass(frozen=True, slots=True)
class Query:
    """A query line that was read."""

    line: str
    """As the reader wrote it."""
    text: str
    """What is searched: the line without its filters; empty when it holds nothing else."""
    filters: Filters = field(default_factory=Filters)
    phrases: tuple[str, ...] = ()
    """Each must stand in a passage, in any width, case and script."""
    without: tuple[str, ...] = ()
    """None may stand in a passage."""
    newest: bool = False
    """Whether the newest is asked for."""
    parts: tuple[str, ...] = ()
    """What a comparison compares, each searched on its own too; none or at least two."""
    chips: tuple[Chip, ...] = ()


def read_query(line: str, today: date) -> Query:
    """Read a query line.

    Args:
        line: As the reader wrote it.
        today: What time words such as 上周 count from.
    """
    del today
    return Query(line=line, text=line)
