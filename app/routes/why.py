"""Why an answer has these sources."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.db.trace_rows import TracedTurn
from app.missing import NoSuchTurnError, NoTraceError
from app.page import page
from app.replies import Problem
from app.routes.services import ServicesHere
from app.search_replies import TraceReply
from app.views.search_lab import ADDRESS
from app.views.why import why_view
from app.wiring import Services

pages = APIRouter(include_in_schema=False)
router = APIRouter(
    tags=["answers"],
    responses={404: {"model": Problem}, 422: {"model": Problem}, 503: {"model": Problem}},
)


@pages.get("/c/{conversation}/turns/{turn}/why")
def why(request: Request, services: ServicesHere, conversation: UUID, turn: UUID) -> Response:
    """Show how the sources of an answer were found."""
    stored = _turn(services, conversation, turn)
    stages = stored.trace.stages if stored.trace else ()
    live = services.traces.live({entry.chunk for stage in stages for entry in stage.entries})
    places = (_in_lab(stored), f"/c/{conversation}#t{turn.hex[:12]}")
    return page(
        request,
        "why.html",
        lambda texts, _: why_view(texts, stored, live, places),
        section="ask",
        current=conversation,
    )


@router.get("/api/conversations/{conversation}/turns/{turn}/trace")
def trace(services: ServicesHere, conversation: UUID, turn: UUID) -> TraceReply:
    """Tell how the sources of an answer were found; 404 when that was not kept."""
    stored = _turn(services, conversation, turn)
    if stored.trace is None:
        raise NoTraceError
    return TraceReply.of(stored.trace)


def _turn(services: Services, conversation: UUID, turn: UUID) -> TracedTurn:
    stored = services.traces.turn(conversation, turn)
    if stored is None:
        raise NoSuchTurnError
    return stored


def _in_lab(turn: TracedTurn) -> str:
    given = {"q": turn.question}
    if turn.trace and turn.trace.earlier:
        given["previous"] = turn.trace.earlier
    return f"{ADDRESS}?{urlencode(given, errors='replace')}"
