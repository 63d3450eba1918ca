"""Taking the notes in, as the API does it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response

from app.event_stream import EventStream
from app.events import ended_frames, run_frames
from app.missing import NoNotesFolderError, NoSuchRunError
from app.replies import Problem
from app.routes.ask import EVENTS
from app.routes.services import ServicesHere
from app.run_replies import PlanReply, RunReply, StartedReply, SyncRequest
from app.wiring import Services

router = APIRouter(
    prefix="/api/ingest",
    tags=["sync"],
    responses={
        404: {"model": Problem},
        409: {"model": Problem},
        422: {"model": Problem},
        503: {"model": Problem},
    },
)


@router.post("", status_code=HTTPStatus.ACCEPTED)
def start(services: ServicesHere, wanted: SyncRequest | None = None) -> StartedReply:
    """Begin a sync; while one goes on, its run is returned."""
    if not services.notes_folders:
        raise NoNotesFolderError
    return StartedReply(
        run=services.syncs.start(accept_deletions=wanted is not None and wanted.accept_deletions)
    )


@router.get("/plan")
def plan(services: ServicesHere, *, accept_deletions: bool = False) -> PlanReply:
    """Say what a sync would do, and do nothing."""
    return PlanReply.of(services.sync().plan(accept_deletions=accept_deletions))


@router.get(
    "/{run}",
    response_model=RunReply,
    responses={
        200: {
            "content": {EVENTS: {"schema": {"type": "string"}}},
            "description": (
                "How the sync stands; with `Accept: text/event-stream` as events: `progress` "
                "until `done` or `error`."
            ),
        }
    },
)
def follow(
    services: ServicesHere,
    run: UUID,
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """Say how a sync stands."""
    reply = run_reply(services, run)
    if EVENTS in accept.lower():
        known = services.syncs.at(run) is not None
        return EventStream(run_frames(services.syncs.follow(run)) if known else ended_frames(reply))
    return JSONResponse(reply.model_dump(mode="json"))


@router.post("/{run}/cancel", status_code=HTTPStatus.ACCEPTED)
def cancel(services: ServicesHere, run: UUID) -> RunReply:
    """Ask a sync to stop after the note it is at; one that is over stays as it is."""
    services.syncs.cancel(run)
    return run_reply(services, run)


def run_reply(services: Services, run: UUID) -> RunReply:
    """Return how a run stands, as this program or the catalogue knows it.

    Raises:
        NoSuchRunError: Neither does.
    """
    moment = services.syncs.at(run)
    if moment is not None and not moment.over:
        return RunReply.going(moment)
    stored = services.runs.get(run)
    if stored is None:
        raise NoSuchRunError
    return RunReply.of(stored.id, stored.state.value, stored.report, stored.error)
