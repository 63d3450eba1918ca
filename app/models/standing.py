"""How the models in use stand: where they are, whether they are whole, how they compute."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.models.choosing import ChosenModel, choice, chosen_model
from app.models.hardware import machine
from app.models.notes import sample_texts
from app.models.shelf import Shelf
from app.settings import Settings
from retrieval.embedder import Matrix
from retrieval.model_errors import ModelUnusableError
from retrieval.model_table import Hardware, Role
from retrieval.precision import Measured, Precision, as_directions, measured, to_use

_TEXTS = 48
_TEXTS_OF_LARGE = 6
_LARGE = 60_000_000
"""Parameters from which on a processor alone takes seconds for a text."""
_QUESTION = "大语言模型怎样微调？How is a language model fine-tuned?"


class State(StrEnum):
    """Whether a model can be used."""

    NONE = "none"
    READY = "ready"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """How the model of one role stands."""

    role: Role
    name: str
    """As it was chosen; empty for none."""
    state: State
    problem: str = ""
    """Why it cannot be used; empty when it can."""
    id: str = ""
    folder: str = ""
    revision: str = ""
    licence: str = ""
    precision: str = ""
    dimension: int = 0
    """Components of a vector; 0 for a reranker."""
    verified: str = ""
    """How its files were compared: by size, by digest, or not at all."""
    measured: Sequence[Measured] = ()


def standing(settings: Settings, role: Role, *, whole: bool = False) -> ModelStanding:
    """Return how the model of ``role`` stands, from its files alone.

    Args:
        settings: Which is chosen.
        role: Which one.
        whole: Whether every byte of its files is compared.
    """
    name = choice(settings, role)
    if not name:
        return ModelStanding(role, "", State.NONE)
    try:
        model = chosen_model(settings, role)
        assert model is not None  # noqa: S101 - it has a name
        model.files.checked()
        problem, verified = _compared(settings, model, whole=whole)
    except ModelUnusableError as error:
        return ModelStanding(role, name, State.UNUSABLE, str(error))
    manifest = Shelf(settings.home).manifest(model.name)
    return ModelStanding(
        role,
        name,
        State.UNUSABLE if problem else State.READY,
        problem,
        id=model.files.name,
        folder=str(model.files.folder),
        revision=model.files.revision,
        licence=manifest.licence if manifest else "",
        precision=model.precision,
        dimension=model.files.dimension if role is Role.ENCODER else 0,
        verified=verified,
        measured=model.measured,
    )


def measure(settings: Settings, model: ChosenModel, role: Role, found: Hardware) -> None:
    """Find the fastest precision that keeps a model's results, and remember it.

    The one that was settled on for this machine stays unless another is much faster.

    Raises:
        ModelUnusableError: It cannot be loaded.
    """
    large = model.known is not None and model.known.computing >= _LARGE and not found.gpu
    texts = sample_texts(settings, _TEXTS_OF_LARGE if large else _TEXTS)

    def scores(precision: Precision, some: Sequence[str]) -> Matrix:
        return as_directions(scorers[precision].score(_QUESTION, some))

    if role is Role.ENCODER:
        results = measured(lambda precision: model.embedder(precision).passages, texts)
    else:
        scorers = {precision: model.scorer(precision) for precision in Precision}
        results = measured(lambda precision: lambda some: scores(precision, some), texts)
    before = model.precision if is_measured(model, found) else None
    precision = to_use(results, before)
    Shelf(settings.home).remember(model.name, machine(found), results, precision)


def is_measured(model: ChosenModel, found: Hardware) -> bool:
    """Whether these files were measured on this machine."""
    return bool(model.measured) and model.machine == machine(found)


def _compared(settings: Settings, model: ChosenModel, *, whole: bool) -> tuple[str, str]:
    """Return what is damaged, and how that was looked for."""
    manifest = Shelf(settings.home).manifest(model.name)
    if manifest is None:
        return "", "not at all: it was not pulled, its folder was named"
    damage = manifest.damage(model.files.folder, whole=whole)
    if damage:
        return f"{damage}. Pull it again: `footnote models pull {model.name}`.", ""
    return "", "by digest" if whole else "by size"
