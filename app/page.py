"""Pages: the words of the reader's language, what surrounds a page, and the template."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from app.asking import Ended
from app.db.errors import DatabaseError
from app.security import STATIC, is_open
from app.texts import COOKIE, Texts, choose_language, texts
from app.views import (
    Section,
    ShellView,
    Surroundings,
    TurnRecord,
    error_view,
    login_view,
    shell_view,
    turn_view,
)
from app.wiring import Services
from ingest.report import Progress

_TURN_TEMPLATE = "ask.html"
_TURN_BLOCK = "turn"
_NOTHING = Surroundings(conversations=(), notes=0, failures=0, progress=None, model="")
_RAIL = 60
"""Conversations that the rail lists."""

ViewOf = Callable[[Texts, datetime], object]
"""Makes a page's view from its words and the reader's time."""


@cache
def environment() -> Environment:
    """Return the templates; a name that a view lacks is an error and not an empty string."""
    made = Environment(
        loader=PackageLoader("templates", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = _static
    return made


def _static(name: str) -> str:
    return f"{STATIC}{name}"


def services_of(request: Request) -> Services:
    """Return what the application works with."""
    return cast("Services", request.app.state.services)


def words(request: Request) -> Texts:
    """Return the words of the reader's language."""
    return texts(
        choose_language(
            setting=services_of(request).settings.language,
            cookie=request.cookies.get(COOKIE, ""),
            accept=request.headers.get("accept-language", ""),
        )
    )


def now() -> datetime:
    """Return the time where the program runs, which is where its reader is."""
    return datetime.now(UTC).astimezone()


def page(
    request: Request,
    template: str,
    view_of: ViewOf,
    *,
    section: Section = "none",
    status: int = 200,
    current: UUID | None = None,
) -> Response:
    """Draw a page; called in a worker thread.

    Args:
        request: What the reader asked for.
        template: Its file.
        view_of: Makes its view.
        section: The part of the program that it belongs to.
        status: HTTP status.
        current: The conversation that is open, if one is.
    """
    language, moment = words(request), now()
    shell = _shell(request, language, moment, section, current)
    html = (
        environment()
        .get_template(template)
        .render(t=language, shell=shell, view=view_of(language, moment))
    )
    return HTMLResponse(html, status)


def _shell(
    request: Request, language: Texts, moment: datetime, section: Section, current: UUID | None
) -> ShellView:
    query = str(request.scope["query_string"].decode("latin-1"))
    path = str(request.scope["path"])
    return shell_view(
        language,
        _surroundings(request),
        moment,
        section=section,
        path=f"{path}?{query}" if query else path,
        current=current,
    )


def _surroundings(request: Request) -> Surroundings:
    if is_open(request.scope["path"]):
        return _NOTHING  # whoever gets here may not have given the password
    services = services_of(request)
    try:
        return _surroundings_of(services)
    except DatabaseError:
        return _NOTHING  # the page that says so must still be drawn


def _surroundings_of(services: Services) -> Surroundings:
    return Surroundings(
        conversations=services.conversations.list(_RAIL),
        notes=services.catalog.count(),
        failures=len(services.library.failures()),
        progress=progress(services),
        model=model_name(services),
        rebuild=services.rebuilding.now,
    )


def progress(services: Services) -> Progress | None:
    """Return how far the sync that goes on is; None when none does."""
    moment = services.syncs.latest
    if moment is None or moment.over:
        return None
    return moment.progress or Progress(0, 0, 0, "")


def model_name(services: Services) -> str:
    """Return how the connected language model is named; empty when there is none."""
    settings = services.settings
    return settings.llm_model or urlsplit(settings.llm_url).netloc if settings.llm_url else ""


async def error_page(request: Request, status: int, sentence: str) -> Response:
    """Draw the page that says what went wrong."""
    return await asyncio.to_thread(
        page,
        request,
        "error.html",
        lambda language, _: error_view(language, status, sentence),
        status=status,
    )


async def turn_article(request: Request, ended: Ended) -> str:
    """Draw a finished turn exactly as a reload of its conversation does."""
    if ended.turn is None:
        return ""
    return await asyncio.to_thread(_turn_article, request, ended, ended.turn)


def _turn_article(request: Request, ended: Ended, turn: UUID) -> str:
    language, moment = words(request), now()
    record = TurnRecord(
        id=turn,
        question=ended.question,
        standalone=ended.standalone or ended.question,
        answer=ended.answer,
        asked=moment,
        conversation=ended.conversation,
        error=ended.error,
    )
    template = environment().get_template(_TURN_TEMPLATE)
    context = template.new_context({"t": language, "turn": turn_view(language, record, moment)})
    return "".join(template.blocks[_TURN_BLOCK](context))


def login_page(request: Request, after: str, *, wrong: bool = False) -> Response:
    """Draw the page that asks for the password."""
    status = HTTPStatus.FORBIDDEN if wrong else HTTPStatus.OK
    return page(
        request,
        "login.html",
        lambda language, _: login_view(language, wrong=wrong, after=after),
        status=status,
    )
