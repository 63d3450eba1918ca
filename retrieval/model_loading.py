"""A model that is loaded when it is first asked for, and what its libraries raise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from retrieval.model_errors import (
    ModelFailedError,
    ModelNeedsCodeError,
    ModelOutOfMemoryError,
    ModelUnusableError,
)

_OUT_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")
_SAID = 300
"""Characters of a library's own words that are shown."""
_Model = TypeVar("_Model")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[_Model]):
    """A model in memory."""

    model: _Model
    tokens: int
    """Tokens of one batch."""
    longest: int
    """Tokens of one text."""
    tokenizing: Lock = field(default_factory=Lock)
    """A tokenizer takes one thread at a time."""


class OnFirstUse(Generic[_Model]):
    """Loads a model when it is first called for."""

    def __init__(self, load: Callable[[], Loaded[_Model]]) -> None:
        self._load = load
        self._loading = Lock()
        self._loaded: Loaded[_Model] | None = None

    def __call__(self) -> Loaded[_Model]:
        """Return the model; the first call loads it, others wait for that."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


@contextmanager
def told(name: str) -> Iterator[None]:
    """Tell whatever the libraries raise as a sentence of ours."""
    try:
        yield
    except ModelUnusableError:
        raise
    except Exception as error:
        said = str(error)
        if isinstance(error, MemoryError) or any(each in said.lower() for each in _OUT_OF_MEMORY):
            raise ModelOutOfMemoryError(name) from error
        if "trust_remote_code" in said:
            raise ModelNeedsCodeError(name, "named by its configuration") from error
        raise ModelFailedError(name, f"{type(error).__name__}: {said[:_SAID]}") from error
