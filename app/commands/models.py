"""``footnote models list|pull|use|status``: semantic models on this machine."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.commands.model_tables import show_list, show_standing, time_told
from app.commands.printing import document, remark
from app.embedding_replies import EmbeddingReply
from app.home import DATABASE, prepared
from app.models.choosing import chosen_model, model_named
from app.models.errors import NotConfirmedError
from app.models.hardware import hardware, seconds_to_embed
from app.models.listing import ListedModel, listed
from app.models.notes import note_characters
from app.models.pulling import PullPlan, Wish, pull, pull_plan
from app.models.shelf import NONE, Shelf
from app.models.standing import State, is_measured, measure, standing
from app.models.telling import embedding_now, tell_choice
from app.settings import Settings
from retrieval.model_errors import LibrariesMissingError, ModelUnusableError
from retrieval.model_table import Role

NOT_READY = 1
_YES = frozenset({"y", "yes"})


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|pull|use|status")
    acts.add_parser("list", help="the models that are known, and what they would mean here")
    pulled = acts.add_parser("pull", help="bring a model to this machine and use it")
    pulled.add_argument("name", help="name of the list, or owner/name on the hub")
    pulled.add_argument("--yes", action="store_true", help="do not ask before fetching")
    pulled.add_argument("--from", type=Path, dest="folder", metavar="DIR", help="copy it from DIR")
    pulled.add_argument("--endpoint", default="", metavar="URL", help="mirror of the hub")
    pulled.add_argument("--revision", default="", help="branch, tag or commit of the hub")
    used = acts.add_parser("use", help="use a model that is here, or none")
    used.add_argument("name", help="name of a model, its folder, or none")
    for each in (pulled, used):
        each.add_argument("--role", type=Role, choices=list(Role), help="what the model is for")
    status = acts.add_parser("status", help="which models are in use, and how they stand")
    status.add_argument("--measure", action="store_true", help="find the fastest precision")
    status.add_argument("--whole", action="store_true", help="compare every byte of the files")
    for each in acts.choices.values():
        each.add_argument("--json", action="store_true", help="print one JSON document")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Do what is asked and print the outcome."""
    acts = {"list": _list, "pull": _pull, "use": _use, "status": _status}
    return acts[given.act](given, settings)


def _list(given: argparse.Namespace, settings: Settings) -> int:
    found, characters = hardware(), note_characters(settings)
    rows = listed(settings, found, characters)
    if given.json:
        document(
            {
                "hardware": asdict(found),
                "characters": characters,
                "models": [_row(row) for row in rows],
            }
        )
    else:
        show_list(rows, found, characters)
    return 0


def _pull(given: argparse.Namespace, settings: Settings) -> int:
    if given.name.lower() == NONE:
        return _use(given, settings)
    prepared(settings.home)
    endpoint = given.endpoint or settings.hub_endpoint
    plan = pull_plan(Wish(given.name, given.folder, endpoint, given.revision, given.role))
    if plan.bytes and plan.folder is None and not given.yes:
        _agree(plan, settings, asks=sys.stdin.isatty() and not given.json)
    elif not given.json:
        remark(_told(plan, settings))
    manifest = pull(plan, settings.home)
    _measure(settings, plan.role, plan.name)
    _tell(settings)
    if given.json:
        folder = Shelf(settings.home).files(plan.name)
        come = {"revision": manifest.revision, "bytes": manifest.bytes, "source": manifest.source}
        document({"name": plan.name, "role": plan.role, "folder": str(folder), **come})
    else:
        print(
            f"{plan.name} is here and in use as {plan.role}. `footnote models status` tells more."
        )
    return 0


def _use(given: argparse.Namespace, settings: Settings) -> int:
    none = given.name.lower() == NONE
    roles = [given.role] if given.role else list(Role) if none else [_role_of(settings, given.name)]
    prepared(settings.home)
    for role in roles:
        Shelf(settings.home).choose(role, NONE if none else _lasting(settings, given.name))
    _tell(settings)
    used = {role.value: "" if none else given.name for role in roles}
    if given.json:
        document({"chosen": used})
    else:
        print("; ".join(f"{role}: {name or 'none'}" for role, name in used.items()))
    return 0


def _status(given: argparse.Namespace, settings: Settings) -> int:
    if given.measure:
        for role in Role:
            model = chosen_model(settings, role)
            if model is not None:
                measure(settings, model, role, hardware())
    found = hardware()
    stands = [standing(settings, role, whole=given.whole) for role in Role]
    embedding = _embedding(settings)
    if given.json:
        shown = None if embedding is None else embedding.model_dump(mode="json")
        each = {stand.role.value: _without_role(asdict(stand)) for stand in stands}
        document({**each, "hardware": asdict(found), "embedding": shown})
    else:
        show_standing(stands, found, embedding)
    return NOT_READY if any(stand.state is State.UNUSABLE for stand in stands) else 0


def _embedding(settings: Settings) -> EmbeddingReply | None:
    """Return how far the notes are embedded; None while there are none."""
    there = bool(settings.database_url) or (settings.home / DATABASE).is_file()
    return embedding_now(settings) if there else None


def _agree(plan: PullPlan, settings: Settings, *, asks: bool) -> None:
    """Ask whether to fetch; where nobody can be asked, that needs ``--yes``."""
    remark(_told(plan, settings))
    if not asks or input("Fetch it? [y/N] ").strip().lower() not in _YES:
        raise NotConfirmedError


def _told(plan: PullPlan, settings: Settings) -> str:
    size = f"{plan.bytes / 1e6:,.0f} MB" if plan.bytes else "nothing to fetch"
    told = f"{plan.name}: {plan.source}, {size}"
    if plan.revision:
        told += f", revision {plan.revision[:12]}"
    characters = note_characters(settings)
    if plan.known is not None and plan.role is Role.ENCODER and characters:
        seconds = seconds_to_embed(characters, plan.known, hardware())
        told += f"; embedding these notes ({characters:,} characters) takes {time_told(seconds)}"
    return told + "."


def _tell(settings: Settings) -> None:
    problem = tell_choice(settings)
    if problem:
        remark(f"The server goes on with the model it has: {problem}")


def _measure(settings: Settings, role: Role, name: str) -> None:
    """Find the fastest precision, unless it is known or the libraries are not there yet."""
    model, found = model_named(settings.home, name), hardware()
    if is_measured(model, found):
        return
    try:
        measure(settings, model, role, found)
    except LibrariesMissingError as error:
        remark(str(error))
    except ModelUnusableError as error:
        remark(f"It could not be tried: {error}")


def _role_of(settings: Settings, name: str) -> Role:
    model = model_named(settings.home, name)
    manifest = Shelf(settings.home).manifest(model.name)
    if model.known is not None:
        return model.known.role
    return manifest.role if manifest is not None else Role.ENCODER


def _lasting(settings: Settings, name: str) -> str:
    """Return the name under which a model is found from any folder."""
    model = model_named(settings.home, name)
    model.files.checked()
    here = Shelf(settings.home).manifest(model.name) is not None
    return model.name if here else str(model.files.folder)


def _row(row: ListedModel) -> Mapping[str, Any]:
    facts = asdict(row.model)
    del facts["prompts"], facts["pair_form"]
    stands = {
        "fits_here": row.fits,
        "proposed": row.proposed,
        "pulled": row.pulled,
        "chosen": row.chosen,
        "seconds": None if row.seconds is None else round(row.seconds),
        "measured": row.measured,
    }
    return {**facts, **stands}


def _without_role(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "role"}
