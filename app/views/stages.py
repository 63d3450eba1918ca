"""What each stage of a search had, side by side, and what became of each candidate."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from uuid import UUID

from app.db.trace_rows import TracedChunk
from app.rendering import label, note_address
from app.texts import Texts
from app.views.excerpts import Segment, words
from app.views.glimpse import glimpse
from app.views.moments import written
from app.views.trace_parts import TermView, in_ms, term_views
from retrieval.lexical import content_terms
from retrieval.trace import Ranked, Reason, Stage, StageTrace, Trace

SHOWN = 10
"""Candidates of a stage that are listed; the others are folded."""
_HUNDREDS = 100
_LEGS = (Stage.LEXICAL, Stage.SEMANTIC)


@dataclass(frozen=True, slots=True)
class StepView:
    """Where a passage stood in one stage."""

    name: str
    rank: str
    """A dash when the stage did not have it, ``>20`` when it may stand behind the best 20."""
    score: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate as one stage had it."""

    group: str
    """The same for all candidates that ended in one passage."""
    rank: int
    score: str
    share: float
    """Score in 0..1 of the stage's best."""
    move: str
    """An arrow with a number, ``=`` or ``+``; empty in a first stage."""
    moved: str
    """The same in words."""
    direction: str
    """``up``, ``down``, ``new`` or nothing."""
    title: str
    heading: str
    about: str
    words: tuple[Segment, ...]
    """The words that say most, with what was searched marked; none when they are gone."""
    url: str
    """Empty when it is gone."""
    end: str
    """Where it ended: the number of a passage, with ``∈`` when a better hit leads that one."""
    fate: str
    """The same in words."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One stage."""

    stage: str
    name: str
    about: str
    figures: str
    """How many candidates it had, and how long it took."""
    listed: tuple[CandidateView, ...]
    folded: tuple[CandidateView, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that went out, with why."""

    candidate: CandidateView
    steps: tuple[StepView, ...]
    found: tuple[TermView, ...]
    """The searched terms that stand in it, heaviest first."""
    absent: str
    """The asked terms that do not, in words; empty when all do."""
    coverage: int
    """Share of the asked terms' weight that stands in it, in percent."""
    joined: str
    """How many further candidates it holds, in words."""
    chunk: str
    """Id of the candidate that leads it."""


class Staged:
    """The candidates of one trace, ready to be set in columns."""

    def __init__(
        self, texts: Texts, trace: Trace, live: Mapping[UUID, TracedChunk], number: str = ""
    ) -> None:
        """Set ``trace``; ``live`` holds its candidates that still exist, ``number`` names it."""
        self._texts = texts
        self._trace = trace
        self._live = live
        self._number = number
        self._stages = {stage.stage: stage for stage in trace.stages}
        self._ranks = {
            stage.stage: {entry.chunk: rank for rank, entry in enumerate(stage.entries, 1)}
            for stage in trace.stages
        }
        self._weights = {term.text: term.weight for term in trace.terms}
        final = self._stages.get(Stage.FINAL)
        self._final = final.entries if final else ()
        self._ends = {entry.chunk: place for place, entry in enumerate(self._final, 1)}
        self._inside = {
            chunk: place for place, entry in enumerate(self._final, 1) for chunk in entry.joined
        }
        self._reasons = {
            chunk: dropped.reason for dropped in trace.dropped for chunk in dropped.chunks
        }

    def columns(self) -> tuple[ColumnView, ...]:
        """Return the stages in order."""
        return tuple(map(self._column, self._trace.stages))

    def passages(self) -> tuple[PassageView, ...]:
        """Return what went out, best first, with why."""
        return tuple(map(self._passage, self._final))

    @cached_property
    def terms(self) -> tuple[TermView, ...]:
        """The searched terms, heaviest first."""
        return term_views(self._texts, self._trace.terms)

    def _column(self, stage: StageTrace) -> ColumnView:
        best = max((abs(entry.score) for entry in stage.entries), default=0.0) or 1.0
        entries = [
            self._candidate(stage.stage, rank, entry, best)
            for rank, entry in enumerate(stage.entries, 1)
        ]
        texts, name = self._texts, stage.stage.value
        shown = len(entries) if stage.stage is Stage.FINAL else SHOWN
        about = texts(f"lab.about_{name}", reranker=self._trace.reranker)
        figures = texts("lab.figures", n=stage.count or len(entries), ms=in_ms(stage.ms))
        return ColumnView(
            stage=name,
            name=texts(f"lab.stage_{name}"),
            about=about,
            figures=figures,
            listed=tuple(entries[:shown]),
            folded=tuple(entries[shown:]),
        )

    def _candidate(self, stage: Stage, rank: int, entry: Ranked, best: float) -> CandidateView:
        live = self._live.get(entry.chunk)
        place = self._ends.get(entry.chunk) or self._inside.get(entry.chunk)
        move, moved, direction = self._move(stage, rank, entry.chunk)
        title = _title(live, entry)
        inside = entry.chunk in self._inside
        return CandidateView(
            group=f"{self._number}p{place}" if place else f"{self._number}c{entry.chunk.hex[:12]}",
            rank=rank,
            score=_score(entry.score),
            share=max(0.0, min(1.0, entry.score / best)),
            move=move,
            moved=moved,
            direction=direction,
            title=title,
            heading=_heading(entry.heading, title),
            about=_about(live),
            words=glimpse(live.chunk.text, self._weights) if live else (),
            url=_address(live, entry, final=stage is Stage.FINAL),
            end=f"{'∈' if inside else '→'}{place}" if place else "×",
            fate=self._fate(entry.chunk, place, inside=inside),
        )

    def _fate(self, chunk: UUID, place: int | None, *, inside: bool) -> str:
        if place:
            return self._texts("lab.inside" if inside else "lab.became", n=place)
        reason = self._reasons.get(chunk, Reason.BEYOND)
        return self._texts(f"lab.fate_{reason.value}")

    def _move(self, stage: Stage, rank: int, chunk: UUID) -> tuple[str, str, str]:
        texts = self._texts
        if stage in _LEGS:
            return "", "", ""
        if stage is Stage.FUSED and Stage.SEMANTIC in self._ranks:
            ranks = [(leg, self._ranks.get(leg, {}).get(chunk)) for leg in _LEGS]
            told = [f"{texts(f'lab.short_{leg.value}')} {place or '–'}" for leg, place in ranks]
            return " · ".join(told), texts("lab.ranks_before"), ""
        before = self._before(stage).get(chunk)
        if before is None:
            return "+", texts("lab.moved_new"), "new"
        if before == rank:
            return "=", texts("lab.moved_not"), ""
        if before > rank:
            return f"↑{before - rank}", texts("lab.moved_up", n=before - rank, rank=before), "up"
        return f"↓{rank - before}", texts("lab.moved_down", n=rank - before, rank=before), "down"

    def _before(self, stage: Stage) -> Mapping[UUID, int]:
        order = [each.stage for each in self._trace.stages]
        place = order.index(stage)
        return self._ranks[order[place - 1]] if place else {}

    def _passage(self, entry: Ranked) -> PassageView:
        candidate = self._candidate(Stage.FINAL, self._ends[entry.chunk], entry, 1.0)
        live = self._live.get(entry.chunk)
        inside = set(content_terms(live.chunk.indexed_text)) if live else set()
        asked = [term for term in self._trace.terms if term.origin == "asked"]
        whole = sum(term.weight for term in asked)
        held = sum(term.weight for term in asked if term.text in inside)
        absent = [term.text for term in asked if term.text not in inside] if live else []
        return PassageView(
            candidate=candidate,
            steps=tuple(self._step(stage, entry.chunk) for stage in self._trace.stages),
            found=tuple(view for view in self.terms if view.text in inside),
            absent="、".join(map(label, absent)),
            coverage=round(_HUNDREDS * held / whole) if whole else 0,
            joined=self._texts("lab.joined", n=len(entry.joined)) if entry.joined else "",
            chunk=str(entry.chunk),
        )

    def _step(self, stage: StageTrace, chunk: UUID) -> StepView:
        rank = self._ranks[stage.stage].get(chunk)
        name = self._texts(f"lab.short_{stage.stage.value}")
        if rank is None:
            beyond = stage.count > len(stage.entries)
            return StepView(name, f">{len(stage.entries)}" if beyond else "–", "")
        return StepView(name, str(rank), _score(stage.entries[rank - 1].score))


def _title(live: TracedChunk | None, entry: Ranked) -> str:
    if live is not None:
        return label(live.title) or label(live.path)
    return label(PurePosixPath(entry.path).stem) or "?"


def _heading(heading: str, title: str) -> str:
    parts = [words(part) for part in heading.split(" › ") if part]
    return " › ".join(parts[1:] if parts and parts[0] == title else parts)


def _about(live: TracedChunk | None) -> str:
    if live is None:
        return ""
    speakers = "、".join(label(name) for name in live.chunk.speakers[:2])
    return " · ".join(filter(None, (speakers, written(label(live.chunk.when)))))


def _address(live: TracedChunk | None, entry: Ranked, *, final: bool) -> str:
    if live is None:
        return ""
    if final and live.chunk.span.start >= entry.start and live.chunk.span.end <= entry.end:
        return note_address(entry.note, entry.start, entry.end)
    return note_address(entry.note, live.chunk.span.start, live.chunk.span.end)


def _score(score: float) -> str:
    return f"{score:.1f}" if abs(score) >= 10 else f"{score:.2f}"  # noqa: PLR2004 - three digits
