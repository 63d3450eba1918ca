"""The contract of a text encoder; `tests/contracts` tries every implementation on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:  # importing it takes 0.1 s; a program without a model does without
    import numpy as np
    import numpy.typing as npt

Matrix: TypeAlias = "npt.NDArray[np.float32]"
"""Vectors as rows: shape (texts, dimension), each of length 1."""
Vector: TypeAlias = "npt.NDArray[np.float32]"
"""Shape (dimension,), of length 1."""


class Embedder(Protocol):
    """Maps texts to vectors whose dot product tells how near their meanings are.

    Rules every implementation keeps:

    - Vectors have length 1 and finite components; the same text gives the same vector, whatever
      stands beside it in a batch: their dot product is 1 up to 1e-3.
    - ``passages`` keeps the order of its texts; of none it makes a matrix of shape (0, dimension).
    - Any text does: an empty one, one longer than the model reads (its beginning counts), one with
      lone surrogates.
    - Any method may be called from any thread. Loading happens on first use, never when it is made.
    - What the model cannot do now is an `EmbedderUnusableError`.
    """

    @property
    def name(self) -> str:
        """The model as a reader knows it: its hub id or the name of its folder."""
        ...

    @property
    def fingerprint(self) -> str:
        """Short text that differs whenever the same text would get another vector.

        It covers model, revision, weights, prompts, pooling and dimension, and it is known
        without loading the model.
        """
        ...

    @property
    def dimension(self) -> int:
        """Components of a vector; known without loading the model."""
        ...

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Return one vector per text, as texts that are searched."""
        ...

    def question(self, text: str) -> Vector:
        """Return the vector of a question."""
        ...


class EmbedderUnusableError(RuntimeError):
    """The model cannot be used now; each kind says why and what to do."""
