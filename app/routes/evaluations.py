"""Evaluations and question sets, as the API has them."""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from app.evaluation_replies import (
    EvaluationReply,
    EvaluationRequest,
    EvaluationsReply,
    EvaluationSummary,
    QuestionSetReply,
    QuestionSetsReply,
    QuestionSetText,
)
from app.replies import Problem
from app.routes.services import ServicesHere

LINES = "application/x-ndjson"
router = APIRouter(
    prefix="/api",
    tags=["evaluation"],
    responses={404: {"model": Problem}, 422: {"model": Problem}, 503: {"model": Problem}},
)


@router.get("/evaluations")
def evaluations(services: ServicesHere) -> EvaluationsReply:
    """List the evaluations that are kept, newest first."""
    latest = services.evaluations.latest()
    return EvaluationsReply(evaluations=tuple(map(EvaluationSummary.of, latest)))


@router.post("/evaluations", status_code=HTTPStatus.ACCEPTED, responses={409: {"model": Problem}})
def evaluate(services: ServicesHere, wanted: EvaluationRequest) -> EvaluationReply:
    """Begin to search every question of a set, under one setting or two."""
    return services.evaluations.start(wanted)


@router.get("/evaluations/{evaluation}")
def evaluation(services: ServicesHere, evaluation: UUID) -> EvaluationReply:
    """Return what an evaluation found, or how far it is."""
    return services.evaluations.get(evaluation)


@router.post("/evaluations/{evaluation}/cancel", status_code=HTTPStatus.ACCEPTED)
def cancel(services: ServicesHere, evaluation: UUID) -> EvaluationReply:
    """Ask an evaluation to stop after the question it is at; one that is over stays as it is."""
    return services.evaluations.cancel(evaluation)


@router.get("/question-sets")
def question_sets(services: ServicesHere) -> QuestionSetsReply:
    """List the question sets, those of the reader's verdicts first."""
    return QuestionSetsReply(
        sets=tuple(map(QuestionSetReply.of, services.evaluations.sets.summaries()))
    )


@router.get(
    "/question-sets/{name}",
    response_class=Response,
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}}},
)
def question_set(services: ServicesHere, name: str) -> Response:
    """Return the lines of a question set, one JSON object each."""
    text = services.evaluations.sets.text(name)
    return Response(
        text.encode("utf-8", "replace"),
        media_type=LINES,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.jsonl"},
    )


@router.put("/question-sets/{name}")
def keep(services: ServicesHere, name: str, given: QuestionSetText) -> QuestionSetReply:
    """Keep a question set in the home, in the place of one of the same name."""
    return QuestionSetReply.of(services.evaluations.sets.keep(name, given.text))
