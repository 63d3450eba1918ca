"""What the reader thinks of an answer: as JSON, and as forms of the page."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from app.forms import FormHere, own_path
from app.missing import NoSuchNoteError
from app.replies import Problem
from app.routes.services import ServicesHere
from app.telling import telling
from app.verdict import Reason
from app.verdict_replies import EvidenceRequest, VerdictReply, VerdictRequest
from retrieval.span import Span

_GOOD, _BAD, _NONE = "good", "bad", "none"
_REASONS = {reason.value or _BAD: reason for reason in Reason}
_FARTHEST = 1_000_000_000
pages = APIRouter(include_in_schema=False)
router = APIRouter(
    prefix="/api",
    tags=["answers"],
    responses={404: {"model": Problem}, 422: {"model": Problem}, 503: {"model": Problem}},
)


@router.put("/conversations/{conversation}/turns/{turn}/verdict")
def give(
    services: ServicesHere, conversation: UUID, turn: UUID, given: VerdictRequest
) -> VerdictReply:
    """Judge an answer, or judge it anew."""
    return VerdictReply.of(
        services.verdicts.give(
            conversation, turn, good=given.good, reason=Reason(given.reason), remark=given.remark
        )
    )


@router.delete(
    "/conversations/{conversation}/turns/{turn}/verdict", status_code=HTTPStatus.NO_CONTENT
)
def take_back(services: ServicesHere, conversation: UUID, turn: UUID) -> None:
    """Forget what the reader thought of an answer."""
    services.verdicts.take_back(conversation, turn)


@router.post("/turns/{turn}/evidence")
def mark(services: ServicesHere, turn: UUID, marked: EvidenceRequest) -> VerdictReply:
    """Say that a passage answers the question of an answer, or say no longer so."""
    span = Span(marked.start, max(marked.start, marked.end))
    return VerdictReply.of(services.verdicts.mark(turn, marked.note_id, span, telling))


@pages.post("/c/{conversation}/turns/{turn}/verdict")
def give_by_form(
    services: ServicesHere, conversation: UUID, turn: UUID, form: FormHere
) -> Response:
    """Judge an answer by one button, and show it again."""
    choice, remark = form["verdict"], form["remark"].replace("\x00", "")
    reason = _REASONS.get(choice)
    if choice == _GOOD:
        services.verdicts.give(conversation, turn, good=True, reason=Reason.NONE)
    elif reason is not None:
        services.verdicts.give(conversation, turn, good=False, reason=reason, remark=remark)
    elif choice == _NONE:
        services.verdicts.take_back(conversation, turn)
    return _see(f"/c/{conversation}#judged-{turn}")


@pages.post("/turns/{turn}/evidence")
def mark_by_form(services: ServicesHere, turn: UUID, form: FormHere) -> Response:
    """Mark a passage as what answers the question, or unmark it, and go back."""
    try:
        note, start, end = UUID(form["note"]), int(form["start"]), int(form["end"])
    except ValueError as error:
        raise NoSuchNoteError from error
    if not 0 <= start <= end <= _FARTHEST:
        raise NoSuchNoteError
    services.verdicts.mark(turn, note, Span(start, end), telling)
    return _see(own_path(form["next"]))


def _see(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
