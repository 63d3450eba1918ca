"""Two settings side by side: what each brings first, and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.texts import Texts
from app.views.stages import PassageView
from retrieval.trace import Ranked, Stage, Trace


@dataclass(frozen=True, slots=True)
class ComparedView:
    """A passage of one side, and where the other side has it."""

    passage: PassageView
    group: str
    """The same on both sides."""
    rank: int
    move: str
    """An arrow with a number, ``=``, or ``+`` when only this side has it."""
    moved: str
    """The same in words."""
    direction: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """What two settings bring."""

    summary: str
    first: tuple[ComparedView, ...]
    second: tuple[ComparedView, ...]


def comparison_view(
    texts: Texts,
    traces: tuple[Trace, Trace],
    passages: tuple[tuple[PassageView, ...], tuple[PassageView, ...]],
) -> ComparisonView:
    """Set the passages of two searches side by side."""
    sides = tuple(_final(trace) for trace in traces)
    places = tuple(_places(side) for side in sides)
    first = _side(texts, passages[0], sides[0], places[1], "A")
    second = _side(texts, passages[1], sides[1], places[0], "B")
    return ComparisonView(_summary(texts, first, second), first, second)


def _final(trace: Trace) -> tuple[Ranked, ...]:
    return next((stage.entries for stage in trace.stages if stage.stage is Stage.FINAL), ())


def _places(entries: tuple[Ranked, ...]) -> Mapping[UUID, int]:
    """Return in which passage each candidate ended."""
    inside = {chunk: place for place, entry in enumerate(entries, 1) for chunk in entry.joined}
    return inside | {entry.chunk: place for place, entry in enumerate(entries, 1)}


def _side(
    texts: Texts,
    passages: tuple[PassageView, ...],
    entries: tuple[Ranked, ...],
    others: Mapping[UUID, int],
    letter: str,
) -> tuple[ComparedView, ...]:
    found = []
    for rank, (passage, entry) in enumerate(zip(passages, entries, strict=True), 1):
        chunks = (entry.chunk, *entry.joined)
        other = next((others[chunk] for chunk in chunks if chunk in others), None)
        move, moved, direction = _move(texts, rank, other, letter)
        group = f"a{other}" if letter == "B" and other else f"{letter.lower()}{rank}"
        found.append(ComparedView(passage, f"x{group}", rank, move, moved, direction))
    return tuple(found)


def _move(texts: Texts, rank: int, other: int | None, letter: str) -> tuple[str, str, str]:
    if other is None:
        return "+", texts("lab.only", side=letter), "new"
    if other == rank:
        return "=", texts("lab.same_place"), ""
    against = texts("lab.other_place", side="AB".replace(letter, ""), rank=other)
    return (
        (f"↑{other - rank}", against, "up")
        if other > rank
        else (f"↓{rank - other}", against, "down")
    )


def _summary(
    texts: Texts, first: tuple[ComparedView, ...], second: tuple[ComparedView, ...]
) -> str:
    new = sum(each.direction == "new" for each in second)
    gone = sum(each.direction == "new" for each in first)
    moved = sum(each.direction in {"up", "down"} for each in second)
    if not new + gone + moved:
        return texts("lab.nothing_differs")
    return texts("lab.differs", new=new, gone=gone, moved=moved)
