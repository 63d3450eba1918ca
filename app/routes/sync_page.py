"""The page that takes the notes in."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.forms import FormHere
from app.missing import NoNotesFolderError
from app.page import page, progress
from app.routes.services import ServicesHere
from app.views import Syncing, sync_view
from app.wiring import Services
from ingest.planning import Plan
from ingest.source import NotesFolderError

_RUNS = 20
Preview = Annotated[str, Query(max_length=10)]
router = APIRouter(include_in_schema=False)


@router.get("/sync")
def show(request: Request, services: ServicesHere, preview: Preview = "") -> Response:
    """Show how the sync stands, its report and the earlier ones; on request, what it would do."""
    plan, problem = _plan(services) if preview else (None, "")
    latest = services.syncs.latest
    running = latest.run if latest is not None and not latest.over else None
    syncing = Syncing(
        folder=services.notes_shown,
        runs=services.runs.latest(_RUNS),
        running=running,
        progress=progress(services),
        plan=plan,
        problem=problem,
        watching=services.settings.watch,
    )
    return page(
        request, "sync.html", lambda texts, now: sync_view(texts, syncing, now), section="sync"
    )


def _plan(services: Services) -> tuple[Plan | None, str]:
    try:
        return services.sync().plan(), ""
    except (NotesFolderError, NoNotesFolderError) as error:
        return None, str(error)


@router.post("/sync")
def start(services: ServicesHere, form: FormHere) -> Response:
    """Begin a sync, and show it."""
    services.syncs.start(accept_deletions=bool(form["accept_deletions"]))
    return RedirectResponse("/sync", HTTPStatus.SEE_OTHER)


@router.post("/sync/{run}/cancel")
def cancel(services: ServicesHere, run: UUID) -> Response:
    """Ask a sync to stop, and show it."""
    services.syncs.cancel(run)
    return RedirectResponse("/sync", HTTPStatus.SEE_OTHER)
