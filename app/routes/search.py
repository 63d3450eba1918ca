"""Passages for a question."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.question import asked
from app.replies import Problem, SearchReply
from app.routes.services import ServicesHere

router = APIRouter(tags=["search"], responses={422: {"model": Problem}, 503: {"model": Problem}})


@router.get("/api/search")
def search(
    services: ServicesHere,
    q: Annotated[str, Query(description="The question, or a query line.")],
    limit: Annotated[int, Query(ge=1, le=100, description="Most passages to return.")] = 8,
    previous: Annotated[str, Query(description="Question before a follow-up.")] = "",
) -> SearchReply:
    """Find the passages that bear on a question, best first."""
    question = asked(q, services.settings.question_characters)
    found = services.searcher.retrieve(question, limit, previous=previous)
    return SearchReply.of(found, incomplete=services.rebuilding.now.incomplete)
