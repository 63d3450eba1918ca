"""The average length of a passage, on which the lexical weights rest.

BM25 divides a passage's length by the true average of the collection. The average that the index
was built with and the true one are remembered; when they drift apart by more than `DRIFT`, every
point is written again with the true one.
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

    def prepare(self) -> None:
        """Set the encoder to the average that the index was built with."""
        self._terms = self._passages = 0
        self._before = self._catalog.totals()[1]
        used = self._catalog.state(_USED)
        if used is not None:
            self._encoder.average_length = float(used)
        self._stale = self._before > 0 and self._catalog.state(_VERSION) != LEXICAL_VERSION

    @property
    def unknown(self) -> bool:
        """Whether nothing is indexed yet, so that any average is a guess."""
        return self._before == 0

    def assume(self, sample: Iterable[Chunk]) -> None:
        """Set the encoder to the average of a sample of what is to come."""
        lengths = [len(terms(chunk.indexed_text)) for chunk in sample]
        if lengths:
            self._encoder.average_length = max(1.0, sum(lengths) / len(lengths))

    def saw(self, length: int) -> None:
        """Count a passage of ``length`` terms that was written."""
        self._terms += length
        self._passages += 1

    def settle(self) -> bool:
        """Remember the averages; return whether all points must be written again."""
        if not self._passages and not self._stale:
            return False
        live = self._catalog.totals()[1]
        kept = max(0, live - self._passages) if self._before else 0
        earlier = float(self._catalog.state(_TRUE) or self._encoder.average_length)
        weighed = kept + self._passages
        average = (earlier * kept + self._terms) / weighed if weighed else earlier
        self._catalog.remember(_TRUE, f"{average:.3f}")
        drifted = abs(average / self._encoder.average_length - 1) > DRIFT
        if drifted:
            self._encoder.average_length = max(1.0, average)
        self._catalog.remember(_USED, f"{self._encoder.average_length:.3f}")
        if not self._stale:
            self._catalog.remember(_VERSION, LEXICAL_VERSION)
        return drifted or self._stale

    def reencode(self, index: ChunkIndex) -> int:
        """Write every live chunk's point again; return how many that were."""
        written = index_chunks(self._catalog.chunks(), index, self._encoder)
        self._catalog.remember(_VERSION, LEXICAL_VERSION)
        return written
