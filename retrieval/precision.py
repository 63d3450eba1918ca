"""Which number format a model computes in: the fastest whose vectors stay the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

import numpy as np

from retrieval.embedder import Matrix

LEAST_COSINE = 0.99
"""Cosine to the vector of full precision that the worst text of the sample must reach."""
_WORTH = 1.05
"""How much faster another format must be to be taken."""


class Precision(StrEnum):
    """A number format that weights and sums are kept in."""

    FP32 = "fp32"
    BF16 = "bf16"


@dataclass(frozen=True, slots=True)
class Measured:
    """How a model did in one format on this machine."""

    precision: Precision
    passages_per_s: float
    characters_per_s: float
    mean_cosine: float
    """Mean cosine to the vectors of full precision."""
    least_cosine: float


def measured(
    encoder: Callable[[Precision], Callable[[Sequence[str]], Matrix]],
    texts: Sequence[str],
    clock: Callable[[], float] = perf_counter,
) -> list[Measured]:
    """Encode ``texts`` in every format, full precision first.

    Args:
        encoder: Makes what computes vectors in a format.
        texts: Passages such as the notes hold; at least one.
        clock: Seconds that go on.
    """
    results: list[Measured] = []
    exact: Matrix | None = None
    for precision in Precision:
        encode = encoder(precision)
        encode(texts[:1])  # loads the model
        begun = clock()
        vectors = encode(texts)
        seconds = max(clock() - begun, 1e-9)
        exact = vectors if exact is None else exact
        cosines = np.sum(vectors * exact, axis=1)
        results.append(
            Measured(
                precision,
                passages_per_s=len(texts) / seconds,
                characters_per_s=sum(map(len, texts)) / seconds,
                mean_cosine=float(cosines.mean()),
                least_cosine=float(cosines.min()),
            )
        )
    return results


def as_directions(scores: Sequence[float]) -> Matrix:
    """Return scores in 0..1 as directions of a plane, so that cosines compare them.

    At a cosine of 0.99 two scores are 0.09 apart.
    """
    angles = np.asarray(scores) * (np.pi / 2)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def fastest(results: Sequence[Measured]) -> Measured:
    """Return the fastest result that is true to full precision, which is among ``results``."""
    exact = next(each for each in results if each.precision == Precision.FP32)
    true = [
        each
        for each in results
        if each.least_cosine >= LEAST_COSINE
        and each.passages_per_s >= _WORTH * exact.passages_per_s
    ]
    return max(true, key=lambda each: each.passages_per_s, default=exact)
