"""Why a model cannot be used, and what to do about it."""

from pathlib import Path

from retrieval.embedder import EmbedderUnusableError
from retrieval.scorer import ScorerUnusableError


class ModelUnusableError(EmbedderUnusableError, ScorerUnusableError):
    """A model cannot be used now, whatever it is for."""


class ModelMissingError(ModelUnusableError):
    """The folder or a file of it is not there."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"There is no model at {place}. `footnote models pull NAME` brings one; "
            "`footnote models list` names them."
        )


class ModelFileDamagedError(ModelUnusableError):
    """A file of the model cannot be what it was."""

    def __init__(self, file: Path, what: str) -> None:
        super().__init__(
            f"The model file {file} is damaged: {what}. Pull the model again: "
            "`footnote models pull NAME`."
        )


class PickledWeightsError(ModelUnusableError):
    """The weights are a pickle, which could run anything when it is read."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The model has its weights only as {file}, a format that can run programs when it "
            "is read. Choose a model or a revision of it with .safetensors files."
        )


class ModelNeedsCodeError(ModelUnusableError):
    """The model brings program code of its own."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"The model {name} brings program code of its own ({what}), which is never run. "
            "Choose another model: `footnote models list`."
        )


class LibrariesMissingError(ModelUnusableError):
    """PyTorch or sentence-transformers is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The model {name} needs PyTorch and sentence-transformers: "
            "`pip install 'footnote[models]'`, then start again."
        )


class ModelOutOfMemoryError(ModelUnusableError):
    """Not even one text fits the memory."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The memory does not suffice for the model {name}. Close other programs, or choose "
            "a smaller one: `footnote models list`."
        )


class ModelFailedError(ModelUnusableError):
    """The libraries cannot load the model, or fail in it."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(
            f"The model {name} cannot be used ({said}). `footnote models status` says whether its "
            "files are whole; pulling it again mends them."
        )


class SenselessNumbersError(ModelUnusableError):
    """The model computes something that is no number."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The model {name} gave numbers that make no sense. Pull it again, or choose another "
            "one: `footnote models list`."
        )


class NotARerankerError(ModelUnusableError):
    """A classifier that gives several scores."""

    def __init__(self, name: str, labels: int) -> None:
        super().__init__(
            f"The model {name} gives {labels} scores for a text and is no reranker, which gives "
            "one. Choose another one: `footnote models list`."
        )
