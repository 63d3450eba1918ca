"""Files, catalogue and index compared, and the index rebuilt, as the API does it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body

from app.examination import ExaminationReply, ExaminationRequest, examine
from app.rebuild_replies import RebuildReply
from app.replies import Problem
from app.routes.services import ServicesHere

router = APIRouter(prefix="/api", tags=["status"], responses={503: {"model": Problem}})


@router.get("/doctor")
def compared(services: ServicesHere) -> ExaminationReply:
    """Say where files, catalogue and index differ; waits for a sync to end."""
    return examine(services, fix=False)


@router.post("/doctor")
def mended(
    services: ServicesHere,
    request: Annotated[ExaminationRequest, Body(default_factory=ExaminationRequest)],
) -> ExaminationReply:
    """Mend what differs, then compare again."""
    return examine(services, fix=request.fix, accept_deletions=request.accept_deletions)


@router.get("/index")
def standing(services: ServicesHere) -> RebuildReply:
    """Say how a rebuild of the index stands."""
    return RebuildReply.of(services.rebuilding.now)


@router.post("/index", status_code=HTTPStatus.ACCEPTED)
def rebuild(services: ServicesHere) -> RebuildReply:
    """Build a second index beside the one in use, then use that; searches go on meanwhile."""
    services.rebuilding.start(services.syncs.alone, services.rebuilding.beside)
    return RebuildReply.of(services.rebuilding.now)


@router.post("/index/cancel", status_code=HTTPStatus.ACCEPTED)
def cancel(services: ServicesHere) -> RebuildReply:
    """Stop the rebuild that goes on; the index is then the one it was."""
    services.rebuilding.cancel()
    return RebuildReply.of(services.rebuilding.now)
