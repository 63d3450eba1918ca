"""The JSON documents of evaluations, as the API sends them and the home keeps them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.measuring import Measured
from app.question_sets import SetSummary
from app.replies import Reply
from app.search_body import SearchSettingsBody
from retrieval.evaluation import Row
from retrieval.paired_bootstrap import Comparison, Difference, compare

State = Literal["running", "done", "cancelled", "failed"]


class RowReply(Reply):
    """Scores of one kind of question."""

    questions: int
    scores: Mapping[str, float]
    """By metric, each 0 to 1; of questions that should be refused, ``refused`` alone."""
    intervals: Mapping[str, tuple[float, float]]
    """95 % confidence interval of each score."""

    @classmethod
    def of(cls, row: Row) -> Self:
        """Describe a row."""
        return cls(
            questions=row.questions,
            scores={metric: round(score, 4) for metric, score in row.scores.items()},
            intervals={
                metric: (round(each.low, 4), round(each.high, 4))
                for metric, each in row.intervals.items()
            },
        )


class SideReply(Reply):
    """What one setting gave."""

    settings: SearchSettingsBody
    """What its searches did otherwise than the program."""
    rows: Mapping[str, RowReply]
    """By kind; ``all`` are the answerable questions, ``unanswerable`` those to be refused."""
    ms_p50: float
    ms_p95: float

    @classmethod
    def of(cls, side: Measured) -> Self:
        """Describe what was measured."""
        table = side.table
        return cls(
            settings=side.settings,
            rows={kind: RowReply.of(row) for kind, row in table.rows.items()},
            ms_p50=round(table.ms_median, 2),
            ms_p95=round(table.ms_p95, 2),
        )


class DifferenceReply(Reply):
    """What one metric gained, B against A."""

    before: float
    after: float
    difference: float
    low: float
    """Bounds of the difference, 95 % confidence, by paired bootstrap."""
    high: float
    above: float
    """Share of resamples in which B scores higher, 0 to 1."""

    @classmethod
    def of(cls, found: Difference) -> Self:
        """Describe a difference."""
        names = ("before", "after", "difference", "low", "high", "above")
        return cls(**{name: round(getattr(found, name), 4) for name in names})


class QuestionReply(Reply):
    """How one question went: under A, and under B where there are two settings."""

    id: str
    kind: str
    question: str
    previous: str
    answerable: bool
    open: bool
    """Whether nobody has said yet what answers it."""
    ranks: tuple[int | None, ...]
    """Passages needed to see the evidence; null when they do not show it, or none is known."""
    refused: tuple[bool, ...]
    first: tuple[str, ...]
    """Note and heading of the first passage."""


class EvaluationReply(Reply):
    """An evaluation: one setting on a question set, or two compared."""

    id: UUID
    set: str
    started: datetime
    state: State
    done: int
    """Questions searched so far, under both settings together."""
    total: int
    error: str = ""
    """Why it failed; empty when it did not."""
    sides: tuple[SideReply, ...] = ()
    """A, then B; empty until it is done."""
    differences: Mapping[str, DifferenceReply] = Field(default_factory=dict)
    """B against A by metric; empty with one setting."""
    questions: tuple[QuestionReply, ...] = ()
    better: tuple[int, ...] = ()
    """Positions in ``questions`` of those that B answers better, the largest gain first."""
    worse: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    """Open questions of which B finds other passages."""


class EvaluationSummary(Reply):
    """An evaluation as a list has it."""

    id: UUID
    set: str
    started: datetime
    state: State
    settings: tuple[SearchSettingsBody, ...]
    hit_at_8: tuple[float, ...]
    """Of all answerable questions, under A, then B; empty where there are none."""

    @classmethod
    def of(cls, reply: EvaluationReply) -> Self:
        """Shorten an evaluation."""
        rows = [side.rows["all"] for side in reply.sides if "all" in side.rows]
        return cls(
            id=reply.id,
            set=reply.set,
            started=reply.started,
            state=reply.state,
            settings=tuple(side.settings for side in reply.sides),
            hit_at_8=tuple(row.scores["hit@8"] for row in rows),
        )


class EvaluationsReply(Reply):
    """The evaluations that are kept, newest first."""

    evaluations: tuple[EvaluationSummary, ...]


class EvaluationRequest(BaseModel):
    """An evaluation to begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: str = Field(max_length=100)
    """Name of a question set."""
    a: SearchSettingsBody = SearchSettingsBody()
    """What its searches do otherwise than the program."""
    b: SearchSettingsBody | None = None
    """Settings to compare with; null measures A alone."""


class QuestionSetReply(Reply):
    """A question set."""

    name: str
    questions: int
    refusals: int
    """Questions whose right answer is a refusal."""
    open: int
    """Questions of which nobody has said yet what answers them."""
    problem: str
    """Why it cannot be used; empty when it can."""

    @classmethod
    def of(cls, summary: SetSummary) -> Self:
        """Describe a set."""
        return cls(
            name=summary.name,
            questions=summary.questions,
            refusals=summary.refusals,
            open=summary.open,
            problem=summary.problem,
        )


class QuestionSetsReply(Reply):
    """The question sets of the home."""

    sets: tuple[QuestionSetReply, ...]


class QuestionSetText(BaseModel):
    """The lines of a question set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    """One JSON object a line, with ``question`` and what answers it."""


def outcome(sides: Sequence[Measured]) -> dict[str, object]:
    """Return the fields of an evaluation that its one or two sides fill."""
    found: dict[str, object] = {
        "sides": tuple(SideReply.of(side) for side in sides),
        "questions": _questions(sides),
    }
    return found | _compared(compare(*(side.graded for side in sides)) if sides[1:] else None)


def _compared(comparison: Comparison | None) -> dict[str, object]:
    if comparison is None:
        return {}
    return {
        "differences": {
            metric: DifferenceReply.of(each) for metric, each in comparison.differences.items()
        },
        "better": comparison.better,
        "worse": comparison.worse,
        "moved": comparison.moved,
    }


def _questions(sides: Sequence[Measured]) -> tuple[QuestionReply, ...]:
    return tuple(
        QuestionReply(
            id=grade.expected.id,
            kind=grade.expected.kind,
            question=grade.expected.question,
            previous=grade.expected.previous,
            answerable=grade.expected.answerable,
            open=grade.expected.open,
            ranks=tuple(side.graded.grades[place].rank for side in sides),
            refused=tuple(side.graded.outcomes[place].refused for side in sides),
            first=tuple(side.places[place] for side in sides),
        )
        for place, grade in enumerate(sides[0].graded.grades)
    )
