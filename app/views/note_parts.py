"""The parts of a note: each block in the shape that suits it, with its place."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from app.rendering import Definitions, Origin, Place, label, render_line, render_markdown, verbatim
from app.rendering.links import heading_id
from app.rendering.markdown import unparsed
from app.rendering.pictures import written_picture
from app.texts import Texts
from app.views.excerpts import words
from app.views.moments import clock, count, full_day, offset_in_video, written
from app.views.timeline import person_address
from ingest.block import Block, BlockKind
from retrieval.span import Span

HUES = 8
_RUN_KINDS = {
    BlockKind.PARAGRAPH,
    BlockKind.LIST,
    BlockKind.CODE,
    BlockKind.TABLE,
    BlockKind.FOOTNOTE,
}
_BUDGET = 1_000_000
"""Characters of one note that are rendered; what comes after is shown as it is written."""
_COST = 40
"""What each part costs beside its characters."""
_LONGEST_RUN = 60_000
_OPENING = 200
"""Characters of data that are shown."""
_NEAR = 500
"""Characters of a line that are looked at for words beside a comment."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A stretch of the note, set in the shape that suits it."""

    shape: str
    """One of prose, heading, page, day, message, comment, entry, speech, folded."""
    start: int
    end: int
    html: Markup
    cited: bool = False
    first_cited: bool = False
    id: str = ""
    level: int = 0
    name: str = ""
    """Who speaks, or what a folded stretch is."""
    person: str = ""
    """Address of the page of who speaks; empty when the note does not say."""
    initial: str = ""
    hue: int = 0
    handle: str = ""
    when: str = ""
    reply: str = ""
    likes: str = ""
    link: str = ""
    joined: bool = False
    """Whether the same person goes on speaking."""
    repeats: bool = False
    """Whether a heading only says the note's title again, right below it."""


@dataclass(slots=True)
class Desk:
    """Where a note is being set: its parts so far, and what the next one needs to know."""

    text: str
    origin: Origin
    known: Definitions
    cited: Span | None
    budget: int = _BUDGET
    page: int = 0
    day: str = ""
    speaker: str = ""
    passage: bool = False
    ids: Counter[str] = field(default_factory=Counter)

    @property
    def texts(self) -> Texts:
        """The words of the page's language."""
        return self.origin.texts

    def html(self, span: Span) -> Markup:
        """Render a stretch of the note, as long as the budget lasts."""
        text = span.of(self.text)
        place = Place(span.start, self.cited)
        before = self.budget
        self.budget -= len(text) + _COST
        if self.budget < 0:
            return unparsed(text, self.origin, place, explained=before >= 0)
        return render_markdown(text, self.origin, place, self.known)

    def written(self, span: Span) -> Markup:
        """Show a stretch of the note as it is written."""
        self.budget -= len(span) + _COST
        return Markup('<div class="written" data-start="{}" data-end="{}">{}</div>').format(
            span.start, span.end, verbatim(span.of(self.text))
        )

    def picture(self, span: Span) -> Markup | None:
        """Draw the picture that a stretch of the note holds as data; None when it holds none."""
        picture = written_picture(span.of(self.text), self.origin)
        self.budget -= 0 if picture is None else len(span)
        return picture if self.budget >= 0 else None

    def unique(self, name: str) -> str:
        """Return an id that no earlier heading has."""
        self.ids[name] += 1
        return name if self.ids[name] == 1 else f"{name}--{self.ids[name]}"

    def is_cited(self, span: Span) -> bool:
        """Whether a stretch overlaps the passage that is shown."""
        return self.cited is not None and self.cited.overlaps(span)

    def is_first_cited(self, span: Span) -> bool:
        """Whether it is the first to do so; asked once for each part, in order."""
        first = self.is_cited(span) and not self.passage
        self.passage = self.passage or first
        return first


def parts(desk: Desk, blocks: Sequence[Block]) -> Iterator[PartView]:
    """Set blocks one after another; neighbours that are plain Markdown are set as one."""
    run: list[Block] = []
    for block in blocks:
        if block.reason == "contents":
            continue  # The outline beside the note is that list.
        joins = block.kind in _RUN_KINDS or _stands_in_a_line(desk.text, block)
        full = run and block.span.end - run[0].span.start > _LONGEST_RUN
        if run and (not joins or full):
            yield _prose(desk, run)
            run = []
        yield from _page(desk, block)
        if joins:
            run.append(block)
            continue
        yield from _day(desk, block)
        if block.kind in _SETTERS:
            yield _SETTERS[block.kind](desk, block)
            desk.speaker = block.speaker if block.kind is BlockKind.MESSAGE else ""
    if run:
        yield _prose(desk, run)


def _stands_in_a_line(text: str, block: Block) -> bool:
    """Whether a block is a comment inside a line, which is set together with its words."""
    if block.reason != "comment":
        return False
    before = text[max(0, block.span.start - _NEAR) : block.span.start].rpartition("\n")[2]
    after = text[block.span.end : block.span.end + _NEAR].partition("\n")[0]
    return bool(before.strip() or after.strip())


def _prose(desk: Desk, run: Sequence[Block]) -> PartView:
    span = run[0].span.joined(run[-1].span)
    desk.speaker = ""
    html = desk.html(span)
    return PartView(
        "prose", span.start, span.end, html,
        cited=desk.is_cited(span), first_cited=desk.is_first_cited(span),
    )  # fmt: skip


def _heading(desk: Desk, block: Block) -> PartView:
    source = block.body.of(desk.text)
    plain = words(source)
    desk.speaker = ""
    return PartView(
        "heading", block.span.start, block.span.end,
        render_line(source, desk.origin, desk.known),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        id=desk.unique(heading_id(plain)), level=min(max(block.level, 1) + 1, 6), name=plain,
    )  # fmt: skip


def _page(desk: Desk, block: Block) -> Iterator[PartView]:
    """Put a line where a page of the document begins."""
    if not block.page or block.page == desk.page:
        return
    desk.page = block.page
    at, name = block.span.start, desk.texts("note.page", n=block.page)
    yield PartView("page", at, at, Markup(), id=f"page-{block.page}", name=name)


def _day(desk: Desk, block: Block) -> Iterator[PartView]:
    """Put a line with the day between messages of different days."""
    day = block.when[:10] if len(block.when) >= len("2024-03-07") else ""
    if block.kind is not BlockKind.MESSAGE or not day or day == desk.day:
        return
    desk.day, desk.speaker = day, ""
    at = block.span.start
    yield PartView("day", at, at, Markup(), name=full_day(desk.texts, day), when=day)


def _message(desk: Desk, block: Block) -> PartView:
    return replace(
        _person(desk, block, "message"),
        when=clock(block.when),
        joined=bool(block.speaker) and block.speaker == desk.speaker and not block.reply_to,
        reply=desk.texts("note.reply", name=label(block.reply_to)) if block.reply_to else "",
    )


def _comment(desk: Desk, block: Block) -> PartView:
    likes = desk.texts("note.likes", n=block.likes) if block.likes is not None else ""
    reply = desk.texts("note.reply", name=label(block.reply_to)) if block.reply_to else ""
    return replace(_person(desk, block, "comment"), likes=likes, reply=reply)


def _entry(desk: Desk, block: Block) -> PartView:
    number = words(block.span.of(desk.text).split("\n", 1)[0])[:12]
    handle = f"@{label(block.handle).removeprefix('@')}" if block.handle else ""
    return replace(_person(desk, block, "entry"), handle=handle, reply=number)


def _person(desk: Desk, block: Block, shape: str) -> PartView:
    name = label(block.speaker) or desk.texts("note.someone")
    return PartView(
        shape, block.span.start, block.span.end, desk.html(block.body),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        name=name, initial=_initial(name), hue=_hue(name), when=written(block.when),
        person=person_address(block.speaker) if block.speaker else "",
    )  # fmt: skip


def _speech(desk: Desk, block: Block) -> PartView:
    seconds = block.seconds
    link = block.link if block.link.startswith(("https://", "http://")) else ""
    return PartView(
        "speech", block.span.start, block.span.end, desk.html(block.body),
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
        name=label(block.speaker), link=link,
        when="" if seconds is None else offset_in_video(seconds),
    )  # fmt: skip


def _folded(desk: Desk, block: Block) -> PartView:
    desk.speaker = ""
    if block.kind is BlockKind.FRONT_MATTER:
        name, html = desk.texts("note.properties"), desk.written(block.span)
    elif block.reason == "embedded data":
        return _data(desk, block)
    else:
        reason = desk.texts.either(f"reason.{block.reason}", label(block.reason))
        name = desk.texts("note.left_out", reason=reason)
        is_comment = block.reason == "comment"
        html = desk.written(block.span) if is_comment else desk.html(block.body)
    return replace(_part("folded", desk, block, html), name=name)


def _data(desk: Desk, block: Block) -> PartView:
    """Set data that is written out in the note: a picture is shown, anything else told of."""
    picture = desk.picture(block.span)
    if picture is not None:
        return _part("prose", desk, block, picture)
    length = len(block.span)
    opening = Span(block.span.start, min(block.span.end, block.span.start + _OPENING))
    told = desk.texts("note.data", n=length, number=count(length))
    return replace(_part("folded", desk, block, desk.written(opening)), name=told)


def _part(shape: str, desk: Desk, block: Block, html: Markup) -> PartView:
    return PartView(
        shape, block.span.start, block.span.end, html,
        cited=desk.is_cited(block.span), first_cited=desk.is_first_cited(block.span),
    )  # fmt: skip


_SETTERS: Mapping[BlockKind, Callable[[Desk, Block], PartView]] = {
    BlockKind.HEADING: _heading,
    BlockKind.MESSAGE: _message,
    BlockKind.COMMENT: _comment,
    BlockKind.ENTRY: _entry,
    BlockKind.SPEECH: _speech,
    BlockKind.LEFT_OUT: _folded,
    BlockKind.FRONT_MATTER: _folded,
}


def _initial(name: str) -> str:
    return next((character for character in name if character.isalnum()), name[:1]).upper()


def _hue(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "replace")) % HUES
