"""How far the notes are embedded, as the API tells it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body

from app.embedding_replies import EmbeddingReply, EmbeddingRequest
from app.replies import Problem
from app.routes.services import ServicesHere
from app.wiring import Services

router = APIRouter(prefix="/api/embedding", tags=["status"], responses={503: {"model": Problem}})


@router.get("")
def standing(services: ServicesHere) -> EmbeddingReply:
    """Say how far the notes are embedded, and how much search by meaning counts."""
    return embedding_reply(services)


@router.post("", status_code=HTTPStatus.ACCEPTED)
def act(
    services: ServicesHere,
    request: Annotated[EmbeddingRequest, Body(default_factory=EmbeddingRequest)],
) -> EmbeddingReply:
    """Embed what lacks a vector, stop that, or follow another choice of a model.

    Without a model nothing happens. Searches go on meanwhile.
    """
    act_on(services, request)
    return embedding_reply(services)


def act_on(services: Services, request: EmbeddingRequest) -> None:
    """Do what was asked for."""
    acts = {
        "start": services.embedding.start,
        "cancel": services.embedding.cancel,
        "choose": services.embedding.choose,
    }
    acts[request.action]()
    if request.action == "choose":
        services.reranking.choose()


def embedding_reply(services: Services) -> EmbeddingReply:
    """Describe how the embedding stands."""
    leg = services.embedding.leg
    return EmbeddingReply.of(services.embedding.now, ready=leg.ready, silence=leg.silence)
