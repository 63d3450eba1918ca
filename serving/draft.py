"""An answer while it is written."""

import time
from collections.abc import Iterable, Sequence

from retrieval.span import Span
from serving.answer import (
    Answer,
    Citation,
    Cited,
    Event,
    Finish,
    Mode,
    Source,
    Support,
    Supported,
    Token,
)
from serving.citations import Piece, neutralised
from serving.quoting import best_quote
from serving.refusal import declines
from serving.sentences import sentences
from serving.support import support
from serving.wording import bare, terms

_LEAST_CLAIM_TERMS = 3
_LEAST_SENTENCE_TERMS = 2
_FENCES = ("```", "~~~")


class Draft:
    """Collects text, citations and proof marks, and tells each change as an event.

    Nothing goes out before the first word, so that an answer of only white space and marks
    leaves no trace.
    """

    def __init__(self, sources: Sequence[Source], started: float) -> None:
        """Begin an answer over ``sources``; ``started`` is when the question came in."""
        self.text = ""
        self._sources = {source.number: source for source in sources}
        self._started = started
        self._first_token_ms: int | None = None
        self._held: list[Piece] = []
        self._citations: list[Citation] = []
        self._support: list[Support] = []
        self._sentence_start = 0
        self._previous = Span(0, 0)
        self._fenced = False

    def write(self, pieces: Iterable[Piece]) -> list[Event]:
        """Add what a model wrote."""
        events: list[Event] = []
        for piece in pieces:
            if self.text or any(c.isalnum() for c in piece.text if not piece.numbers):
                for ready in self._released(piece):
                    events.extend(self._add(ready))
            else:
                self._held.append(piece)
        return events

    def say(self, text: str) -> list[Event]:
        """Add text of our own, which holds no marks and needs no proof."""
        return [self._append(neutralised(text))]

    def quote(self, words: str, places: Sequence[tuple[int, Span]]) -> list[Event]:
        """Add a paragraph that is the words of sources, with their marks.

        Args:
            words: What is shown.
            places: Number of each source that holds them, and where in its note.
        """
        gap = "\n\n" if self.text else ""
        start = len(self.text) + len(gap)
        space = " " if words[-1:].isascii() else ""
        marks = "".join(f"[{number}]" for number, _ in places)
        events: list[Event] = [self._append(f"{gap}{words}{space}{marks}")]
        position = start + len(words) + len(space)
        citations = []
        for number, span in places:
            citations.append(self._cite(number, position, span))
            position += len(f"[{number}]")
        label, why = support(words, [citations[0].quote])
        proof = Support(Span(start, len(self.text)), label, why)
        self._support.append(proof)
        return [*events, *map(Cited, citations), Supported(proof)]

    def finish(self) -> list[Event]:
        """Judge the last sentence; nothing more will be written."""
        return self._judged(sentences(self.text[self._sentence_start :]))

    def answer(
        self,
        mode: Mode,
        finish: Finish,
        missing: tuple[str, ...] = (),
        note: tuple[str, str] = ("", ""),
    ) -> Answer:
        """Return the answer as it stands; ``note`` is the key and the reason behind it."""
        return Answer(
            text=self.text,
            mode=mode,
            finish=finish,
            sources=tuple(self._sources.values()),
            citations=tuple(self._citations),
            support=tuple(self._support),
            note=note[0],
            missing=missing,
            ms=self._elapsed_ms(),
            first_token_ms=self._first_token_ms,
            reason=note[1],
        )

    @property
    def cited(self) -> bool:
        """Whether any source is cited."""
        return bool(self._citations)

    def _released(self, piece: Piece) -> list[Piece]:
        """Return ``piece`` with what was held before it, without white space at the beginning."""
        pieces, self._held = [*self._held, piece], []
        if self.text:
            return pieces
        for at, first in enumerate(pieces):
            stripped = first.text.lstrip()
            if stripped:
                return [Piece(stripped, first.numbers), *pieces[at + 1 :]]
        return []

    def _add(self, piece: Piece) -> list[Event]:
        position = len(self.text)
        events: list[Event] = [self._append(piece.text)]
        if not piece.numbers:
            unfinished = sentences(self.text[self._sentence_start :])
            return events + self._judged(unfinished[:-1])
        claim = self._claim(position)
        for number in piece.numbers:
            span = best_quote(claim, self._sources[number].passage)
            events.append(Cited(self._cite(number, position, span)))
            position += len(f"[{number}]")
        return events

    def _append(self, text: str) -> Token:
        self.text += text
        if self._first_token_ms is None:
            self._first_token_ms = self._elapsed_ms()
        return Token(text)

    def _cite(self, number: int, position: int, span: Span) -> Citation:
        passage = self._sources[number].passage
        quote = span.moved(-passage.span.start).of(passage.text)
        citation = Citation(number, position, passage.note_id, passage.path, span, quote)
        self._citations.append(citation)
        return citation

    def _claim(self, position: int) -> str:
        """Return the words that a mark at ``position`` stands for.

        Those since the previous mark of the sentence if there are enough, else the sentence so
        far, else the sentence before.
        """
        last = max((c.position for c in self._citations), default=0)
        for start in (max(last, self._sentence_start), self._sentence_start):
            claim = self.text[start:position]
            if len(terms(bare(claim))) >= _LEAST_CLAIM_TERMS:
                return claim
        return self._previous.of(self.text) + self.text[self._sentence_start : position]

    def _judged(self, finished: Sequence[Span]) -> list[Event]:
        """Judge sentences that are finished, given by their place after the current start."""
        events: list[Event] = []
        for span in [part.moved(self._sentence_start) for part in finished]:
            self._sentence_start, self._previous = span.end, span
            if self._wants_proof(span.of(self.text)):
                quotes = [c.quote for c in self._citations if span.start <= c.position < span.end]
                proof = Support(span, *support(span.of(self.text), quotes))
                self._support.append(proof)
                events.append(Supported(proof))
        return events

    def _wants_proof(self, sentence: str) -> bool:
        """Whether a sentence states something: not code, a heading, or an announcement."""
        if sentence.startswith(_FENCES):
            self._fenced = not self._fenced
            return False
        announces = sentence.endswith((":", "：", ":**", "：**")) or sentence.startswith("#")
        short = len(terms(bare(sentence))) < _LEAST_SENTENCE_TERMS
        return not (self._fenced or announces or short or declines(sentence))

    def _elapsed_ms(self) -> int:
        return round((time.perf_counter() - self._started) * 1_000)
