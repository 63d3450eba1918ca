"""The average length of a passage, on which the lexical weights rest.

BM25 divides a passage's length by the true average of the collection; passages that say the same
are one. The number of terms of all passages is remembered, and the average that the index was built
with; when the true one drifts from it by more than `DRIFT`, every point is written again. Both that
and the counting are marked as unfinished until they are done, so that a crash in the middle only
repeats them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from ingest.catalog import NoteCatalog
from ingest.repair import index_chunks
from retrieval.chunk import Chunk
from retrieval.failpoint import reach
from retrieval.index import ChunkIndex
from retrieval.lexical import LEXICAL_VERSION, LexicalEncoder, terms

DRIFT = 0.15
_USED = "lexical.average_length"
_TOTAL = "lexical.terms"
"""Terms of all live passages together."""
_VERSION = "lexical.version"
"""Which version all points were encoded with; empty while they are written again."""
_COUNTING = "lexical.counting"
"""Filled from a sync's first change of passages until the total knows of it."""


class Remembering(Protocol):
    """What remembers the lengths; `ingest.catalog.NoteCatalog` does."""

    def state(self, key: str) -> str | None:
        """Return a remembered value."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What the catalogue remembers of the lengths."""

    average: float | None
    """Average that the index was built with; None when none is remembered that can be read."""
    terms: int | None
    """Terms of all live passages together; None likewise."""
    current: bool
    """Whether all points were encoded with this version."""
    unfinished: bool
    """Whether a change of passages was begun that the total does not know of."""


def figures(catalog: Remembering) -> Figures:
    """Return what is remembered; what cannot be read counts as forgotten."""
    average, terms = catalog.state(_USED) or "", catalog.state(_TOTAL) or ""
    try:
        used = float(average)
    except ValueError:
        used = 0.0
    return Figures(
        average=used if isfinite(used) and used >= 1 else None,
        terms=int(terms) if terms.isascii() and terms.isdigit() else None,
        current=catalog.state(_VERSION) == LEXICAL_VERSION,
        unfinished=bool(catalog.state(_COUNTING)),
    )


def distrust(catalog: NoteCatalog) -> None:
    """Have the next `Lengths.settle` count everything anew."""
    catalog.remember(_COUNTING, "1")


class Lengths:
    """Follows the average length through one sync."""

    def __init__(self, catalog: NoteCatalog, encoder: LexicalEncoder) -> None:
        """Remember totals in ``catalog`` and set ``encoder`` to the average in use."""
        self._catalog = catalog
        self._encoder = encoder
        self._change = 0
        self._open = False
        self._before = 0
        self._stale = False
        self._uncounted = False

    def prepare(self) -> None:
        """Set the encoder to the average that the index was built with."""
        self._change, self._open = 0, False
        self._before = self._catalog.totals().points
        known = figures(self._catalog)
        if known.average is not None:
            self._encoder.average_length = known.average
        self._stale = self._before > 0 and (not known.current or known.average is None)
        self._uncounted = known.unfinished

    @property
    def unknown(self) -> bool:
        """Whether nothing is indexed yet, so that any average is a guess."""
        return self._before == 0

    def assume(self, sample: Iterable[Chunk]) -> None:
        """Set the encoder to the average of a sample of what is to come."""
        lengths = [length_of(chunk) for chunk in sample]
        if lengths:
            self._encoder.average_length = max(1.0, sum(lengths) / len(lengths))

    def expect_change(self) -> None:
        """Mark the total as unfinished, before passages change."""
        if not self._open:
            self._remember(_COUNTING, "1")
            self._open = True

    def changed(self, change: int) -> None:
        """Count terms that came, or went when negative, with passages that now did."""
        self._change += change

    def settle(self) -> bool:
        """Remember total and average; return whether all points must be written again."""
        if not (self._open or self._stale or self._uncounted):
            return False
        live, total = self._catalog.totals().points, self._total()
        used = self._encoder.average_length
        average = max(1.0, total / live) if live else used
        drifted = abs(average / used - 1) > DRIFT
        stale = drifted or self._stale
        self._remember(_VERSION, "" if stale else LEXICAL_VERSION)
        if stale:
            self._encoder.average_length = average
        reach("mid settling")
        self._remember(_USED, f"{self._encoder.average_length:.3f}")
        self._remember(_TOTAL, str(total))
        self._remember(_COUNTING, "")
        return stale

    def reencode(self, index: ChunkIndex) -> int:
        """Write every point again; return how many that were."""
        reach("before re-encoding")
        written = index_chunks(self._catalog.chunks(), index, self._encoder)
        reach("after re-encoding")
        self._remember(_VERSION, LEXICAL_VERSION)
        return written

    def _total(self) -> int:
        """Add this sync's change to what was known; count everything when that is not known."""
        known = figures(self._catalog).terms if self._before else 0
        if known is None or self._stale or self._uncounted:
            return sum(map(length_of, self._catalog.chunks()))
        return known + self._change

    def _remember(self, key: str, value: str) -> None:
        if self._catalog.state(key) != value:
            self._catalog.remember(key, value)


def length_of(chunk: Chunk) -> int:
    """Return the number of a chunk's terms."""
    return len(terms(chunk.indexed_text))
