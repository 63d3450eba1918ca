"""Models that are known to do well, with what a reader needs to choose one."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import Any

from retrieval.language import Language
from retrieval.model_files import Prompts

_GIB = 1024**3


class Role(StrEnum):
    """What a model is for."""

    ENCODER = "encoder"
    RERANKER = "reranker"


@dataclass(frozen=True, slots=True)
class Score:
    """A published figure, and who published it."""

    benchmark: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class PairForm:
    """How a cross-encoder that is a language model wants question and text written."""

    before: str
    between: str
    after: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the table."""

    name: str
    """What `footnote models pull` calls it."""
    id: str
    """Where the hub has it."""
    role: Role
    parameters: int
    computing: int
    """Parameters that every token is multiplied with: those outside the embedding table."""
    bytes: int
    """About how much is downloaded."""
    licence: str
    longest: int
    """Tokens it can read; a passage is cut to `sentence_transformer.LONGEST_TOKENS` anyway."""
    languages: str
    fits: tuple[Language, ...]
    """Those of our two languages that it was made for."""
    dimension: int = 0
    """Components of a vector; 0 for a reranker."""
    prompts: Prompts = field(default_factory=Prompts)
    scores: tuple[Score, ...] = ()
    distribution: str = ""
    """Package of the Python index that holds it; empty when only the hub has it."""
    pair_form: PairForm | None = None
    note: str = ""


def _read() -> tuple[KnownModel, ...]:
    text = files("retrieval").joinpath("models.toml").read_text(encoding="utf-8")
    return tuple(_model(name, row) for name, row in tomllib.loads(text).items())


def _model(name: str, row: dict[str, Any]) -> KnownModel:
    scores = tuple(Score(**score) for score in row.pop("scores", ()))
    prompts = Prompts(row.pop("question_prompt", ""), row.pop("passage_prompt", ""))
    form = row.pop("pair_form", None)
    return KnownModel(
        name=name,
        role=Role(row.pop("role")),
        prompts=prompts,
        scores=scores,
        fits=tuple(row.pop("fits")),
        pair_form=None if form is None else PairForm(*form),
        **row,
    )


MODELS = _read()


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a model runs on."""

    cores: int
    memory: int
    """Bytes of main memory."""
    gpu: str = ""
    """Name of the first graphics card; empty when there is none."""
    gpu_memory: int = 0
    """Bytes of its memory."""


def known(name: str) -> KnownModel | None:
    """Return the model of the table with this name or hub id."""
    return next((model for model in MODELS if name.lower() in (model.name, model.id.lower())), None)


def fits(model: KnownModel, hardware: Hardware) -> bool:
    """Whether a model can be loaded: weights and as much again on a card, four bytes each else."""
    if hardware.gpu:
        return model.parameters * 4 <= hardware.gpu_memory
    return model.parameters * 8 <= hardware.memory


def proposed(hardware: Hardware, role: Role = Role.ENCODER) -> KnownModel:
    """Return the model that suits the hardware, for notes that are mostly Chinese."""
    order = _encoders_for(hardware) if role is Role.ENCODER else _rerankers_for(hardware)
    chosen = next((name for name in order if fits(_named(name), hardware)), order[-1])
    return _named(chosen)


def _encoders_for(hardware: Hardware) -> Sequence[str]:
    # Twice the work of 8B gains 1.2 points of C-MTEB over 4B: it is there, but not proposed.
    if hardware.gpu_memory >= 20 * _GIB:
        return ("qwen3-4b", "qwen3-0.6b", "bge-small-zh")
    if hardware.gpu:
        return ("qwen3-0.6b", "bge-base-zh", "bge-small-zh")
    return ("bge-small-zh",)


def _rerankers_for(hardware: Hardware) -> Sequence[str]:
    if hardware.gpu:
        return ("qwen3-reranker-0.6b", "bge-reranker-base", "mmarco-minilm")
    return ("mmarco-minilm",)


def _named(name: str) -> KnownModel:
    return next(model for model in MODELS if model.name == name)
