"""The average length of a passage, on which the lexical weights rest.

BM25 divides a passage's length by the true average of the collection. The average that the index
was built with and the true one are remembered; when they drift apart by more than `DRIFT`, every
point is written again with the true one. Both that and the counting are marked as unfinished until
they are done, so that a crash in the middle only repeats them.
"""

from collections.abc import Iterable

from ingest.catalog import NoteCatalog
from ingest.repair import index_chunks
from retrieval.chunk import Chunk
from retrieval.index import ChunkIndex
from retrieval.lexical import LEXICAL_VERSION, LexicalEncoder, terms

DRIFT = 0.15
_USED = "lexical.average_length"
_TRUE = "lexical.true_average_length"
_VERSION = "lexical.version"
"""Which version all points were encoded with; empty while they are written again."""
_COUNTING = "lexical.counting"
"""Filled from the first passage a sync writes until its lengths are in the average."""


class Lengths:
    """Follows the average length through one sync."""

    def __init__(self, catalog: NoteCatalog, encoder: LexicalEncoder) -> None:
        """Remember averages in ``catalog`` and set ``encoder`` to the one in use."""
        self._catalog = catalog
        self._encoder = encoder
        self._terms = 0
        self._passages = 0
        self._before = 0
        self._stale = False
        self._uncounted = False

    def prepare(self) -> None:
        """Set the encoder to the average that the index was built with."""
        self._terms = self._passages = 0
        self._before = self._catalog.totals()[1]
        used = self._catalog.state(_USED)
        if used is not None:
            self._encoder.average_length = float(used)
        self._stale = self._before > 0 and self._catalog.state(_VERSION) != LEXICAL_VERSION
        self._uncounted = self._before > 0 and bool(self._catalog.state(_COUNTING))

    @property
    def unknown(self) -> bool:
        """Whether nothing is indexed yet, so that any average is a guess."""
        return self._before == 0

    def assume(self, sample: Iterable[Chunk]) -> None:
        """Set the encoder to the average of a sample of what is to come."""
        average = _average(sample)
        if average is not None:
            self._encoder.average_length = max(1.0, average)

    def saw(self, length: int) -> None:
        """Count a passage of ``length`` terms that is about to be written."""
        if not self._passages:
            self._catalog.remember(_COUNTING, "1")
        self._terms += length
        self._passages += 1

    def settle(self) -> bool:
        """Remember the averages; return whether all points must be written again."""
        if not (self._passages or self._stale or self._uncounted):
            return False
        average = self._true_average()
        drifted = abs(average / self._encoder.average_length - 1) > DRIFT
        stale = drifted or self._stale
        self._catalog.remember(_VERSION, "" if stale else LEXICAL_VERSION)
        if drifted:
            self._encoder.average_length = max(1.0, average)
        self._catalog.remember(_TRUE, f"{average:.3f}")
        self._catalog.remember(_USED, f"{self._encoder.average_length:.3f}")
        self._catalog.remember(_COUNTING, "")
        return stale

    def _true_average(self) -> float:
        """Add what this sync saw to what was known; count everything when that is not known."""
        kept = max(0, self._catalog.totals()[1] - self._passages) if self._before else 0
        known = self._catalog.state(_TRUE)
        if self._stale or self._uncounted or (kept and known is None):
            return _average(self._catalog.chunks()) or self._encoder.average_length
        return (float(known or 0) * kept + self._terms) / (kept + self._passages)

    def reencode(self, index: ChunkIndex) -> int:
        """Write every live chunk's point again; return how many that were."""
        written = index_chunks(self._catalog.chunks(), index, self._encoder)
        self._catalog.remember(_VERSION, LEXICAL_VERSION)
        return written


def _average(chunks: Iterable[Chunk]) -> float | None:
    lengths = [len(terms(chunk.indexed_text)) for chunk in chunks]
    return sum(lengths) / len(lengths) if lengths else None
