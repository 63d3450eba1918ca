"""The page that takes the notes in."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.page import page, progress
from app.routes.services import ServicesHere
from app.views import Syncing, sync_view

_RUNS = 20
router = APIRouter(include_in_schema=False)


@router.get("/sync")
def show(request: Request, services: ServicesHere) -> Response:
    """Show how the sync stands, its report and the earlier ones."""
    latest = services.syncs.latest
    running = latest.run if latest is not None and not latest.over else None
    syncing = Syncing(
        folder=services.notes_shown,
        runs=services.runs.latest(_RUNS),
        running=running,
        progress=progress(services),
    )
    return page(
        request, "sync.html", lambda texts, now: sync_view(texts, syncing, now), section="sync"
    )


@router.post("/sync")
def start(services: ServicesHere) -> Response:
    """Begin a sync, and show it."""
    services.syncs.start()
    return RedirectResponse("/sync", HTTPStatus.SEE_OTHER)


@router.post("/sync/{run}/cancel")
def cancel(services: ServicesHere, run: UUID) -> Response:
    """Ask a sync to stop, and show it."""
    services.syncs.cancel(run)
    return RedirectResponse("/sync", HTTPStatus.SEE_OTHER)
