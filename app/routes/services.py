"""What a route works with, as FastAPI hands it over."""

from typing import Annotated, cast

from fastapi import Depends, Request

from app.security_access import Doorkeeper, Sessions
from app.wiring import Services


def _services(request: Request) -> Services:
    return cast("Services", request.app.state.services)


def _sessions(request: Request) -> Sessions:
    return cast("Sessions", request.app.state.sessions)


def _door(request: Request) -> Doorkeeper:
    return cast("Doorkeeper", request.app.state.door)


ServicesHere = Annotated[Services, Depends(_services)]
SessionsHere = Annotated[Sessions, Depends(_sessions)]
DoorHere = Annotated[Doorkeeper, Depends(_door)]
