"""People and tags, as pages and as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.missing import NobodyOfThatNameError, NoSuchTagError
from app.page import page
from app.replies import Problem
from app.routes.services import ServicesHere
from app.timeline_replies import (
    AppearanceReply,
    AppearancesReply,
    PeopleReply,
    PersonReply,
    TagReply,
    TagsReply,
)
from app.views.timeline import PAGE, name_in, people_view, person_view, tag_view, tags_view

_FARTHEST = 10_000_000
pages = APIRouter(include_in_schema=False)
router = APIRouter(
    tags=["notes"],
    responses={404: {"model": Problem}, 422: {"model": Problem}, 503: {"model": Problem}},
)
Offset = Annotated[int, Query(ge=0, le=_FARTHEST)]
Limit = Annotated[int, Query(ge=1, le=200)]


@pages.get("/people")
def people(request: Request, services: ServicesHere) -> Response:
    """Show everybody who speaks in the notes."""
    found = services.people.all()
    return page(request, "names.html", lambda texts, _: people_view(texts, found), section="notes")


@pages.get("/people/{name:path}")
def person(request: Request, services: ServicesHere, name: str, offset: Offset = 0) -> Response:
    """Show what somebody says, the newest first."""
    name = name_in(name)
    found = services.people.appearances(name, PAGE, offset)
    if not found.total:
        raise NobodyOfThatNameError
    return page(
        request,
        "timeline.html",
        lambda texts, _: person_view(texts, name, found, offset),
        section="notes",
    )


@pages.get("/tags")
def tags(request: Request, services: ServicesHere) -> Response:
    """Show every tag."""
    found = services.library.tags()
    return page(request, "names.html", lambda texts, _: tags_view(texts, found), section="notes")


@pages.get("/tags/{tag:path}")
def tag(request: Request, services: ServicesHere, tag: str, offset: Offset = 0) -> Response:
    """Show the notes of a tag, the newest first."""
    tag = name_in(tag)
    found = services.library.notes(tag=tag, limit=PAGE, offset=offset)
    if not tag or not found.total:
        raise NoSuchTagError
    return page(
        request,
        "timeline.html",
        lambda texts, _: tag_view(texts, tag, found, offset),
        section="notes",
    )


@router.get("/api/people")
def list_people(services: ServicesHere) -> PeopleReply:
    """List everybody who speaks in the notes, who speaks most first."""
    return PeopleReply(people=tuple(map(PersonReply.of, services.people.all())))


@router.get("/api/people/{name:path}")
def read_person(
    services: ServicesHere, name: str, limit: Limit = PAGE, offset: Offset = 0
) -> AppearancesReply:
    """Return what somebody says by note and day, the newest first."""
    found = services.people.appearances(name, limit, offset)
    if not found.total:
        raise NobodyOfThatNameError
    return AppearancesReply(
        total=found.total, appearances=tuple(map(AppearanceReply.of, found.rows))
    )


@router.get("/api/tags")
def list_tags(services: ServicesHere) -> TagsReply:
    """List every tag with the number of its notes, most used first."""
    return TagsReply(
        tags=tuple(TagReply(tag=name, notes=notes) for name, notes in services.library.tags())
    )
