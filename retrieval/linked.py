"""Passages of the notes that the best candidates link to.

Who writes a link says that what is asked here is told there. So where a link stands inside one of
the best candidates, the passage of the other note that suits the question best gains a share of
that candidate's score. Only links inside the passage count: measured on the whole notes instead,
a link tells too little, and questions are answered worse.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.index import ChunkIndex, SparseVector
from retrieval.store import ChunkStore

BEST = 3
"""Candidates whose links are followed."""
SHARE = 0.3
"""Share of a candidate's score that the passage it links to gains."""
MOST = 10
"""Notes that are looked into."""
_POINTS = 50
"""Points of these notes that are looked at."""


@dataclass(frozen=True, slots=True)
class Linking:
    """Follows links through one index."""

    index: ChunkIndex
    store: ChunkStore

    def joined(
        self, hits: Sequence[Hit], vector: SparseVector, within: Collection[UUID] | None = None
    ) -> list[Hit]:
        """Raise passages that the best candidates link to, and bring in those not found yet.

        Args:
            hits: Candidates of the lexical leg, best first.
            vector: What they were found with.
            within: Points that the filters leave; None without filters.
        """
        gains = self._gains(hits[:BEST])
        if not gains:
            return list(hits)
        raised = {hit.chunk.id: hit for hit in hits}
        for chunk, score in self._best_of_each(gains, vector, within):
            hit = raised.get(chunk.id) or Hit(chunk, lexical_rank=None, lexical_score=score)
            gained = hit.lexical_score + gains[chunk.note_id]
            raised[chunk.id] = replace(hit, lexical_score=gained)
        return sorted(raised.values(), key=lambda hit: -hit.lexical_score)

    def _gains(self, best: Sequence[Hit]) -> Mapping[UUID, float]:
        """Return what each note gains that one of the best candidates links to."""
        led_to = self.store.led_to([(hit.chunk.note_id, hit.chunk.span) for hit in best])
        gains: dict[UUID, float] = {}
        for hit, notes in zip(best, led_to, strict=True):
            for note_id in notes:
                gains.setdefault(note_id, SHARE * hit.lexical_score)
        return dict(list(gains.items())[:MOST])

    def _best_of_each(
        self, notes: Collection[UUID], vector: SparseVector, within: Collection[UUID] | None
    ) -> list[tuple[Chunk, float]]:
        """Return the passage of each note that suits the question best, with its score."""
        points = set(self.store.points(notes))
        if within is not None:
            points.intersection_update(within)
        scored = self.index.search(vector, _POINTS, points) if points else []
        chunks = self.store.by_point([each.id for each in scored])
        best: dict[UUID, tuple[Chunk, float]] = {}
        for each in scored:
            for chunk in chunks.get(each.id, ()):
                if chunk.note_id in notes:
                    best.setdefault(chunk.note_id, (chunk, each.score))
        return list(best.values())
