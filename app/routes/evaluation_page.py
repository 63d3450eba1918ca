"""The pages on which search is measured."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.evaluating import EvaluationRunningError
from app.evaluation_replies import EvaluationRequest
from app.forms import FormHere
from app.page import page
from app.question_set import QuestionSetError
from app.question_sets import EmptyQuestionSetError, NoSuchQuestionSetError, QuestionSetNameError
from app.routes.services import ServicesHere
from app.search_body import SearchSettingsBody, SearchSettingsError
from app.search_form import SECOND
from app.views.evaluation import evaluation_view
from app.views.evaluations import FIELDS, Bench, bench_view
from app.wiring import Services

_REFUSALS = (
    EmptyQuestionSetError,
    EvaluationRunningError,
    NoSuchQuestionSetError,
    QuestionSetError,
    QuestionSetNameError,
    SearchSettingsError,
)
_ASKED = ("set", "compare", *FIELDS, *(SECOND + name for name in FIELDS))
router = APIRouter(include_in_schema=False, prefix="/eval")


@router.get("")
def show(request: Request, services: ServicesHere) -> Response:
    """Show the question sets, what can be run, and what was."""
    return _bench(request, services, {}, "")


@router.post("")
def start(request: Request, services: ServicesHere, form: FormHere) -> Response:
    """Begin an evaluation, and show it."""
    given = {name: form[name].strip() for name in _ASKED if form[name].strip()}
    try:
        compared = "compare" in given or any(name.startswith(SECOND) for name in given)
        second = _settings(given, SECOND) if compared else None
        wanted = EvaluationRequest.model_construct(
            set=given.get("set", ""), a=_settings(given, ""), b=second
        )
        begun = services.evaluations.start(wanted)
    except _REFUSALS as error:
        return _bench(request, services, given, str(error))
    return _see(f"/eval/{begun.id}")


@router.post("/sets")
def keep(request: Request, services: ServicesHere, form: FormHere) -> Response:
    """Keep the question set that was pasted."""
    given = {"name": form["name"], "text": form["text"]}
    try:
        services.evaluations.sets.keep(form["name"], form["text"])
    except _REFUSALS as error:
        return _bench(request, services, given, str(error))
    return _see("/eval")


@router.post("/sets/{name}/remove")
def remove(services: ServicesHere, name: str) -> Response:
    """Delete a question set's file."""
    services.evaluations.sets.remove(name)
    return _see("/eval")


@router.get("/{evaluation}")
def read(request: Request, services: ServicesHere, evaluation: UUID) -> Response:
    """Show what an evaluation found, or how far it is."""
    reply = services.evaluations.get(evaluation)
    return page(
        request,
        "evaluation.html",
        lambda texts, now: evaluation_view(texts, reply, now),
        section="eval",
    )


@router.post("/{evaluation}/cancel")
def cancel(services: ServicesHere, evaluation: UUID) -> Response:
    """Stop an evaluation."""
    services.evaluations.cancel(evaluation)
    return _see("/eval")


def _settings(given: Mapping[str, str], prefix: str) -> SearchSettingsBody:
    pairs = [f"{name}={given[prefix + name]}" for name in FIELDS if prefix + name in given]
    return SearchSettingsBody.of_pairs(pairs)


def _bench(
    request: Request, services: Services, given: Mapping[str, str], problem: str
) -> Response:
    bench = Bench(
        sets=services.evaluations.sets.summaries(),
        evaluations=services.evaluations.latest(),
        usual=services.search_settings,
        given=given,
        problem=problem,
    )
    return page(
        request,
        "evaluations.html",
        lambda texts, now: bench_view(texts, bench, now),
        section="eval",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
    )


def _see(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
