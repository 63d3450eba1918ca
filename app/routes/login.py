"""The door, when a password is set."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.forms import FormHere, own_path
from app.page import login_page
from app.routes.services import DoorHere, SessionsHere
from app.security_access import COOKIE, SESSION_SECONDS

router = APIRouter(include_in_schema=False)


@router.get("/login")
def show(request: Request, after: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Ask for the password."""
    return login_page(request, own_path(after))


@router.post("/login")
async def enter(
    request: Request, form: FormHere, door: DoorHere, sessions: SessionsHere
) -> Response:
    """Open a session for the right password."""
    after = own_path(form["next"])
    if not await door.admits(form["password"]):
        return await run_in_threadpool(login_page, request, after, wrong=True)
    response = RedirectResponse(after, HTTPStatus.SEE_OTHER)
    secure = request.headers.get("origin", "").startswith("https://")
    response.set_cookie(
        COOKIE,
        sessions.open(),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=secure,
    )
    return response


@router.post("/logout")
def leave(request: Request, sessions: SessionsHere) -> Response:
    """Close the session."""
    sessions.close(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE)
    return response
