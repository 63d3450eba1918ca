"""Passages for a question."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.replies import Problem
from app.routes.services import ServicesHere
from app.search_body import SearchSettingsBody
from app.search_replies import TracedSearchReply
from app.searching import Search, searched

router = APIRouter(tags=["search"], responses={422: {"model": Problem}, 503: {"model": Problem}})


class SearchQuery(SearchSettingsBody):
    """What is searched, and what this search does otherwise."""

    q: str = Field(description="The question, or a query line.")
    limit: int = Field(default=8, ge=1, le=100, description="Most passages to return.")
    previous: str = Field(default="", description="Question before a follow-up.")
    trace: bool = Field(default=False, description="Whether to tell what each stage did.")


@router.get("/api/search")
def search(services: ServicesHere, query: Annotated[SearchQuery, Query()]) -> TracedSearchReply:
    """Find the passages that bear on a question, best first."""
    return searched(services, Search(query.q, query.limit, query.previous, query, query.trace))
