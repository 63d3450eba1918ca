"""The page that says how notes, index and backups stand."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.examination import examine
from app.page import page
from app.routes.services import ServicesHere
from app.views.status import Standing, status_view
from app.wiring import Services
from retrieval.index import IndexUnusableError

Examined = Annotated[str, Query(alias="examine", max_length=10)]
router = APIRouter(include_in_schema=False, prefix="/status")


@router.get("")
def show(request: Request, services: ServicesHere, wanted: Examined = "") -> Response:
    """Show how everything stands; on request, compare all of it first."""
    found = examine(services, fix=False) if wanted else None
    totals = services.catalog.totals()
    standing = Standing(
        notes=totals.notes,
        chunks=totals.chunks,
        points=_points(services),
        live=totals.points,
        rebuild=services.rebuilding.now,
        backup=services.backups.latest,
        examined=found is not None,
        mismatches=() if found is None else found.mismatches,
        embedded=services.embedding.now,
        silence=services.embedding.leg.silence,
        reading=services.reranking.now,
    )
    return page(
        request,
        "status.html",
        lambda texts, now: status_view(texts, standing, now),
        section="sync",
    )


def _points(services: Services) -> int | None:
    try:
        return services.index.count()
    except IndexUnusableError:
        return None  # the page on which it is rebuilt must still be drawn


@router.post("/rebuild")
def rebuild(services: ServicesHere) -> Response:
    """Build the index anew beside the one in use, and show how far it is."""
    services.rebuilding.start(services.syncs.alone, services.rebuilding.beside)
    return RedirectResponse("/status", HTTPStatus.SEE_OTHER)


@router.post("/cancel")
def cancel(services: ServicesHere) -> Response:
    """Stop the rebuild."""
    services.rebuilding.cancel()
    return RedirectResponse("/status", HTTPStatus.SEE_OTHER)


@router.post("/embed")
def embed(services: ServicesHere) -> Response:
    """Embed what lacks a vector, and show how far that is."""
    services.embedding.start()
    return RedirectResponse("/status#semantic", HTTPStatus.SEE_OTHER)


@router.post("/embed/cancel")
def stop_embedding(services: ServicesHere) -> Response:
    """Stop embedding; it goes on from there when it is started again."""
    services.embedding.cancel()
    return RedirectResponse("/status#semantic", HTTPStatus.SEE_OTHER)


@router.post("/mend")
def mend(services: ServicesHere) -> Response:
    """Mend what does not fit, and show what is left."""
    examine(services, fix=True)
    return RedirectResponse("/status?examine=1", HTTPStatus.SEE_OTHER)
