"""The JSON documents of the API and of the commands' ``--json``."""

from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.asking import Ended
from retrieval.chip import Chip
from retrieval.passage import Passage
from retrieval.retrieved import Retrieved
from retrieval.semantic import Coverage
from retrieval.span import Span
from serving.answer import Answer, Citation, Mode, Source

MOST_TURNS = 50
"""Earlier turns that can be sent with a question."""


def note_address(note_id: UUID, span: Span) -> str:
    """Return the address that opens a note at a passage."""
    return f"/notes/{note_id}?start={span.start}&end={span.end}#passage"


class Reply(BaseModel):
    """A document that is sent exactly as it is described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Reply):
    """What went wrong and what to do next."""

    error: str


class PassageReply(Reply):
    """A passage of a note."""

    note: str
    """Path of the note relative to the notes folder."""
    heading: str
    """Headings above the passage, outermost first, joined by ›."""
    start: int
    """Offset in the note's text, in Unicode code points."""
    end: int
    text: str
    """Exactly the note's text from ``start`` to ``end``."""
    score: float
    """0 to 1; the passages are sorted by it, best first."""
    note_id: UUID
    title: str
    kind: str
    when: str
    speakers: tuple[str, ...]
    link: str
    """Address that opens the video at this second, or empty."""
    page: int
    """Page of the document it begins on, from 1; 0 where there are no pages."""
    url: str
    """Where Footnote's page shows the passage."""

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """Describe a passage."""
        return cls(
            note=passage.path,
            heading=passage.heading,
            start=passage.span.start,
            end=passage.span.end,
            text=passage.text,
            score=round(passage.score, 6),
            note_id=passage.note_id,
            title=passage.title,
            kind=passage.kind.value,
            when=passage.when,
            speakers=passage.speakers,
            link=passage.link,
            page=passage.page,
            url=note_address(passage.note_id, passage.span),
        )


class ChipReply(Reply):
    """Something that was understood of the question beside its words."""

    kind: str
    """Such as ``tag``, ``after``, ``phrase`` or ``time``."""
    value: str
    """In words: a name, or dates such as ``2024-03-01 – 2024-03-31``."""
    written: str
    """The words of the question that say so."""
    line: str
    """The question without it."""

    @classmethod
    def of(cls, chip: Chip) -> Self:
        """Describe a chip."""
        return cls(kind=chip.kind.value, value=chip.value, written=chip.written, line=chip.line)


class SemanticReply(Reply):
    """How far the notes can be found by meaning."""

    model: str
    embedded: int
    """Points that the model has embedded, of ``points``."""
    points: int


class SearchReply(Reply):
    """What a search found, best first."""

    passages: tuple[PassageReply, ...]
    on_topic: bool
    """Whether the notes bear on the question at all."""
    missing: tuple[str, ...]
    """Words of the question that stand in no passage."""
    ms: float
    answered: bool = True
    """Whether the notes may hold an answer; false where a reranking model finds none in them."""
    incomplete: bool = False
    """Whether the index is still being filled, so that more may be found later."""
    chips: tuple[ChipReply, ...] = ()
    """What was understood of the question beside its words."""
    removed: int = 0
    """Candidates that its filters left out; counted where nothing was found."""
    semantic: SemanticReply | None = None
    """Null without a model that finds notes by meaning."""

    def beside(self, coverage: Coverage) -> Self:
        """Tell how far the notes were embedded when it was searched."""
        if not coverage.model:
            return self
        semantic = SemanticReply(
            model=coverage.model, embedded=coverage.embedded, points=coverage.points
        )
        return self.model_copy(update={"semantic": semantic})

    @classmethod
    def of(cls, found: Retrieved, *, incomplete: bool = False) -> Self:
        """Describe what was found."""
        return cls(
            passages=tuple(PassageReply.of(passage) for passage in found.passages),
            on_topic=found.on_topic,
            missing=found.missing,
            ms=round(found.ms, 2),
            answered=found.answered,
            incomplete=incomplete,
            chips=tuple(map(ChipReply.of, found.query.chips)) if found.query else (),
            removed=found.removed,
        )


class SourceReply(PassageReply):
    """A passage offered to an answer under a number."""

    number: int

    @classmethod
    def of_source(cls, source: Source) -> Self:
        """Describe a source."""
        return cls(number=source.number, **dict(PassageReply.of(source.passage)))


class CitationReply(Reply):
    """A mark in the answer and the words of the note it stands for."""

    number: int
    """The source's number."""
    note: str
    start: int
    end: int
    quote: str
    """Exactly the note's text from ``start`` to ``end``."""
    position: int
    """Offset in the answer at which the mark begins."""
    note_id: UUID
    url: str

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Describe a citation."""
        return cls(
            number=citation.number,
            note=citation.path,
            start=citation.span.start,
            end=citation.span.end,
            quote=citation.quote,
            position=citation.position,
            note_id=citation.note_id,
            url=note_address(citation.note_id, citation.span),
        )


class AnswerReply(Reply):
    """An answer with what it cites."""

    answer: str
    refused: bool
    """Whether the notes hold no answer."""
    mode: Literal["model", "extractive", "refusal"]
    finish: Literal["complete", "length", "interrupted"]
    note: str
    """A key that says what the reader must know, such as ``no_model``; mostly empty."""
    error: str = ""
    """The sentence that says why the answer broke off; empty when it did not."""
    reason: str
    """The sentence behind ``note``; empty when there is none."""
    citations: tuple[CitationReply, ...]
    sources: tuple[SourceReply, ...]
    ms: int
    conversation: UUID | None
    """Where the turn is kept; null when it is not."""
    turn: UUID | None
    chips: tuple[ChipReply, ...] = ()
    """What was understood of the question beside its words."""

    @classmethod
    def of(
        cls,
        answer: Answer,
        *,
        conversation: UUID | None = None,
        turn: UUID | None = None,
        error: str = "",
    ) -> Self:
        """Describe an answer."""
        return cls(
            answer=answer.text,
            refused=answer.mode is Mode.REFUSAL,
            mode=answer.mode.value,
            finish=answer.finish.value,
            note=answer.note,
            reason=answer.reason,
            citations=tuple(CitationReply.of(citation) for citation in answer.citations),
            sources=tuple(SourceReply.of_source(source) for source in answer.sources),
            ms=answer.ms,
            conversation=conversation,
            turn=turn,
            error=error,
        )

    @classmethod
    def of_turn(cls, ended: Ended) -> Self:
        """Describe a turn that is stored."""
        answer = cls.of(
            ended.answer, conversation=ended.conversation, turn=ended.turn, error=ended.error
        )
        return answer.model_copy(update={"chips": tuple(map(ChipReply.of, ended.chips))})


class HealthReply(Reply):
    """That the program answers."""

    status: Literal["ok"] = "ok"
    version: str


class EarlierTurn(BaseModel):
    """An earlier question and its answer."""

    model_config = ConfigDict(extra="ignore")

    question: str
    answer: str = ""


class AskRequest(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")

    question: str
    conversation: UUID | None = None
    """The conversation it goes on; null begins one."""
    history: tuple[EarlierTurn, ...] = Field(default=(), max_length=MOST_TURNS)
    """Earlier turns, for a program that keeps them itself."""
    keep: bool = True
    """Whether the turn is stored."""
