"""What was understood of a question, and how to ask without it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.rendering import label
from app.texts import Texts
from retrieval.chip import Chip, ChipKind
from retrieval.query import Query, read_query
from retrieval.said_by import with_speakers


@dataclass(frozen=True, slots=True)
class ChipView:
    """A chip under a question."""

    kind: str
    text: str
    line: str
    """The question without it; empty when nothing would be left to ask."""
    without: str
    """What asking without it is called."""
    restricts: bool
    """Whether passages are left out because of it."""


@dataclass(frozen=True, slots=True)
class ChipsView:
    """The chips of one question."""

    chips: tuple[ChipView, ...] = ()
    searched: str = ""
    """The words that were searched."""
    wider: str = ""
    """The question without anything that leaves passages out; empty when that changes nothing."""


def chips_view(
    texts: Texts, question: str, asked: date, speakers: Collection[str] = ()
) -> ChipsView:
    """Read a question again as it was read when it was asked.

    Args:
        texts: The words of the page's language.
        question: As the reader wrote it.
        asked: The day of the question.
        speakers: Who speaks in the sources.
    """
    query = with_speakers(read_query(question, asked), lambda: speakers)
    chips = tuple(chip_view(texts, chip) for chip in query.chips)
    return ChipsView(chips, label(query.text), _wider(query))


def _wider(query: Query) -> str:
    wide = query.text.strip()
    return wide if query.restricted and wide and wide != query.line.strip() else ""


def chip_view(texts: Texts, chip: Chip) -> ChipView:
    """Say what a chip stands for."""
    value = label(chip.value)
    if chip.kind is ChipKind.KIND:
        value = texts(f"kind.{chip.value}")
    text = texts(f"chip.{chip.kind.value}", value=value, written=label(chip.written))
    return ChipView(
        kind=chip.kind.value,
        text=text,
        line=chip.line,
        without=texts("chip.remove", chip=text),
        restricts=chip.restricts,
    )
