"""Whether the vectors are those of the notes; and how they are made to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from app.embedding import Embedding
from app.embedding_pass import EmbeddingPass
from ingest.mismatch import Mismatch, MismatchKind, named
from retrieval.vector_index import VectorIndex

_READ_AT_ONCE = 1_000
_LENGTH_ERROR = 0.01
"""By how much the length of a vector may differ from 1."""


@dataclass(frozen=True, slots=True)
class VectorFindings:
    """What does not fit among the vectors."""

    mismatches: tuple[Mismatch, ...] = ()
    unusable: frozenset[UUID] = frozenset()
    """Points whose vectors are to be made again."""
    whole: bool = False
    """Whether every point should have a vector."""


def examine_vectors(embedding: Embedding, work: EmbeddingPass | None) -> VectorFindings:
    """Hold the vectors in use against the catalogue; ``work`` is a pass that is paused.

    Points without a vector are no fault until all were said to be embedded, and vectors without a
    point none until those that a sync took out were said to be gone.
    """
    if work is None:
        return VectorFindings()
    damage, settled = embedding.now.damage, work.is_settled
    mismatches = [
        Mismatch(MismatchKind.VECTORS_LEFT_OVER, f"{named(name)} is of no use any more")
        for name in embedding.spaces.leftovers()
    ]
    if damage:
        what = f"the vectors could not be read ({damage}) and were set aside; new ones are made"
        mismatches.append(Mismatch(MismatchKind.VECTORS_DAMAGED, what))
    if settled:
        mismatches.extend(
            Mismatch(
                MismatchKind.VECTOR_LEFT_OVER, f"the vector of point {point} belongs to no chunk"
            )
            for point in sorted(work.surplus())
        )
        mismatches.extend(
            Mismatch(MismatchKind.VECTOR_MISSING, f"point {point} has no vector")
            for point in sorted(work.lacking())
        )
    unusable = dict(_unusable(work.vectors))
    mismatches.extend(Mismatch(MismatchKind.VECTOR_UNUSABLE, what) for what in unusable.values())
    return VectorFindings(tuple(mismatches), frozenset(unusable), settled or bool(damage))


def mend_vectors(embedding: Embedding, work: EmbeddingPass | None, found: VectorFindings) -> None:
    """Take away what is of no use, and make the vectors that should be there."""
    if work is None:
        return
    embedding.spaces.drop_leftovers()
    work.remove(work.surplus() | found.unusable)
    if found.whole or found.unusable:
        for _ in work.embed(work.lacking()):
            pass
        work.settle()
        embedding.mended()


def _unusable(vectors: VectorIndex) -> Iterator[tuple[UUID, str]]:
    """Yield points whose vectors no encoder makes."""
    import numpy as np  # noqa: PLC0415 - a program without a model does without

    ids = sorted(vectors.ids())
    for start in range(0, len(ids), _READ_AT_ONCE):
        some = ids[start : start + _READ_AT_ONCE]
        found = vectors.vectors(some)
        for point in some:
            if point not in found:
                yield point, f"the vector of point {point} cannot be read"
                continue
            length = float(np.linalg.norm(found[point]))
            if not np.isfinite(length):
                yield point, f"the vector of point {point} holds what is no number"
            elif abs(length - 1) > _LENGTH_ERROR:
                yield point, f"the vector of point {point} has the length {length:.3g}, not 1"
