"""Images beside the notes."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from app import images
from app.missing import NoSuchImageError, NoSuchNoteError
from app.replies import Problem
from app.routes.services import ServicesHere
from ingest.listing import holder

router = APIRouter(tags=["notes"])


@router.get(
    "/assets/{note_id}/{name:path}",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in images.MEDIA_TYPES}},
        404: {"model": Problem},
        422: {"model": Problem},
    },
)
def image(services: ServicesHere, note_id: UUID, name: str) -> Response:
    """Send an image that a note shows, named by its path in the notes folder."""
    if not services.catalog.labels({note_id}):
        raise NoSuchNoteError
    held = holder(services.notes_folders, name)
    if held is None:
        raise NoSuchImageError
    found = images.read(held[0], "", held[1])
    return Response(found.content, media_type=found.media_type)
