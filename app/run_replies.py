"""The JSON documents that tell of syncs."""

from dataclasses import asdict
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.replies import Reply
from app.syncing import Moment
from ingest.planning import Plan
from ingest.report import Report


class SyncRequest(BaseModel):
    """How notes are taken in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    accept_deletions: bool = False
    """Take missing notes out however many they are."""


class FailureReply(Reply):
    """A note that could not be taken in."""

    path: str
    reason: str


class OmissionReply(Reply):
    """A stretch of a note that was left out of the index."""

    path: str
    start: int
    end: int
    reason: str


class ReportReply(Reply):
    """What a sync did."""

    notes: int
    added: int
    changed: int
    moved: int
    deleted: int
    unchanged: int
    failed: tuple[FailureReply, ...]
    chunks: int
    chunks_written: int
    embedded: int
    left_out: tuple[OmissionReply, ...]
    ms: int
    cancelled: bool = False
    reweighted: int = 0
    files: int | None = None
    searchable: int = 0
    orphans: int = 0
    held_back: tuple[str, ...] = ()
    passed_over: tuple[FailureReply, ...] = ()

    @classmethod
    def of(cls, report: Report) -> Self:
        """Describe a report."""
        return cls.model_validate(asdict(report))


class PlanReply(Reply):
    """What a sync would do: paths relative to the notes folder."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    deleted: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[FailureReply, ...]
    held_back: tuple[str, ...] = ()
    passed_over: tuple[FailureReply, ...] = ()

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Describe a plan."""
        touched = tuple(found.path for _, found in plan.touched)
        return cls(
            added=tuple(step.found.path for step in plan.added),
            changed=tuple(step.found.path for step in plan.changed),
            moved=tuple(step.found.path for step in plan.moved),
            deleted=tuple(note.path for note in plan.deleted),
            unchanged=tuple(note.path for note in plan.unchanged) + touched,
            held_back=tuple(note.path for note in plan.held_back),
            passed_over=tuple(
                FailureReply(path=each.path, reason=each.reason) for each in plan.passed_over
            ),
            failed=tuple(FailureReply.model_validate(asdict(each)) for each in plan.failed),
        )


class ProgressReply(Reply):
    """How far a sync is."""

    done: int
    total: int
    chunks: int
    path: str


class RunReply(Reply):
    """A sync: going on, or over."""

    run: UUID
    state: Literal["running", "done", "failed", "cancelled", "interrupted"]
    progress: ProgressReply | None = None
    report: ReportReply | None = None
    error: str = ""

    @classmethod
    def going(cls, moment: Moment) -> Self:
        """Describe a run that goes on."""
        at = moment.progress
        progress = None if at is None else ProgressReply.model_validate(asdict(at))
        return cls(run=moment.run, state="running", progress=progress)

    @classmethod
    def of(
        cls,
        run: UUID,
        state: Literal["running", "done", "failed", "cancelled", "interrupted"],
        report: Report | None,
        error: str,
    ) -> Self:
        """Describe a run as it is remembered."""
        described = None if report is None else ReportReply.of(report)
        return cls(run=run, state=state, report=described, error=error)


class StartedReply(Reply):
    """A sync that goes on."""

    run: UUID
