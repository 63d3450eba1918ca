"""The web application: routes, files of the page, and the guard in front of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from app import errors
from app.access_log import AccessLog
from app.replies import Problem
from app.routes import (
    ask,
    assets,
    conversations,
    embedding,
    evaluation_page,
    evaluations,
    examination,
    login,
    notes,
    search,
    search_lab,
    status,
    status_page,
    sync,
    sync_page,
    timeline,
    verdicts,
    why,
)
from app.security import Guard, Rules
from app.security_access import Doorkeeper, Sessions
from app.security_hosts import OwnHosts
from app.version import VERSION
from app.wiring import Services

_ROUTERS = (
    conversations.router,
    verdicts.pages,
    why.pages,
    evaluation_page.router,
    notes.pages,
    timeline.pages,
    sync_page.router,
    status_page.router,
    login.router,
    ask.router,
    search.router,
    search_lab.router,
    notes.router,
    timeline.router,
    sync.router,
    assets.router,
    examination.router,
    embedding.router,
    evaluations.router,
    verdicts.router,
    why.router,
    status.router,
)


_OF_THE_GUARD: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "What was sent cannot be read."},
    401: {"model": Problem, "description": "A password is asked for."},
    403: {"model": Problem, "description": "The request came from another site."},
    405: {"model": Problem, "description": "The address takes another method."},
    408: {"model": Problem, "description": "The body took too long."},
    413: {"model": Problem, "description": "The body is too large."},
    421: {"model": Problem, "description": "The host is not this one."},
}


def create_app(services: Services) -> FastAPI:
    """Put the application together.

    Raises:
        InvalidHostNameError: An allowed host is not a host name.
    """
    app = FastAPI(
        title="Footnote",
        summary="Answers from your own notes, every sentence cited.",
        version=VERSION,
        lifespan=_lifespan,
        docs_url=None,  # the page of the documentation would load scripts from elsewhere
        redoc_url=None,
        responses=_OF_THE_GUARD,
    )
    settings = services.settings
    password = settings.password.get_secret_value()
    hosts = OwnHosts.of(settings.allowed_hosts, settings.host)
    app.state.services = services
    app.state.sessions = Sessions()
    app.state.door = Doorkeeper(password)
    for router in _ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(packages=[("app", "static")]), name="static")
    errors.install(app)
    app.add_middleware(
        Guard,
        rules=Rules(hosts, password, services.command_token),
        sessions=app.state.sessions,
        door=app.state.door,
    )
    app.add_middleware(AccessLog)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Take the notes in behind the first page, and stop that when the program stops."""
    services: Services = app.state.services
    await run_in_threadpool(_begin, services)
    warming = asyncio.create_task(asyncio.to_thread(services.dictionary.warm))
    watching = services.watch()
    watching.start()
    services.backups.start()
    yield
    await run_in_threadpool(services.backups.close)
    await run_in_threadpool(watching.close)
    await warming
    await run_in_threadpool(services.embedding.close)
    await run_in_threadpool(services.rebuilding.close)
    await run_in_threadpool(services.syncs.close)


def _begin(services: Services) -> None:
    services.runs.close_abandoned()
    if services.rebuilding.now.incomplete:
        services.rebuilding.start(services.syncs.alone, services.rebuilding.fill)
    if services.notes_folders:
        services.syncs.start()
    services.embedding.begin()
    services.reranking.begin()
