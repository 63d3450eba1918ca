"""One evaluation, as its page shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.evaluation_replies import EvaluationReply, QuestionReply
from app.question_sets import OWN
from app.rendering import label, showable
from app.search_body import SearchSettingsBody
from app.search_form import SECOND
from app.texts import Texts
from app.views.evaluation_parts import (
    DifferenceView,
    TableView,
    difference_views,
    finer_table,
    found_table,
    kind_name,
    refused_table,
)
from app.views.judgement import lab_address
from app.views.moments import Moment, count, moment


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far an evaluation is."""

    title: str
    url: str
    document: str
    """Where a script asks how far it is."""
    cancel_url: str
    done: int
    total: int
    figures: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """How one question went."""

    question: str
    url: str
    """The search lab."""
    kind: str
    went: str
    first: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """Questions that went alike."""

    title: str
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """One evaluation."""

    title: str
    started: Moment
    settings: tuple[str, ...]
    """Of A, and of B."""
    speed: str
    problem: str
    running: ProgressView | None
    found: TableView | None
    finer: TableView | None
    refused: TableView | None
    differences: tuple[DifferenceView, ...]
    changes: tuple[GroupView, ...]
    """What went better, worse, or otherwise with B."""
    misses: tuple[GroupView, ...]
    """What was missed, not refused, or cannot be measured yet."""


def evaluation_view(texts: Texts, reply: EvaluationReply, now: datetime) -> EvaluationView:
    """Arrange one evaluation."""
    speed = reply.sides[-1] if reply.sides else None
    return EvaluationView(
        title=set_name(texts, reply.set),
        started=moment(texts, reply.started, now),
        settings=tuple(settings_line(texts, side.settings) for side in reply.sides),
        speed=texts("eval.speed", p50=speed.ms_p50, p95=speed.ms_p95) if speed else "",
        problem=_problem(texts, reply),
        running=progress_view(texts, reply) if reply.state == "running" else None,
        found=found_table(texts, reply),
        finer=finer_table(texts, reply),
        refused=refused_table(texts, reply),
        differences=difference_views(texts, reply),
        changes=tuple(_groups(texts, reply, _changes(reply))),
        misses=tuple(_groups(texts, reply, _misses(reply))),
    )


def set_name(texts: Texts, name: str) -> str:
    """Name a question set: those of the verdicts in the page's words."""
    return texts(f"eval.set_{name.replace('-', '_')}") if name in OWN else label(name)


def settings_line(texts: Texts, settings: SearchSettingsBody) -> str:
    """Write what a setting does otherwise than the program."""
    told = []
    for name, value in settings.named.items():
        said = texts("lab.on" if value else "lab.off") if isinstance(value, bool) else str(value)
        told.append(f"{texts.either(f'lab.set_{name}', name)} {said}")
    return " · ".join(told) or texts("eval.usual")


def progress_view(texts: Texts, reply: EvaluationReply) -> ProgressView:
    """Say how far an evaluation is."""
    return ProgressView(
        title=set_name(texts, reply.set),
        url=f"/eval/{reply.id}",
        document=f"/api/evaluations/{reply.id}",
        cancel_url=f"/eval/{reply.id}/cancel",
        done=reply.done,
        total=max(reply.total, 1),
        figures=texts("eval.progress", done=count(reply.done), total=count(reply.total)),
    )


def _problem(texts: Texts, reply: EvaluationReply) -> str:
    if reply.state == "failed":
        return f"{texts('eval.state_failed')}: {label(reply.error)}"
    return texts("eval.state_cancelled") if reply.state == "cancelled" else ""


def _changes(reply: EvaluationReply) -> dict[str, Sequence[int]]:
    return {"better": reply.better, "worse": reply.worse, "moved": reply.moved}


def _misses(reply: EvaluationReply) -> dict[str, Sequence[int]]:
    places = list(enumerate(reply.questions))
    return {
        "missed": [place for place, each in places if _missed(each)],
        "not_refused": [
            place for place, each in places if not each.answerable and not each.refused[-1]
        ],
        "unmarked": [place for place, each in places if each.open],
    }


def _groups(
    texts: Texts, reply: EvaluationReply, places: Mapping[str, Sequence[int]]
) -> Iterator[GroupView]:
    fields = _fields(reply)
    for name, found in places.items():
        if found:
            title = texts(f"eval.group_{name}", n=len(found))
            questions = (_question(texts, reply.questions[place], fields) for place in found)
            yield GroupView(title, tuple(questions))


def _missed(question: QuestionReply) -> bool:
    return question.answerable and not question.open and question.ranks[-1] is None


def _fields(reply: EvaluationReply) -> dict[str, str]:
    """Return the fields with which the search lab searches as the evaluation did."""
    found = {}
    for prefix, side in zip(("", SECOND), reply.sides, strict=False):
        for pair in side.settings.written.split():
            name, _, value = pair.partition("=")
            found[prefix + name] = value
    return found | ({"compare": "on"} if reply.sides[1:] else {})


def _question(texts: Texts, question: QuestionReply, fields: Mapping[str, str]) -> QuestionView:
    return QuestionView(
        question=showable(question.question),
        url=lab_address(question.question, question.previous, fields),
        kind=kind_name(texts, question.kind),
        went=" → ".join(_went(texts, question, side) for side in range(len(question.ranks))),
        first=label(question.first[-1]),
    )


def _went(texts: Texts, question: QuestionReply, side: int) -> str:
    refused = texts("eval.was_refused") if question.refused[side] else ""
    if not question.answerable:
        return refused or texts("eval.was_answered")
    rank = question.ranks[side]
    if question.open:
        return refused or "?"
    place = texts("eval.rank", n=rank) if rank else texts("eval.not_found")
    return f"{place}, {refused}" if refused else place
