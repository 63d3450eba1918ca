"""Whether the program answers."""

from fastapi import APIRouter

from app.replies import HealthReply
from app.version import VERSION

router = APIRouter(tags=["status"])


@router.get("/healthz")
async def health() -> HealthReply:
    """Say that the program answers; it needs no password and tells nothing about the notes."""
    return HealthReply(version=VERSION)
