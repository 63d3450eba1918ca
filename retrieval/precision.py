"""Which number format a model computes in: the fastest whose vectors stay the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from time import perf_counter

import numpy as np

from retrieval.embedder import Matrix

LEAST_COSINE = 0.99
"""Cosine to the vector of full precision that the worst text of the sample must reach."""
_WORTH = 1.05
"""How much faster another format must be to be taken."""
_WORTH_SWITCHING = 1.2
"""How much faster it must be to follow one in use: its vectors are all made again."""
_RUNS = 3


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
    """Encode ``texts`` in every format, in turns, and take the median of the times.

    What else the machine does meanwhile then slows all formats alike.

    Args:
        encoder: Makes what computes vectors in a format.
        texts: Passages such as the notes hold; at least one.
        clock: Seconds that go on.
    """
    encoders = {precision: encoder(precision) for precision in Precision}
    for encode in encoders.values():
        encode(texts[:1])  # loads the model
    times: dict[Precision, list[float]] = {precision: [] for precision in Precision}
    vectors: dict[Precision, Matrix] = {}
    for _ in range(_RUNS):
        for precision, encode in encoders.items():
            begun = clock()
            vectors[precision] = encode(texts)
            times[precision].append(clock() - begun)
    results: list[Measured] = []
    for precision in Precision:
        seconds = max(median(times[precision]), 1e-9)
        cosines = np.sum(vectors[precision] * vectors[Precision.FP32], axis=1)
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


def to_use(results: Sequence[Measured], before: Precision | None) -> Precision:
    """Return the format to compute in from now on.

    Args:
        results: Of every format.
        before: The one in use; None when there was none. It stays, unless it is no longer true
            to full precision or the fastest one is much faster.
    """
    best = fastest(results)
    held = next((each for each in results if each.precision == before), None)
    if held is None or held.least_cosine < LEAST_COSINE:
        return best.precision
    worth = best.passages_per_s >= _WORTH_SWITCHING * held.passages_per_s
    return best.precision if worth else held.precision
