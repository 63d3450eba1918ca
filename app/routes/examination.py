"""Catalogue and index compared, as the API does it."""

from fastapi import APIRouter

from app.examination import ExaminationReply, examine
from app.replies import Problem
from app.routes.services import ServicesHere

router = APIRouter(prefix="/api/doctor", tags=["status"], responses={503: {"model": Problem}})


@router.get("")
def compared(services: ServicesHere) -> ExaminationReply:
    """Say whether the index holds exactly what the catalogue says; waits for a sync to end."""
    return examine(services, fix=False)


@router.post("")
def mended(services: ServicesHere) -> ExaminationReply:
    """Make the index follow the catalogue."""
    return examine(services, fix=True)
