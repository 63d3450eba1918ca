"""A note, set for reading: its parts, its outline, and the passage that is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from markupsafe import Markup

from app.rendering import Origin, definitions, label, note_address, verbatim
from app.views.moments import Moment, count, moment
from app.views.note_links import Bearings, BearingsView, bearings_view
from app.views.note_parts import Desk, PartView, parts
from app.views.note_shown import Shown, ShownView, shown_view
from app.views.timeline import tag_address
from ingest.block import Block
from ingest.note import Note
from retrieval.chunk import Chunk
from retrieval.span import Span


class CitingQuestion(Protocol):
    """A question whose answer cites the note."""

    @property
    def conversation(self) -> UUID:
        """The conversation it was asked in."""
        ...

    @property
    def question(self) -> str:
        """The question."""
        ...


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A heading in the list beside the note."""

    words: str
    url: str
    level: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """The cited stretch, with the source around it, for the script that marks it exactly."""

    start: int
    end: int
    source_start: int
    source: Markup


@dataclass(frozen=True, slots=True)
class CitedIn:
    """A question whose answer cites the note."""

    question: str
    url: str


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag of the note."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note's page."""

    id: str
    title: str
    path: str
    folder: str
    kind: str
    kind_name: str
    tags: tuple[TagView, ...]
    modified: Moment
    size: str
    lossy: bool
    parts: tuple[PartView, ...]
    outline: tuple[OutlineLine, ...]
    quotation: Quotation | None
    stale: bool
    """Whether the address asks for a passage that the note does not have."""
    cited_in: tuple[CitedIn, ...]
    around: BearingsView
    shown: ShownView


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note is read with."""

    note: Note
    blocks: Sequence[Block]
    origin: Origin
    cited: Span | None = None
    """The passage to show."""
    cited_in: Sequence[CitingQuestion] = ()
    around: Bearings = field(default_factory=Bearings)
    shown: Shown = ""
    """How to show it."""
    chunks: Sequence[Chunk] = ()


def note_view(reading: Reading, now: datetime) -> NoteView:
    """Set a note for reading.

    Args:
        reading: The note with its blocks, and the passage to show.
        now: The reader's time, aware.
    """
    note, texts = reading.note, reading.origin.texts
    cited = reading.cited
    fits = cited is not None and len(cited) > 0 and cited.end <= len(note.text)
    shown = cited if fits else None
    desk = Desk(note.text, reading.origin, definitions(note.text), shown)
    title = label(note.title) or label(note.path)
    # What is not set for reading need not be rendered.
    blocks = () if reading.shown else reading.blocks
    set_parts = _without_title(title, tuple(parts(desk, blocks)))
    folder, _, _ = label(note.path).rpartition("/")
    return NoteView(
        id=str(note.id),
        title=title,
        path=label(note.path),
        folder=folder,
        kind=note.kind.value,
        kind_name=texts(f"kind.{note.kind.value}"),
        tags=tuple(TagView(label(tag), tag_address(tag)) for tag in note.tags),
        modified=moment(texts, note.modified, now),
        size=texts("note.characters", n=len(note.text), number=count(len(note.text))),
        lossy=note.lossy,
        parts=set_parts,
        outline=_outline(set_parts),
        quotation=_quotation(reading, shown),
        stale=cited is not None and not fits,
        cited_in=_cited_in(reading.cited_in),
        around=bearings_view(texts, reading.around),
        shown=shown_view(texts, note_address(note.id), reading.shown, note.text, reading.chunks),
    )


def _cited_in(citing: Sequence[CitingQuestion]) -> tuple[CitedIn, ...]:
    """List each question once, however often it was asked."""
    first: dict[str, CitedIn] = {}
    for cites in citing:
        question = label(cites.question)
        first.setdefault(question, CitedIn(question, f"/c/{cites.conversation}"))
    return tuple(first.values())


def _without_title(title: str, shown: tuple[PartView, ...]) -> tuple[PartView, ...]:
    """Mark the first heading when it only repeats the title; one that is cited stays."""
    for place, part in enumerate(shown):
        if part.shape == "heading" and part.name == title and not part.cited:
            return (*shown[:place], replace(part, repeats=True), *shown[place + 1 :])
        if part.shape != "folded":
            break
    return shown


def _outline(shown: Sequence[PartView]) -> tuple[OutlineLine, ...]:
    headings = [
        part for part in shown if part.shape == "heading" and part.name and not part.repeats
    ]
    top = min((heading.level for heading in headings), default=0)
    return tuple(
        OutlineLine(heading.name, f"#{quote(heading.id)}", min(heading.level - top, 3))
        for heading in headings
    )


def _quotation(reading: Reading, cited: Span | None) -> Quotation | None:
    """Cut the source of the blocks that the cited stretch touches."""
    if cited is None:
        return None
    touched = [block.span for block in reading.blocks if block.span.overlaps(cited)]
    start = min([span.start for span in touched] + [cited.start])
    end = max([span.end for span in touched] + [cited.end])
    return Quotation(cited.start, cited.end, start, verbatim(reading.note.text[start:end]))
