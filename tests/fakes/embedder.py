"""An encoder without a model that keeps the contract of `retrieval.embedder.Embedder`."""

import zlib
from collections.abc import Sequence
from itertools import pairwise
from threading import Lock

import numpy as np

from retrieval.embedder import EmbedderUnusableError, Matrix, Vector

_LONGEST = 2_000
"""Characters the encoder reads of a text."""


class FakeUnusableError(EmbedderUnusableError):
    def __init__(self) -> None:
        super().__init__("The model of this test cannot be used now.")


class FakeEmbedder:
    """Counts character bigrams, hashed into few dimensions: texts that share them are near.

    ``encoded`` lists the passages it was given, in order. While ``broken`` is set, nothing can be
    encoded. Another ``revision`` gives other vectors and another fingerprint.
    """

    def __init__(self, dimension: int = 64, name: str = "fake", revision: str = "1") -> None:
        self._dimension = dimension
        self._name = name
        self._revision = revision
        self._lock = Lock()
        self.encoded: list[str] = []
        self.broken = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        return f"{self._name}-{self._revision}-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def passages(self, texts: Sequence[str]) -> Matrix:
        if self.broken:
            raise FakeUnusableError
        with self._lock:
            self.encoded.extend(texts)
        rows = [self._vector(text) for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self._dimension)

    def question(self, text: str) -> Vector:
        if self.broken:
            raise FakeUnusableError
        return self._vector(text)

    def _vector(self, text: str) -> Vector:
        counts = np.zeros(self._dimension, np.float32)
        counts[0] = 0.01  # a text without a bigram has a direction too
        read = f" {' '.join(text.lower().split())} "[:_LONGEST]
        for first, second in pairwise(read):
            counts[self._number(first + second)] += 1
        return counts / np.linalg.norm(counts)

    def _number(self, bigram: str) -> int:
        written = (self._revision + bigram).encode("utf-8", "surrogatepass")
        return zlib.crc32(written) % self._dimension
