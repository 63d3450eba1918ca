"""Questions and answers, as JSON or as events."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response

from app.asking import Ask, Ended
from app.event_stream import EventStream
from app.events import answer_frames
from app.page import turn_article
from app.replies import AnswerReply, AskRequest, Problem
from app.routes.services import ServicesHere
from serving.answer import Turn

EVENTS = "text/event-stream"
router = APIRouter(
    tags=["answers"],
    responses={
        404: {"model": Problem},
        413: {"model": Problem},
        422: {"model": Problem},
        503: {"model": Problem},
    },
)


@router.post(
    "/api/ask",
    response_model=AnswerReply,
    responses={
        200: {
            "content": {EVENTS: {"schema": {"type": "string"}}},
            "description": (
                "The answer; with `Accept: text/event-stream` as events: `sources`, then `token`, "
                "`citation` and `support` as they come, at last `done` or `error`."
            ),
        }
    },
)
async def ask(
    request: Request,
    services: ServicesHere,
    asked: AskRequest,
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """Answer a question from the notes, with citations."""
    asking = services.asking
    history = tuple(Turn(turn.question, turn.answer) for turn in asked.history)
    question = await asking.checked(Ask(asked.question, asked.conversation, history, asked.keep))
    if EVENTS in accept.lower():

        async def article(ended: Ended) -> str:
            return await turn_article(request, ended)

        return EventStream(answer_frames(asking.steps(question), article))
    ended = await asking.whole(question)
    if ended.error and not ended.answer.text:
        return JSONResponse({"error": ended.error}, HTTPStatus.BAD_GATEWAY)
    return JSONResponse(AnswerReply.of_turn(ended).model_dump(mode="json"))
