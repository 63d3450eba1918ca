"""The search lab."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.forms import FormHere, own_path
from app.marking import quotes, toggle
from app.missing import NoSuchPassageError
from app.page import page
from app.question import QuestionError, asked
from app.question_set import QuestionSetError
from app.routes.services import ServicesHere
from app.search_form import SearchForm, read_form
from app.searching import Search, found_by, told
from app.views.search_lab import ADDRESS, Lab, lab_view
from app.wiring import Services
from retrieval.retrieved import Retrieved
from retrieval.trace import Trace

router = APIRouter(include_in_schema=False, prefix=ADDRESS)


@router.get("")
def show(request: Request, services: ServicesHere) -> Response:
    """Search with one or two settings, and show what every stage did."""
    form = read_form(dict(request.query_params))
    lab = Lab(form, services.search_settings)
    if form.question and not form.problem:
        try:
            lab = _searched(services, form)
        except QuestionError as error:
            lab = Lab(form.refused(str(error)), services.search_settings)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if lab.form.problem else HTTPStatus.OK
    return page(
        request,
        "search_lab.html",
        lambda texts, _: lab_view(texts, lab),
        section="lab",
        status=status,
    )


@router.post("/answers")
def mark(services: ServicesHere, form: FormHere) -> Response:
    """Keep that a passage answers the question, or take that back; then show the search again."""
    question = asked(form["q"], services.settings.question_characters)
    chunk = services.traces.live([_chunk(form["chunk"])])
    for found in chunk.values():
        both = (question, form["previous"].strip())
        toggle(services.evaluations.sets, both, found.path, found.chunk.text)
    if not chunk:
        raise NoSuchPassageError
    return RedirectResponse(own_path(form["back"] or ADDRESS), HTTPStatus.SEE_OTHER)


def _chunk(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NoSuchPassageError from error


def _searched(services: Services, form: SearchForm) -> Lab:
    found = tuple(_found(services, form, number) for number in range(len(form.sides)))
    chunks = {
        entry.chunk for _, trace in found for stage in trace.stages for entry in stage.entries
    }
    live = services.traces.live(chunks)
    marked = _marked(services, form)
    answering = (chunk for chunk, each in live.items() if each.chunk.text in marked)
    return Lab(form, services.search_settings, found, live, frozenset(answering))


def _marked(services: Services, form: SearchForm) -> frozenset[str]:
    try:
        return quotes(services.evaluations.sets, form.question, form.previous)
    except QuestionSetError:
        return frozenset()  # the page of the evaluation says what is wrong with the set


def _found(services: Services, form: SearchForm, number: int) -> tuple[Retrieved, Trace]:
    search = Search(form.question, form.limit, form.previous, form.sides[number], traced=True)
    found = found_by(services, search)
    return found, told(services, found) or Trace(found.question)
