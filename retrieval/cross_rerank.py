"""Candidates ordered by a cross-encoder, within a budget of time.

A cross-encoder reads question and passage together, which no index can do ahead of time, so it
reads few passages: those that the light reranker puts first, as many as the time allows at the
speed measured so far. A model too slow for the machine thereby only settles the order of the very
best, and never does harm further down.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from time import perf_counter
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.hit import Hit
from retrieval.lexical import terms
from retrieval.lexical_rerank import LightReranker
from retrieval.reranker import Reranker
from retrieval.scorer import Scorer, ScorerUnusableError

BUDGET_MS = 400.0
"""Time one search may spend on reading."""
MOST = 50
"""Candidates that are read at most."""
SHARE = 0.7
"""What the cross-encoder's score counts in the final one; the fused score has the rest."""
LEAST = 0.01
"""Best score below which the candidates are taken not to answer. Published cross-encoders give
text that is beside the point a thousandth or less, and one that helps hundreds of times that."""
BATCH = 32
CHARACTERS = 1_000
"""Longest text that is read; of a longer one, the stretch that holds most of the question."""
_HEADER_CHARACTERS = 200
_REMEMBERED = 8_192
_PAUSE_S = 60.0
"""Time for which a scorer that failed is not tried again."""
_NEW_SPEED = 0.3
"""What the latest batch counts in the running mean of the speed, when it is faster."""
_SLOW_ONCE = 0.95
"""What is left of the time a passage is thought to take when there was none to read one: a machine
that was busy once must not be taken for slow for ever."""
_SAMPLE = "语言模型把文字切成词元，再逐个预测下一个。A language model predicts the next token. " * 6


@dataclass(frozen=True, slots=True)
class ReadingSpeed:
    """How a cross-encoder is doing, as the status page says it."""

    model: str
    passages_per_s: float | None
    """Passages it reads in a second; None before it has read any."""
    problem: str
    """Why the light reranker stands in for it; empty when it does not."""


class CrossReranker:
    """A `retrieval.reranker.Reranker` over a cross-encoder.

    While the model loads, is busy with another search, or cannot be used, the light reranker's
    order stands.
    """

    def __init__(
        self,
        scorer: Scorer,
        *,
        budget_ms: float = BUDGET_MS,
        least: float = LEAST,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        """Read with ``scorer``, for ``budget_ms`` a search.

        Args:
            scorer: The cross-encoder; loaded on first use or by `warm`.
            budget_ms: Milliseconds that one search may spend on reading.
            least: Best score below which the candidates are taken not to answer, in 0..1.
            clock: Seconds that go on.
        """
        self.least = least
        self._scorer = scorer
        self._budget_s = budget_ms / 1000
        self._clock = clock
        self._light: Reranker = LightReranker()
        self._reading = Lock()
        self._scores = _Remembered(_REMEMBERED)
        self._warmed = False
        self._pace: float | None = None
        self._problem = ""
        self._again = -math.inf

    @property
    def name(self) -> str:
        """The model's name, or the light reranker's while that stands in."""
        return self._light.name if self._problem else self._scorer.name

    @property
    def speed(self) -> ReadingSpeed:
        """How the model is doing."""
        pace = self._pace
        return ReadingSpeed(self._scorer.name, None if pace is None else 1 / pace, self._problem)

    def warm(self) -> None:
        """Load the model, so that no search waits for that; what fails is kept as the problem."""
        with self._reading:
            self._warm()

    def rerank(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> list[Hit]:
        """Order ``hits``; see `retrieval.reranker.Reranker`."""
        light = self._light.rerank(question, weights, hits)
        judged = self._judged(question, weights, light[:MOST])
        if not judged:
            return light
        read = [_blended(hit, judged[hit.chunk.id]) for hit in light if hit.chunk.id in judged]
        read.sort(key=lambda hit: -hit.final)
        lowest = read[-1].final
        unread = [hit for hit in light if hit.chunk.id not in judged]
        highest = max((hit.final for hit in unread), default=0.0) or 1.0
        return read + [replace(hit, final=lowest * hit.final / highest) for hit in unread]

    def _judged(
        self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]
    ) -> Mapping[UUID, float]:
        """Return the scores of those that were read, now or before; none when it cannot read."""
        known = {hit.chunk.id: self._scores.found(question, hit.chunk) for hit in hits}
        scores = {chunk: score for chunk, score in known.items() if score is not None}
        rest = [hit.chunk for hit in hits if hit.chunk.id not in scores]
        end = self._clock() + self._budget_s
        # Before the model is loaded a search waits for it, unless another thread loads it already.
        if not rest or not self._reading.acquire(timeout=self._budget_s if self._warmed else 0):
            return scores
        try:
            if self._clock() >= self._again:
                if not self._warmed:
                    self._warm()
                    end = self._clock() + self._budget_s
                scores |= self._read(question, weights, rest, end)
        finally:
            self._reading.release()
        return scores

    def _warm(self) -> None:
        """Load the model, then learn its speed."""
        if not self._warmed and self._tried("", [""]):
            self._warmed = True
            self._tried(_SAMPLE[:40], [_SAMPLE])

    def _read(
        self, question: str, weights: Mapping[str, float], chunks: Sequence[Chunk], end: float
    ) -> Mapping[UUID, float]:
        """Read as many of ``chunks`` as there is time for, in their order."""
        scores: dict[UUID, float] = {}
        rest = list(chunks)
        while rest and self._warmed and self._pace is not None:
            size = min(BATCH, int((end - self._clock()) / self._pace))
            if size < 1:
                self._pace *= 1.0 if scores else _SLOW_ONCE
                break
            batch, rest = rest[:size], rest[size:]
            read = self._tried(question, [_passage(chunk, weights) for chunk in batch])
            for chunk, score in zip(batch, read, strict=False):
                scores[chunk.id] = score
                self._scores.keep(question, chunk, score)
        return scores

    def _tried(self, question: str, texts: Sequence[str]) -> list[float]:
        """Score ``texts``; nothing when the model cannot, which is kept as the problem."""
        begun = self._clock()
        try:
            scores = _checked(self._scorer.score(question, texts), len(texts), self._scorer.name)
        except ScorerUnusableError as error:
            self._problem, self._again = str(error), self._clock() + _PAUSE_S
            self._warmed = False
            return []
        self._problem = ""
        if self._warmed:
            pace = max((self._clock() - begun) / len(texts), 1e-6)
            known = self._pace or pace
            # Slower than thought counts at once, so that the next search keeps its time.
            self._pace = max(pace, known + _NEW_SPEED * (pace - known))
        return scores


class SenselessScoresError(ScorerUnusableError):
    """A cross-encoder gave something else than one score in 0..1 for each text."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"The cross-encoder {model} gave scores that make no sense. Pull it again, or choose "
            "another one with `footnote models pull`."
        )


class _Remembered:
    """The latest scores by question and chunk. Any thread may use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._scores: OrderedDict[tuple[str, UUID], float] = OrderedDict()
        self._lock = Lock()

    def found(self, question: str, chunk: Chunk) -> float | None:
        with self._lock:
            score = self._scores.get((question, chunk.id))
            if score is not None:
                self._scores.move_to_end((question, chunk.id))
            return score

    def keep(self, question: str, chunk: Chunk, score: float) -> None:
        with self._lock:
            self._scores[question, chunk.id] = score
            if len(self._scores) > self._most:
                self._scores.popitem(last=False)


def _blended(hit: Hit, score: float) -> Hit:
    final = SHARE * score + (1 - SHARE) * hit.fused
    return replace(hit, rerank=score, judged=score, final=final)


def _checked(scores: Sequence[float], count: int, model: str) -> list[float]:
    if len(scores) != count or not all(0.0 <= score <= 1.0 for score in scores):
        raise SenselessScoresError(model)
    # What stands beside a text in a batch moves its score by less than this.
    return [round(float(score), 4) for score in scores]


def _passage(chunk: Chunk, weights: Mapping[str, float]) -> str:
    """Return what is read of a chunk: its header line, and its text or the best part of it."""
    header = chunk.header[:_HEADER_CHARACTERS]
    if len(chunk.text) <= CHARACTERS:
        return f"{header}\n{chunk.text}"
    starts = range(0, len(chunk.text) - CHARACTERS // 2, CHARACTERS // 2)
    stretches = [chunk.text[start : start + CHARACTERS] for start in starts]
    return f"{header}\n{max(stretches, key=lambda stretch: _weight(stretch, weights))}"


def _weight(text: str, weights: Mapping[str, float]) -> float:
    held = frozenset(terms(text))
    return math.fsum(weight for term, weight in weights.items() if term in held)
