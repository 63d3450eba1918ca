"""The part of the status page that says how far notes can be found by meaning."""

from dataclasses import dataclass

from app.embedded import Embedded
from app.rendering import label
from app.texts import Texts
from app.views.moments import count
from app.weighing import LanguageWeight

COMMAND = "footnote models list"
"""What turns search by meaning on."""
_MINUTE_S, _HOUR_S = 60, 3_600
_LONG = 2
"""Minutes or hours from which time is told in them."""


@dataclass(frozen=True, slots=True)
class SemanticLine:
    """A name and what it is."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SemanticView:
    """Search by meaning: off, or how far it is."""

    off: bool
    command: str
    lines: tuple[SemanticLine, ...]
    following: str
    """A sentence about the model that takes over; mostly empty."""
    running: bool
    done: int
    total: int
    progress: str
    lacking: bool
    """Whether something can be embedded now."""
    problem: str


def semantic_view(texts: Texts, now: Embedded, silence: str) -> SemanticView:
    """Arrange how far the notes are embedded.

    Args:
        texts: The page's words.
        now: How it stands.
        silence: Why search by meaning finds nothing now, or empty.
    """
    return SemanticView(
        off=not now.model and not now.error,
        command=COMMAND,
        lines=_lines(texts, now) if now.model else (),
        following=texts("semantic.following", model=now.following) if now.following else "",
        running=now.running and bool(now.total),
        done=now.done,
        total=max(now.total, 1),
        progress=_progress(texts, now),
        lacking=not now.running and bool(now.following or now.embedded < now.points),
        problem=label(now.error or silence),
    )


def _lines(texts: Texts, now: Embedded) -> tuple[SemanticLine, ...]:
    embedded = texts("semantic.of", embedded=count(now.embedded), points=count(now.points))
    return (
        SemanticLine(texts("semantic.model"), label(now.model)),
        SemanticLine(texts("semantic.embedded"), embedded),
        *(
            SemanticLine(texts(f"semantic.weight_{each.language}"), _weight(texts, each))
            for each in now.weighed.languages
        ),
    )


def _weight(texts: Texts, measured: LanguageWeight) -> str:
    """Say a weight and why it is what it is."""
    if not measured.lexical:
        return texts("semantic.unmeasured", weight=f"{measured.weight:g}", n=measured.queries)
    key = "semantic.gains" if measured.weight else "semantic.gains_nothing"
    return texts(
        key,
        weight=f"{measured.weight:g}",
        n=measured.reworded,
        lexical=f"{measured.reworded_lexical:.2f}",
        fused=f"{measured.reworded_fused:.2f}",
    )


def _progress(texts: Texts, now: Embedded) -> str:
    told = {"done": count(now.done), "total": count(now.total), "rate": f"{now.rate:.1f}"}
    if now.left_s is None:
        return texts("semantic.progress_first", **told)
    return texts("semantic.progress", left=_time(texts, now.left_s), **told)


def _time(texts: Texts, seconds: float) -> str:
    if seconds >= _LONG * _HOUR_S:
        return texts("semantic.hours", n=round(seconds / _HOUR_S))
    if seconds >= _LONG * _MINUTE_S:
        return texts("semantic.minutes", n=round(seconds / _MINUTE_S))
    return texts("semantic.seconds", n=round(seconds))
