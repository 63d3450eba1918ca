"""The pages on which one asks."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.asking import Ask, title
from app.db.conversations import Conversation, RecordedTurn
from app.forms import FormHere, own_path
from app.missing import NoSuchConversationError
from app.page import model_name, page, progress
from app.question import QuestionError
from app.routes.services import ServicesHere
from app.texts import COOKIE, LANGUAGES, Texts
from app.views import (
    AskView,
    Contents,
    ConversationView,
    HomeView,
    TurnRecord,
    ask_view,
    conversation_view,
    home_view,
)
from app.wiring import Services

_YEAR_S = 365 * 24 * 3600
_SUGGESTIONS = 12
"""Headings that the home page may choose from."""
router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, services: ServicesHere) -> Response:
    """Show the question box, and what the notes hold."""
    return page(request, "ask.html", lambda *at: _home(services, *at), section="ask")


@router.get("/c/{conversation}")
def show(request: Request, services: ServicesHere, conversation: UUID) -> Response:
    """Show a conversation."""
    stored = services.conversations.load(conversation)
    if stored is None:
        raise NoSuchConversationError
    return page(
        request,
        "ask.html",
        lambda *at: _conversation(services, stored, *at),
        section="ask",
        current=conversation,
    )


@router.post("/ask")
async def ask(request: Request, services: ServicesHere, form: FormHere) -> Response:
    """Answer a question sent by the form, and lead to its conversation."""
    conversation = _conversation_id(form["conversation"])
    try:
        question = await services.asking.checked(Ask(form["question"], conversation))
    except QuestionError as error:
        refused = (form["question"], str(error))
        return await run_in_threadpool(_refused, request, services, conversation, refused)
    ended = await services.asking.whole(question)
    return _see(f"/c/{ended.conversation}")


@router.post("/c/{conversation}/rename")
def rename(services: ServicesHere, conversation: UUID, form: FormHere) -> Response:
    """Give a conversation another name."""
    if not services.conversations.exists(conversation):
        raise NoSuchConversationError
    if form["title"].strip():
        services.conversations.rename(conversation, title(form["title"].replace("\x00", "")))
    return _see(f"/c/{conversation}")


@router.post("/c/{conversation}/delete")
def delete(services: ServicesHere, conversation: UUID) -> Response:
    """Take a conversation out."""
    if not services.conversations.exists(conversation):
        raise NoSuchConversationError
    services.conversations.delete(conversation)
    return _see("/")


@router.post("/language")
def language(form: FormHere) -> Response:
    """Remember the reader's language, and go back to where it was chosen."""
    response = _see(own_path(form["path"] or form["next"]))
    if form["language"] in LANGUAGES:
        response.set_cookie(
            COOKIE, form["language"], max_age=_YEAR_S, httponly=True, samesite="strict"
        )
    return response


def _see(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def _conversation_id(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NoSuchConversationError from error


def _refused(
    request: Request,
    services: Services,
    conversation: UUID | None,
    refused: tuple[str, str],
) -> Response:
    """Show the page again, with the question that was refused and why."""
    stored = services.conversations.load(conversation) if conversation else None

    def view(texts: Texts, now: datetime) -> AskView:
        if stored is None:
            return _home(services, texts, now, refused)
        return _conversation(services, stored, texts, now, refused)

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return page(request, "ask.html", view, section="ask", status=status, current=conversation)


def _home(
    services: Services, texts: Texts, now: datetime, refused: tuple[str, str] = ("", "")
) -> AskView:
    counts = services.library.counts()
    contents = Contents(
        notes=counts.notes,
        characters=counts.characters,
        newest=counts.newest,
        suggestions=[found.heading for found in services.library.suggestions(_SUGGESTIONS)],
        folder=services.notes_shown,
        syncing=progress(services) is not None,
    )
    return _ask_view(services, texts, home_view(texts, contents, now), refused)


def _conversation(
    services: Services,
    stored: Conversation,
    texts: Texts,
    now: datetime,
    refused: tuple[str, str] = ("", ""),
) -> AskView:
    verdicts = services.verdicts.of(stored.id)
    before = ("", *(turn.question for turn in stored.turns))
    records = [
        replace(record(stored.id, turn), verdict=verdicts.get(turn.id), previous=previous)
        for turn, previous in zip(stored.turns, before, strict=False)
    ]
    shown = conversation_view(texts, stored.id, stored.title, records, now)
    return _ask_view(services, texts, shown, refused)


def _ask_view(
    services: Services,
    texts: Texts,
    shown: HomeView | ConversationView,
    refused: tuple[str, str],
) -> AskView:
    return ask_view(
        texts,
        shown,
        model=bool(model_name(services)),
        longest=services.settings.question_characters,
        question=refused[0],
        problem=refused[1],
    )


def record(conversation: UUID, turn: RecordedTurn) -> TurnRecord:
    """Return a stored turn as the page draws it, with how its sources stand today."""
    return TurnRecord(
        id=turn.id,
        question=turn.question,
        standalone=turn.standalone,
        answer=turn.answer,
        asked=turn.asked.astimezone(),
        conversation=conversation,
        sources=turn.sources,
        citations=turn.citations,
    )
