"""A search's trace as it comes about.

It costs a search next to nothing: of each stage only the best candidates are noted, and nothing is
read for it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from time import perf_counter
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.index import Scored
from retrieval.passage import Passage
from retrieval.trace import Dropped, Ranked, Reason, Stage, StageTrace, Trace


class Tracing:
    """Notes what each stage had, and how long it took since the one before."""

    def __init__(self, most: int) -> None:
        """Begin now; of each stage, ``most`` candidates are noted."""
        self._most = most
        self._started = self._last = perf_counter()
        self._reading_ms = 0.0
        self._stages: list[StageTrace] = []
        self._dropped: dict[Reason, list[UUID]] = {}

    @property
    def ms(self) -> float:
        """Milliseconds since the beginning."""
        return _ms(perf_counter() - self._started)

    def restart(self) -> None:
        """Begin with the stages, or forget them: they are done again."""
        if not self._reading_ms:
            self._reading_ms = self.ms
        self._last = perf_counter()
        self._stages.clear()
        self._dropped.clear()

    def hits(self, stage: Stage, hits: Sequence[Hit], score: Callable[[Hit], float]) -> None:
        """Note a stage's hits, best first."""
        self._note(stage, (_of_chunk(hit.chunk, score(hit)) for hit in hits), len(hits))

    def points(self, stage: Stage, found: Sequence[tuple[Scored, Sequence[Chunk]]]) -> None:
        """Note a stage's points with their chunks, best first; nothing where there are none."""
        if found:
            entries = (_of_chunk(chunk, each.score) for each, chunks in found for chunk in chunks)
            self._note(stage, entries, sum(len(chunks) for _, chunks in found))

    def drop(self, reason: Reason, hits: Iterable[Hit]) -> None:
        """Note that hits were left out, best first; nothing where there are none."""
        if chunks := [hit.chunk.id for hit in hits]:
            self._dropped.setdefault(reason, []).extend(chunks)

    def kept(self, hits: Sequence[Hit], kept: list[Hit]) -> list[Hit]:
        """Return ``kept``, and note those among ``hits`` that are not as ruled out."""
        if len(kept) < len(hits):
            left = {hit.chunk.id for hit in kept}
            self.drop(Reason.FILTERED, (hit for hit in hits if hit.chunk.id not in left))
        return kept

    def passages(
        self, passages: Sequence[Passage], hits: Sequence[Hit], limit: int, per_note: int
    ) -> None:
        """Note what goes out, and what became of the other hits.

        Args:
            passages: What goes out, grown from some of ``hits``.
            hits: All candidates, best first.
            limit: Passages that were asked for.
            per_note: Passages that one note may have.
        """
        self._note(Stage.FINAL, map(_of_passage, passages), len(passages))
        best = {passage.hits[0].chunk.id for passage in passages}
        held = {hit.chunk.id for passage in passages for hit in passage.hits}
        last = max((rank for rank, hit in enumerate(hits, 1) if hit.chunk.id in best), default=0)
        reached = last if len(passages) == limit else len(hits)
        self.drop(Reason.SAME, (hit for hit in hits if hit.chunk.id in held - best))
        shares = Counter(passage.note_id for passage in passages)
        spare = [hit for hit in hits[:reached] if hit.chunk.id not in held]
        full = {note for note, share in shares.items() if share >= per_note}
        rest = [hit for hit in hits[reached:] if hit.chunk.id not in held]
        self.drop(Reason.PER_NOTE, (hit for hit in spare if hit.chunk.note_id in full))
        self.drop(Reason.BEYOND, [hit for hit in spare if hit.chunk.note_id not in full] + rest)

    def trace(self, **values: object) -> Trace:
        """Return the trace; ``values`` are its further fields."""
        return Trace(
            stages=tuple(self._stages),
            dropped=tuple(
                Dropped(reason, len(chunks), tuple(chunks[: self._most]))
                for reason, chunks in self._dropped.items()
            ),
            reading_ms=self._reading_ms,
            ms=self.ms,
            **values,  # type: ignore[arg-type]
        )

    def _note(self, stage: Stage, entries: Iterable[Ranked], count: int) -> None:
        took = _ms(perf_counter() - self._last)
        self._stages.append(StageTrace(stage, took, tuple(islice(entries, self._most)), count))
        self._last = perf_counter()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _of_passage(passage: Passage) -> Ranked:
    best, *joined = (hit.chunk.id for hit in passage.hits)
    return Ranked(
        chunk=best,
        note=passage.note_id,
        path=passage.path,
        heading=passage.heading,
        start=passage.span.start,
        end=passage.span.end,
        score=passage.score,
        joined=tuple(joined),
    )


def _of_chunk(chunk: Chunk, score: float) -> Ranked:
    return Ranked(
        chunk=chunk.id,
        note=chunk.note_id,
        path="",
        heading=" › ".join(chunk.headings),
        start=chunk.span.start,
        end=chunk.span.end,
        score=round(score, 4),
    )
