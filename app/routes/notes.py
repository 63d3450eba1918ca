"""The library and its notes, as pages and as JSON."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app import images
from app.bearings import bearings
from app.db.conversations import Citing
from app.missing import NoSuchNoteError
from app.note_replies import NoteReply, NotesReply, NoteTextReply
from app.page import page, words
from app.rendering import Origin
from app.replies import Problem
from app.routes.services import ServicesHere
from app.texts import Texts
from app.views import Reading, Search, Shelf, library_view, note_view
from app.views.note_blocks import note_blocks
from app.views.note_shown import Shown
from app.wiring import Services
from ingest.listing import holder
from ingest.note import Note
from retrieval.span import Span

_PAGE = 50
_FARTHEST = 10_000_000
pages = APIRouter(include_in_schema=False)
router = APIRouter(
    tags=["notes"],
    responses={404: {"model": Problem}, 422: {"model": Problem}, 503: {"model": Problem}},
)
Words = Annotated[str, Query(max_length=500)]
Offset = Annotated[int, Query(ge=0, le=_FARTHEST)]


@dataclass(frozen=True, slots=True)
class _CitedIn:
    """A question whose answer cites the note."""

    conversation: UUID
    question: str


@pages.get("/notes")
def library(
    request: Request,
    services: ServicesHere,
    q: Words = "",
    kind: Words = "",
    tag: Words = "",
    offset: Offset = 0,
) -> Response:
    """Show the notes."""
    search = Search(q, kind, tag, offset)
    found = services.library.notes(
        *(_text(given) for given in (q, kind, tag)), limit=_PAGE, offset=offset
    )
    shelf = Shelf(
        total=found.total,
        rows=found.rows,
        kinds=services.library.kinds(),
        tags=services.library.tags(),
        failures=services.library.failures(),
        folder=services.notes_shown,
    )
    return page(
        request,
        "library.html",
        lambda texts, now: library_view(texts, search, shelf, now),
        section="notes",
    )


@pages.get("/notes/{note_id}")
def note(
    request: Request,
    services: ServicesHere,
    note_id: UUID,
    start: Offset | None = None,
    end: Offset | None = None,
    shown: Shown = "",
) -> Response:
    """Show a note, with a passage of it marked."""
    detail = services.library.note(note_id)
    if detail is None:
        raise NoSuchNoteError
    asked = start is not None and end is not None and start <= end
    reading = Reading(
        note=detail.note,
        blocks=note_blocks(
            detail.note.text, PurePosixPath(detail.note.path).stem, detail.note.format
        ),
        origin=_origin(services, words(request), detail.note),
        cited=Span(start or 0, end or 0) if asked else None,
        cited_in=[_cited_in(citing) for citing in services.conversations.citing(note_id)],
        around=bearings(services, detail),
        shown=shown,
        chunks=detail.chunks,
    )
    return page(request, "note.html", lambda _, now: note_view(reading, now), section="notes")


@router.get("/api/notes")
def list_notes(
    services: ServicesHere,
    q: Words = "",
    kind: Words = "",
    tag: Words = "",
    limit: Annotated[int, Query(ge=1, le=200)] = _PAGE,
    offset: Offset = 0,
) -> NotesReply:
    """List notes whose title, path or text hold the words, newest first."""
    given = [_text(value) for value in (q, kind, tag)]
    found = services.library.notes(*given, limit=limit, offset=offset)
    return NotesReply(total=found.total, notes=tuple(map(NoteReply.of, found.rows)))


@router.get("/api/notes/{note_id}")
def read_note(services: ServicesHere, note_id: UUID) -> NoteTextReply:
    """Return one note with its text as it was read, its links, and what leads to it."""
    detail = services.library.note(note_id)
    if detail is None:
        raise NoSuchNoteError
    return NoteTextReply.of(detail.note, bearings(services, detail))


def _text(given: str) -> str:
    """Return what a reader typed without what no note can hold under that name."""
    return given.replace("\x00", "").encode("utf-8", "replace").decode()


def _cited_in(citing: Citing) -> _CitedIn:
    return _CitedIn(citing.conversation_id, citing.question)


def _origin(services: Services, texts: Texts, note: Note) -> Origin:
    held = holder(services.notes_folders, note.path)

    def asset(name: str) -> str | None:
        if held is None:
            return None
        folder, path = held
        found = images.found(folder, path, name)
        return None if found is None else f"{note.path.removesuffix(path)}{found}"

    # One look-up for all links of the note; what else is named in it, pictures say, comes alone.
    linked = {link.target for link in services.catalog.links(note.id)}
    table = services.naming.table(linked)

    def named(name: str) -> UUID | None:
        if name in linked:
            return table.note(name, note.path)
        return services.naming.note(name, note.path)

    return Origin(texts, note_id=note.id, asset=asset, note=named)
