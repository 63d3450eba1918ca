"""The page of question sets and of all evaluations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from app.evaluation_replies import EvaluationReply
from app.question_sets import OWN, SetSummary
from app.rendering import label, showable
from app.search_body import MOST_CANDIDATES, MOST_OF_ONE_NOTE
from app.search_form import SECOND
from app.texts import Texts
from app.views.evaluation import ProgressView, progress_view, set_name, settings_line
from app.views.evaluation_parts import score
from app.views.moments import Moment, moment
from retrieval.evaluation import ALL, REFUSED, UNANSWERABLE
from retrieval.search_settings import SearchSettings

_NUMBERS = {
    "candidates": ("1", str(MOST_CANDIDATES), "1"),
    "per_note": ("1", str(MOST_OF_ONE_NOTE), "1"),
    "threshold": ("0", "100", "any"),
    "semantic_weight": ("0", "1", "any"),
}
_SWITCHES = ("semantic", "rerank", "translations", "synonyms", "links")
FIELDS = (*_NUMBERS, *_SWITCHES)
"""The settings that the page offers."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the page of all evaluations shows."""

    sets: Sequence[SetSummary]
    evaluations: Sequence[EvaluationReply]
    """Newest first, the one that goes on before them."""
    usual: SearchSettings
    """The settings of a search that brings none."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The fields as they were filled in, after they were refused."""
    problem: str = ""
    """Why they were refused."""


@dataclass(frozen=True, slots=True)
class SetView:
    """A question set."""

    name: str
    title: str
    about: str
    problem: str
    chosen: bool
    usable: bool
    own: bool
    """Whether it comes of the reader's verdicts."""
    file_url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A setting that can be filled in."""

    name: str
    label: str
    value: str
    usual: str
    limits: tuple[str, str, str] = ("", "", "")
    switch: bool = False


@dataclass(frozen=True, slots=True)
class RunLine:
    """An evaluation in the list."""

    url: str
    title: str
    started: Moment
    settings: str
    result: str
    state: str


@dataclass(frozen=True, slots=True)
class BenchView:
    """The page of question sets and evaluations."""

    problem: str
    sets: tuple[SetView, ...]
    empty: bool
    """Whether no set holds a question yet."""
    sides: tuple[tuple[FieldView, ...], tuple[FieldView, ...]]
    compared: bool
    running: ProgressView | None
    runs: tuple[RunLine, ...]
    name: str
    text: str
    """Name and lines of a set that was refused."""


def bench_view(texts: Texts, bench: Bench, now: datetime) -> BenchView:
    """Arrange question sets, the form that begins an evaluation, and what there was."""
    usable = [each for each in bench.sets if each.questions]
    chosen = bench.given.get("set") or (usable[0].name if usable else "")
    going = next((each for each in bench.evaluations if each.state == "running"), None)
    return BenchView(
        problem=bench.problem,
        sets=tuple(_set(texts, each, chosen) for each in bench.sets),
        empty=not usable,
        sides=(_side(texts, bench, ""), _side(texts, bench, SECOND)),
        compared=bool(bench.given.get("compare")),
        running=None if going is None else progress_view(texts, going),
        runs=tuple(_run(texts, each, now) for each in bench.evaluations if each.state != "running"),
        name=label(bench.given.get("name", "")),
        text=showable(bench.given.get("text", "")),
    )


def _set(texts: Texts, summary: SetSummary, chosen: str) -> SetView:
    parts = [texts("eval.questions", n=summary.questions)]
    if summary.refusals:
        parts.append(texts("eval.to_refuse", n=summary.refusals))
    if summary.open:
        parts.append(texts("eval.open", n=summary.open))
    return SetView(
        name=summary.name,
        title=set_name(texts, summary.name),
        about="" if summary.problem else " · ".join(parts),
        problem=label(summary.problem),
        chosen=summary.name == chosen,
        usable=summary.questions > 0,
        own=summary.name in OWN,
        file_url=f"/api/question-sets/{quote(summary.name)}",
        remove_url="" if summary.name in OWN else f"/eval/sets/{quote(summary.name)}/remove",
    )


def _side(texts: Texts, bench: Bench, prefix: str) -> tuple[FieldView, ...]:
    return tuple(
        FieldView(
            name=prefix + name,
            label=texts(f"lab.set_{name}"),
            value=label(bench.given.get(prefix + name, "")),
            usual=_usual(texts, getattr(bench.usual, name)),
            limits=_NUMBERS.get(name, ("", "", "")),
            switch=name in _SWITCHES,
        )
        for name in FIELDS
    )


def _usual(texts: Texts, value: object) -> str:
    if value is None:
        return texts("lab.measured")
    if isinstance(value, bool):
        return texts("lab.on" if value else "lab.off")
    return f"{value:g}"


def _run(texts: Texts, reply: EvaluationReply, now: datetime) -> RunLine:
    settings = " → ".join(settings_line(texts, side.settings) for side in reply.sides)
    return RunLine(
        url=f"/eval/{reply.id}",
        title=set_name(texts, reply.set),
        started=moment(texts, reply.started, now),
        settings=settings,
        result=_result(texts, reply),
        state="" if reply.state == "done" else texts(f"eval.state_{reply.state}"),
    )


def _result(texts: Texts, reply: EvaluationReply) -> str:
    """Say in one figure what was found, or refused where nothing is to be found."""
    for kind, metric, name in (
        (ALL, "hit@8", "hit@8"),
        (UNANSWERABLE, REFUSED, texts("eval.refused")),
    ):
        shares = [
            score(side.rows[kind].scores[metric]) for side in reply.sides if kind in side.rows
        ]
        if shares:
            return f"{name} {' → '.join(shares)}"
    return ""
