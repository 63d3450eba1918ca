"""The page that says how notes, index and backups stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.embedded import Embedded
from app.rendering import label
from app.texts import Texts
from app.views.moments import Moment, count, moment
from app.views.semantic import SemanticView, semantic_view
from retrieval.cross_rerank import ReadingSpeed

_SHOWN = 100
"""Mismatches that are listed."""


class Rebuilt(Protocol):
    """How a rebuild of the index stands; `app.rebuilding` has it."""

    @property
    def done(self) -> int:
        """Points written so far."""
        ...

    @property
    def total(self) -> int:
        """Points to write."""
        ...

    @property
    def running(self) -> bool:
        """Whether one goes on."""
        ...

    @property
    def incomplete(self) -> bool:
        """Whether searches find less until it is done."""
        ...

    @property
    def damage(self) -> str:
        """Why the index before was set aside, or empty."""
        ...

    @property
    def error(self) -> str:
        """Why it could not go on, or empty."""
        ...


class Found(Protocol):
    """One thing that does not fit."""

    @property
    def kind(self) -> str:
        """What sort it is."""
        ...

    @property
    def what(self) -> str:
        """A sentence without its full stop."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the home."""

    notes: int
    chunks: int
    points: int | None
    """Points that the index has; None when it cannot be read."""
    live: int
    """Points that there should be."""
    rebuild: Rebuilt
    backup: datetime | None
    """When the last automatic backup was made."""
    examined: bool = False
    mismatches: Sequence[Found] = ()
    embedded: Embedded = field(default_factory=Embedded)
    """How far the notes are embedded."""
    silence: str = ""
    """Why search by meaning finds nothing now; empty while it does."""
    reading: ReadingSpeed | None = None
    """How the cross-encoder is doing; None without one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A name and a figure."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MismatchRow:
    """One thing that does not fit, as it is listed."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """The page that says how everything stands."""

    lines: tuple[Line, ...]
    running: bool
    done: int
    total: int
    progress: str
    problem: str
    verdict: str
    """What an examination found; empty when none was asked for."""
    well: bool
    mismatches: tuple[MismatchRow, ...]
    more: str
    semantic: SemanticView
    reading_problem: str
    """Why the cross-encoder does not order what is found; empty when it does."""
    backup: Moment | None


def status_view(texts: Texts, standing: Standing, now: datetime) -> StatusView:
    """Arrange what is known of the home."""
    rebuild, found = standing.rebuild, standing.mismatches
    rest = len(found) - _SHOWN
    return StatusView(
        lines=(
            Line(texts("status.notes"), count(standing.notes)),
            Line(texts("status.chunks"), count(standing.chunks)),
            Line(texts("status.live"), count(standing.live)),
            Line(
                texts("status.points"), "?" if standing.points is None else count(standing.points)
            ),
            Line(texts("status.reranker"), _reranker(texts, standing.reading)),
        ),
        running=rebuild.running,
        done=rebuild.done,
        total=max(rebuild.total, 1),
        progress=texts("status.progress", done=count(rebuild.done), total=count(rebuild.total)),
        problem=label(rebuild.error),
        verdict=_verdict(texts, standing) if standing.examined else "",
        well=standing.examined and not found,
        mismatches=tuple(
            MismatchRow(label(each.kind), label(each.what)) for each in found[:_SHOWN]
        ),
        semantic=semantic_view(texts, standing.embedded, standing.silence),
        reading_problem=label(standing.reading.problem) if standing.reading else "",
        more=texts("status.more", n=rest) if rest > 0 else "",
        backup=None if standing.backup is None else moment(texts, standing.backup, now),
    )


def _reranker(texts: Texts, reading: ReadingSpeed | None) -> str:
    """Say what orders the passages that are found, and how fast it reads."""
    if reading is None or reading.problem:
        return texts("status.reranker_light")
    name = label(reading.model)
    if reading.passages_per_s is None:
        return texts("status.reranker_loading", name=name)
    return texts("status.reranker_reads", name=name, n=f"{reading.passages_per_s:.3g}")


def _verdict(texts: Texts, standing: Standing) -> str:
    if not standing.mismatches:
        return texts("status.well")
    return texts("status.unwell", n=len(standing.mismatches))


def warning(texts: Texts, rebuild: Rebuilt | None) -> str:
    """Return what every page says while searches may find less; empty when they find all."""
    if rebuild is None or not rebuild.incomplete:
        return ""
    share = rebuild.done * 100 // max(rebuild.total, 1)
    return texts("status.damaged" if rebuild.damage else "status.incomplete", share=share)
