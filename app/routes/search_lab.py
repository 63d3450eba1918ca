"""The search lab."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.page import page
from app.question import QuestionError
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


def _searched(services: Services, form: SearchForm) -> Lab:
    found = tuple(_found(services, form, number) for number in range(len(form.sides)))
    chunks = {
        entry.chunk for _, trace in found for stage in trace.stages for entry in stage.entries
    }
    live = services.traces.live(chunks)
    return Lab(form, services.search_settings, found, live)


def _found(services: Services, form: SearchForm, number: int) -> tuple[Retrieved, Trace]:
    search = Search(form.question, form.limit, form.previous, form.sides[number], traced=True)
    found = found_by(services, search)
    return found, told(services, found) or Trace(found.question)
