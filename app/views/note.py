"""A note, set for reading: prose, bubbles, comments, entries and speech, each with its place."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from markupsafe import Markup

from app.rendering import (
    Definitions,
    Origin,
    Place,
    definitions,
    label,
    render_line,
    render_markdown,
    verbatim,
)
from app.rendering.links import heading_id
from app.rendering.markdown import unparsed
from app.texts import Texts
from app.views.excerpts import words
from app.views.moments import Moment, clock, count, full_day, moment, offset_in_video, written
from ingest.block import Block, BlockKind
from ingest.note import Note
from retrieval.span import Span

HUES = 8
_RUN_KINDS = {BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.CODE, BlockKind.TABLE}
_BUDGET = 1_000_000
"""Characters of one note that are rendered; what comes after is shown as it is written."""
_LONGEST_RUN = 60_000


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
class PartView:
    """A stretch of the note, set in the shape that suits it."""

    shape: str
    """One of prose, heading, day, message, comment, entry, speech, folded."""
    start: int
    end: int
    html: Markup
    cited: bool = False
    first_cited: bool = False
    id: str = ""
    level: int = 0
    name: str = ""
    """Who speaks, or what a folded stretch is."""
    initial: str = ""
    hue: int = 0
    handle: str = ""
    when: str = ""
    reply: str = ""
    likes: str = ""
    link: str = ""
    joined: bool = False
    """Whether the same person goes on speaking."""


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
class NoteView:
    """A note's page."""

    id: str
    title: str
    path: str
    folder: str
    kind: str
    kind_name: str
    tags: tuple[str, ...]
    modified: Moment
    size: str
    lossy: bool
    parts: tuple[PartView, ...]
    outline: tuple[OutlineLine, ...]
    quotation: Quotation | None
    stale: bool
    """Whether the address asks for a passage that the note does not have."""
    cited_in: tuple[CitedIn, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note is read with."""

    note: Note
    blocks: Sequence[Block]
    origin: Origin
    cited: Span | None = None
    """The passage to show."""
    cited_in: Sequence[CitingQuestion] = ()


@dataclass(slots=True)
class _Desk:
    """Where a note is being set: its parts so far, and what the next one needs to know."""

    reading: Reading
    known: Definitions
    cited: Span | None
    budget: int = _BUDGET
    day: str = ""
    speaker: str = ""
    passage: bool = False
    ids: Counter[str] = field(default_factory=Counter)

    @property
    def texts(self) -> Texts:
        return self.reading.origin.texts

    def html(self, span: Span) -> Markup:
        text = span.of(self.reading.note.text)
        place = Place(span.start, self.cited)
        self.budget -= len(text)
        if self.budget < 0:
            return unparsed(text, self.reading.origin, place)
        return render_markdown(text, self.reading.origin, place, self.known)

    def unique(self, name: str) -> str:
        self.ids[name] += 1
        return name if self.ids[name] == 1 else f"{name}--{self.ids[name]}"

    def is_cited(self, span: Span) -> bool:
        return self.cited is not None and self.cited.overlaps(span)

    def is_first_cited(self, span: Span) -> bool:
        first = self.is_cited(span) and not self.passage
        self.passage = self.passage or first
        return first


def note_view(reading: Reading, now: datetime) -> NoteView:
    """Set a note for reading.

    Args:
        reading: The note with its blocks, and the passage to show.
        now: The reader's time, aware.
    """
    note, texts = reading.note, reading.origin.texts
    cited = reading.cited
    fits = cited is not None and len(cited) > 0 and cited.end <= len(note.text)
    desk = _Desk(reading, definitions(note.text), cited if fits else None)
    parts = tuple(_parts(desk))
    folder, _, _ = label(note.path).rpartition("/")
    return NoteView(
        id=str(note.id),
        title=label(note.title) or label(note.path),
        path=label(note.path),
        folder=folder,
        kind=note.kind.value,
        kind_name=texts(f"kind.{note.kind.value}"),
        tags=tuple(label(tag) for tag in note.tags),
        modified=moment(texts, note.modified, now),
        size=texts("note.characters", n=len(note.text), number=count(len(note.text))),
        lossy=note.lossy,
        parts=parts,
        outline=_outline(parts),
        quotation=_quotation(desk),
        stale=cited is not None and not fits,
        cited_in=tuple(
            CitedIn(label(cites.question), f"/c/{cites.conversation}") for cites in reading.cited_in
        ),
    )


def _parts(desk: _Desk) -> Iterator[PartView]:
    run: list[Block] = []
    for block in desk.reading.blocks:
        joins = block.kind in _RUN_KINDS
        full = run and block.span.end - run[0].span.start > _LONGEST_RUN
        if run and (not joins or full):
            yield _prose(desk, run)
            run = []
        if joins:
            run.append(block)
            continue
        yield from _day(desk, block)
        if block.kind in _SETTERS:
            yield _SETTERS[block.kind](desk, block)
            desk.speaker = block.speaker if block.kind is BlockKind.MESSAGE else ""
    if run:
        yield _prose(desk, run)


def _prose(desk: _Desk, run: Sequence[Block]) -> PartView:
    span = run[0].span.joined(run[-1].span)
    desk.speaker = ""
    html = desk.html(span)
    return PartView(
        "prose", span.start, span.end, html,
        cited=desk.is_cited(span), first_cited=desk.is_first_cited(span),
    )  # fmt: skip


def _heading(desk: _Desk, block: Block) -> PartView:
    source = block.body.of(desk.reading.note.text)
    plain = words(source)
    desk.speaker = ""
    return PartView(
        "heading", block.span.start, block.span.end,
        render_line(source, desk.reading.origin, desk.known),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        id=desk.unique(heading_id(plain)), level=min(max(block.level, 1) + 1, 6), name=plain,
    )  # fmt: skip


def _day(desk: _Desk, block: Block) -> Iterator[PartView]:
    """Put a line with the day between messages of different days."""
    day = block.when[:10] if len(block.when) >= len("2024-03-07") else ""
    if block.kind is not BlockKind.MESSAGE or not day or day == desk.day:
        return
    desk.day, desk.speaker = day, ""
    at = block.span.start
    yield PartView("day", at, at, Markup(), name=full_day(desk.texts, day), when=day)


def _message(desk: _Desk, block: Block) -> PartView:
    return replace(
        _person(desk, block, "message"),
        when=clock(block.when),
        joined=bool(block.speaker) and block.speaker == desk.speaker and not block.reply_to,
        reply=desk.texts("note.reply", name=label(block.reply_to)) if block.reply_to else "",
    )


def _comment(desk: _Desk, block: Block) -> PartView:
    likes = desk.texts("note.likes", n=block.likes) if block.likes is not None else ""
    reply = desk.texts("note.reply", name=label(block.reply_to)) if block.reply_to else ""
    return replace(_person(desk, block, "comment"), likes=likes, reply=reply)


def _entry(desk: _Desk, block: Block) -> PartView:
    number = words(block.span.of(desk.reading.note.text).split("\n", 1)[0])[:12]
    handle = f"@{label(block.handle).removeprefix('@')}" if block.handle else ""
    return replace(_person(desk, block, "entry"), handle=handle, reply=number)


def _person(desk: _Desk, block: Block, shape: str) -> PartView:
    name = label(block.speaker) or desk.texts("note.someone")
    return PartView(
        shape, block.span.start, block.span.end, desk.html(block.body),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        name=name, initial=_initial(name), hue=_hue(name), when=written(block.when),
    )  # fmt: skip


def _speech(desk: _Desk, block: Block) -> PartView:
    seconds = block.seconds
    link = block.link if block.link.startswith(("https://", "http://")) else ""
    return PartView(
        "speech", block.span.start, block.span.end, desk.html(block.body),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        name=label(block.speaker), link=link,
        when="" if seconds is None else offset_in_video(seconds),
    )  # fmt: skip


def _folded(desk: _Desk, block: Block) -> PartView:
    reason = desk.texts.either(f"reason.{block.reason}", label(block.reason))
    return PartView(
        "folded", block.span.start, block.span.end, desk.html(block.body),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        name=desk.texts("note.left_out", reason=reason),
    )  # fmt: skip


_SETTERS: Mapping[BlockKind, Callable[[_Desk, Block], PartView]] = {
    BlockKind.HEADING: _heading,
    BlockKind.MESSAGE: _message,
    BlockKind.COMMENT: _comment,
    BlockKind.ENTRY: _entry,
    BlockKind.SPEECH: _speech,
    BlockKind.LEFT_OUT: _folded,
}


def _initial(name: str) -> str:
    return next((character for character in name if character.isalnum()), name[:1]).upper()


def _hue(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "replace")) % HUES


def _outline(parts: Sequence[PartView]) -> tuple[OutlineLine, ...]:
    headings = [part for part in parts if part.shape == "heading" and part.name]
    top = min((heading.level for heading in headings), default=0)
    return tuple(
        OutlineLine(heading.name, f"#{quote(heading.id)}", min(heading.level - top, 3))
        for heading in headings
    )


def _quotation(desk: _Desk) -> Quotation | None:
    """Cut the source of the blocks that the cited stretch touches."""
    cited = desk.cited
    if cited is None:
        return None
    touched = [block.span for block in desk.reading.blocks if block.span.overlaps(cited)]
    start = min([span.start for span in touched] + [cited.start])
    end = max([span.end for span in touched] + [cited.end])
    return Quotation(cited.start, cited.end, start, verbatim(desk.reading.note.text[start:end]))
