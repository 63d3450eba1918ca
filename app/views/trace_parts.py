"""What a page says about a search beside its stages: terms, times, what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.rendering import label
from app.texts import Texts
from app.views.moments import count
from retrieval.trace import Term, Trace

_MOST_TERMS = 24


@dataclass(frozen=True, slots=True)
class TermView:
    """A term that was searched."""

    text: str
    weight: str
    share: float
    """Weight in 0..1 of the heaviest one's."""
    origin: str
    origin_name: str
    """Where it comes from, in words; empty when it was asked."""


@dataclass(frozen=True, slots=True)
class ChipView:
    """Something that was understood of the question."""

    text: str
    url: str = ""
    """The search without it; empty where it cannot be taken away."""


def term_views(texts: Texts, terms: Sequence[Term]) -> tuple[TermView, ...]:
    """Return the heaviest of the searched terms."""
    best = max((term.weight for term in terms), default=0.0) or 1.0
    return tuple(
        TermView(
            text=label(term.text),
            weight=f"{term.weight:.1f}",
            share=term.weight / best,
            origin=term.origin,
            origin_name=""
            if term.origin == "asked"
            else texts.either(f"lab.origin_{term.origin}", term.origin),
        )
        for term in terms[:_MOST_TERMS]
    )


def times(texts: Texts, trace: Trace) -> tuple[tuple[str, str], ...]:
    """Return how long each part of a search took, and all of it."""
    parts = [(texts("lab.time_reading"), trace.reading_ms)]
    parts += [(texts(f"lab.stage_{stage.stage.value}"), stage.ms) for stage in trace.stages]
    return tuple((name, in_ms(ms)) for name, ms in [*parts, (texts("lab.time_all"), trace.ms)])


def left_out(texts: Texts, trace: Trace) -> tuple[tuple[str, str], ...]:
    """Return why candidates were left out, and how many for each reason."""
    return tuple(
        (texts(f"lab.fate_{dropped.reason.value}"), count(dropped.count))
        for dropped in trace.dropped
    )


def in_ms(ms: float) -> str:
    """Write a short time."""
    return f"{ms:.1f} ms"
