"""The models that are known, with what they would mean here."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.models.choosing import choice
from app.models.hardware import machine, seconds_to_embed
from app.models.shelf import Shelf
from app.settings import Settings
from retrieval.model_table import MODELS, Hardware, KnownModel, Role, fits, known, proposed
from retrieval.precision import fastest


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the table, and what it would mean here."""

    model: KnownModel
    fits: bool
    """Whether the memory suffices."""
    proposed: bool
    """Whether it is the one that suits this hardware and notes mostly in Chinese."""
    pulled: bool
    chosen: bool
    seconds: float | None
    """About how long embedding these notes takes; None for rerankers and without notes."""
    measured: bool
    """Whether that is measured here, and not estimated."""


def listed(settings: Settings, found: Hardware, characters: int) -> Sequence[ListedModel]:
    """Return all models, encoders first, as they stand in the table.

    Args:
        settings: Which are chosen, and where the home is.
        found: What they would run on.
        characters: Characters of all notes.
    """
    shelf = Shelf(settings.home)
    pulled = {_called(name) for name in shelf.names}
    suited = {proposed(found, role).name for role in Role}
    chosen = {_called(choice(settings, role)) for role in Role}
    rows = []
    for model in MODELS:
        speed = _speed(shelf, model, machine(found))
        embeds = model.role is Role.ENCODER and characters > 0
        rows.append(
            ListedModel(
                model=model,
                fits=fits(model, found),
                proposed=model.name in suited,
                pulled=model.name in pulled,
                chosen=model.name in chosen,
                seconds=seconds_to_embed(characters, model, found, speed) if embeds else None,
                measured=speed is not None,
            )
        )
    return rows


def _called(name: str) -> str:
    model = known(name) if name else None
    return model.name if model else name


def _speed(shelf: Shelf, model: KnownModel, here: str) -> float | None:
    """Return the characters a second that were measured on this machine."""
    where, results = shelf.measured(model.name)
    return fastest(results).characters_per_s if results and where == here else None
