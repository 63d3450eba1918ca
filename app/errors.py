"""Which status an error has, and how it is told; only here do errors meet HTTP."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.batch import BatchError
from app.db.errors import DatabaseError
from app.evaluating import EvaluationRunningError
from app.missing import MissingError, NoNotesFolderError
from app.page import error_page
from app.question import QuestionError
from app.question_set import QuestionSetError
from app.question_sets import EmptyQuestionSetError, QuestionSetNameError
from app.search_body import SearchSettingsError
from app.security import HEADERS
from app.security_access import TooManyLoginsError
from ingest.source import NotesFolderError
from retrieval.index import IndexUnusableError

_LOG = logging.getLogger(__name__)

STATUSES: Mapping[type[Exception], HTTPStatus] = {
    QuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BatchError: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuestionSetError: HTTPStatus.UNPROCESSABLE_ENTITY,
    QuestionSetNameError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EmptyQuestionSetError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SearchSettingsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EvaluationRunningError: HTTPStatus.CONFLICT,
    MissingError: HTTPStatus.NOT_FOUND,
    NoNotesFolderError: HTTPStatus.CONFLICT,
    NotesFolderError: HTTPStatus.CONFLICT,
    TooManyLoginsError: HTTPStatus.TOO_MANY_REQUESTS,
    DatabaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    IndexUnusableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_BROKEN = "Something went wrong in Footnote. Try again; the log says what happened."
_PLAIN: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take such a request.",
}


def install(app: FastAPI) -> None:
    """Tell every error as a sentence: JSON for the API, a page for readers."""
    for kind, status in STATUSES.items():
        app.add_exception_handler(kind, _teller(status))
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broken)


def _teller(status: HTTPStatus) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def tell(request: Request, error: Exception) -> Response:
        return await told(request, status, str(error))

    return tell


async def told(request: Request, status: int, sentence: str) -> Response:
    """Return the reply that carries one sentence."""
    if is_api(request):
        return JSONResponse({"error": sentence}, status)
    return await error_page(request, status, sentence)


def is_api(request: Request) -> bool:
    """Whether a program asks, and not a reader."""
    path = str(request.scope["path"])
    return path.startswith(("/api", "/assets/", "/healthz", "/openapi.json"))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows for mypy
    problems = [
        f"{'.'.join(str(part) for part in problem['loc'][1:]) or 'request'}: {problem['msg']}"
        for problem in error.errors()
    ]
    in_path = any(problem["loc"][0] == "path" for problem in error.errors())
    if in_path and not is_api(request):
        return await told(request, HTTPStatus.NOT_FOUND, _PLAIN[HTTPStatus.NOT_FOUND])
    sentence = "The request cannot be used: " + "; ".join(problems) + "."
    printable = sentence.encode("utf-8", "replace").decode()
    return await told(request, HTTPStatus.UNPROCESSABLE_ENTITY, printable)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows for mypy
    sentence = _PLAIN.get(error.status_code, str(error.detail))
    response = await told(request, error.status_code, sentence)
    response.headers.update(error.headers or {})
    return response


async def _broken(request: Request, error: Exception) -> Response:
    # The framework answers this one outside of the guard, which therefore cannot dress it.
    _LOG.error("A request broke.", exc_info=error)
    response = await told(request, HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN)
    response.headers.update({**HEADERS, "cache-control": "no-store"})
    return response
