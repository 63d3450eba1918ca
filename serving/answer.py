"""What an answer is made of, and the events by which it arrives."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from retrieval.chip import Chip
from retrieval.passage import Passage
from retrieval.span import Span
from retrieval.trace import Trace


class Mode(StrEnum):
    """Who wrote an answer."""

    MODEL = "model"
    EXTRACTIVE = "extractive"
    """Sentences of the notes themselves; no language model took part."""
    REFUSAL = "refusal"
    """The notes do not hold an answer; what comes nearest may be quoted."""


class Finish(StrEnum):
    """How an answer ended."""

    COMPLETE = "complete"
    LENGTH = "length"
    """Cut at the token limit; the text so far stands."""
    INTERRUPTED = "interrupted"
    """The stream broke or was stopped; the text so far stands."""


class Label(StrEnum):
    """Whether a passage supports a sentence."""

    VERIFIED = "verified"
    WEAK = "weak"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Source:
    """A passage offered to the answer under a number, from 1."""

    number: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Citation:
    """A mark in the answer and the words of the note it stands for."""

    number: int
    """The source's number."""
    position: int
    """Offset in the answer's text at which the mark ``[number]`` begins."""
    note_id: UUID
    path: str
    span: Span
    """Where the quote stands in the note."""
    quote: str
    """Exactly ``note.text[span.start:span.end]``."""


@dataclass(frozen=True, slots=True)
class Support:
    """The proof mark of one sentence of the answer."""

    sentence: Span
    """Where the sentence stands in the answer's text."""
    label: Label
    why: str
    """A short reason that a reader understands."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer, as it is stored and shown again."""

    text: str
    """Prose with marks such as ``[1]``; only numbers of ``sources`` are marks."""
    mode: Mode
    finish: Finish
    sources: tuple[Source, ...]
    citations: tuple[Citation, ...]
    support: tuple[Support, ...]
    note: str = ""
    """A key of the text catalogue that says what the reader must know (no model, model down)."""
    missing: tuple[str, ...] = ()
    """Key terms of the question that stand in no source."""
    ms: int = 0
    first_token_ms: int | None = None
    reason: str = ""
    """The sentence behind ``note``: why the model did not answer; empty when it did."""


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """First event: what the answer may cite."""

    sources: tuple[Source, ...]
    standalone: str
    """The question that was searched."""
    trace: Trace | None = field(default=None, compare=False)
    """How the search came to the sources; None where nothing kept it."""
    chips: tuple[Chip, ...] = field(default=(), compare=False)
    """What was understood of the question beside its words."""


@dataclass(frozen=True, slots=True)
class Token:
    """Text to append to the answer; marks are complete when they arrive."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation whose mark is now in the text."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Supported:
    """The proof mark of a sentence that is now finished."""

    support: Support


@dataclass(frozen=True, slots=True)
class Done:
    """Last event of an answer that ended, in whatever way but an error."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    """Last event of an answer that could not be given; the partial text stands in ``answer``."""

    message: str
    """A sentence: what happened and what to do next."""
    answer: Answer


Event = SourcesFound | Token | Cited | Supported | Done | Failed
