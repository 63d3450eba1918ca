"""The models that are in use: those of the settings, else those that were chosen last."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.errors import NotPulledError, UnknownModelError
from app.models.shelf import NONE, Shelf
from app.settings import Settings
from retrieval.embedder import Embedder
from retrieval.model_files import ModelFiles
from retrieval.model_table import KnownModel, Role, known
from retrieval.precision import Measured, Precision, fastest
from retrieval.scorer import Scorer
from retrieval.sentence_transformer import (
    SentenceTransformerEmbedder,
    SentenceTransformerScorer,
)


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model on this machine."""

    name: str
    """Name in the table, hub id or folder, as it was chosen."""
    files: ModelFiles
    known: KnownModel | None
    """Its row of the table; None when it is not in it."""
    machine: str
    """Machine on which it was measured; empty when it was not."""
    measured: Sequence[Measured]
    settled: Precision | None = None
    """Number format that was settled on when it was measured."""

    @property
    def precision(self) -> Precision:
        """Number format to compute in."""
        if not self.measured:
            return Precision.FP32
        return self.settled or fastest(self.measured).precision

    def embedder(self, precision: Precision | None = None) -> SentenceTransformerEmbedder:
        """Make its encoder, which loads on first use.

        Raises:
            ModelUnusableError: Its files cannot be loaded.
        """
        prompts = None if self.known is None else self.known.prompts
        return SentenceTransformerEmbedder(self.files, prompts, precision or self.precision)

    def scorer(self, precision: Precision | None = None) -> SentenceTransformerScorer:
        """Make its cross-encoder, which loads on first use.

        Raises:
            ModelUnusableError: Its files cannot be loaded.
        """
        form = None if self.known is None else self.known.pair_form
        return SentenceTransformerScorer(self.files, form, precision or self.precision)


def chosen_embedder(settings: Settings) -> Embedder | None:
    """Return the encoder in use; None without one.

    It is made from its files alone and loads on first use.

    Raises:
        ModelUnusableError: It is not on this machine, or its files cannot be loaded.
    """
    model = chosen_model(settings, Role.ENCODER)
    return None if model is None else model.embedder()


def chosen_cross_encoder(settings: Settings) -> Scorer | None:
    """Return the cross-encoder in use; None without one.

    Raises:
        ModelUnusableError: It is not on this machine, or its files cannot be loaded.
    """
    model = chosen_model(settings, Role.RERANKER)
    return None if model is None else model.scorer()


def choice(settings: Settings, role: Role) -> str:
    """Return the name of the model for ``role``; empty for none."""
    given = settings.embedding_model if role is Role.ENCODER else settings.rerank_model
    name = given or Shelf(settings.home).chosen.get(role, NONE)
    return "" if name.lower() == NONE else name


def chosen_model(settings: Settings, role: Role) -> ChosenModel | None:
    """Return the model for ``role``; None when none is to be used.

    Raises:
        ModelUnusableError: It is not on this machine.
    """
    name = choice(settings, role)
    return model_named(settings.home, name) if name else None


def model_named(home: Path, name: str) -> ChosenModel:
    """Return a model that is on this machine.

    Args:
        home: The home.
        name: Name in the table, hub id, or folder.

    Raises:
        ModelUnusableError: It is not there.
    """
    shelf = Shelf(home)
    model = known(name)
    called = model.name if model else name
    facts = (*shelf.measured(called), shelf.precision(called))
    manifest = shelf.manifest(called)
    if manifest is not None:
        folder = shelf.files(called)
        if folder is None:  # the package was taken away
            raise NotPulledError(called)
        files = ModelFiles(folder, manifest.id, manifest.revision)
        return ChosenModel(called, files, model or known(manifest.id), *facts)
    folder = Path(name).expanduser()
    if name.strip() and folder.is_dir():
        # The path is its name, so that it is found by it again.
        files = ModelFiles(folder.absolute(), str(folder.absolute()))
        return ChosenModel(called, files, model or known(folder.name), *facts)
    raise NotPulledError(called) if model else UnknownModelError(name)
