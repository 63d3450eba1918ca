"""A search's trace as it comes about."""

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.index import Scored
from retrieval.passage import Passage
from retrieval.trace import Ranked, Stage, StageTrace, Trace


class Tracing:
    """Notes what each stage had, and how long it took since the one before."""

    def __init__(self) -> None:
        """Begin now."""
        self._started = self._last = perf_counter()
        self._stages: list[StageTrace] = []

    @property
    def ms(self) -> float:
        """Milliseconds since the beginning."""
        return round((perf_counter() - self._started) * 1000, 2)

    def restart(self) -> None:
        """Forget the stages: they are done again."""
        self._stages.clear()

    def hits(self, stage: Stage, hits: Sequence[Hit], score: Callable[[Hit], float]) -> None:
        """Note a stage's hits, best first."""
        self._note(stage, (_of_chunk(hit.chunk, score(hit)) for hit in hits))

    def points(self, stage: Stage, found: Sequence[tuple[Scored, Sequence[Chunk]]]) -> None:
        """Note a stage's points with their chunks, best first; nothing where there are none."""
        if found:
            entries = (_of_chunk(chunk, each.score) for each, chunks in found for chunk in chunks)
            self._note(stage, entries)

    def passages(self, passages: Sequence[Passage]) -> None:
        """Note what goes out."""
        self._note(
            Stage.FINAL,
            (
                Ranked(
                    chunk=passage.hits[0].chunk.id,
                    note=passage.note_id,
                    path=passage.path,
                    heading=passage.heading,
                    start=passage.span.start,
                    end=passage.span.end,
                    score=passage.score,
                )
                for passage in passages
            ),
        )

    def trace(self, **values: object) -> Trace:
        """Return the trace; ``values`` are its further fields."""
        return Trace(stages=tuple(self._stages), **values)  # type: ignore[arg-type]

    def _note(self, stage: Stage, entries: Iterable[Ranked]) -> None:
        now = perf_counter()
        self._stages.append(StageTrace(stage, round((now - self._last) * 1000, 2), tuple(entries)))
        self._last = perf_counter()


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
