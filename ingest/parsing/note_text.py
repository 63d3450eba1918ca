"""A whole note's text into blocks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.block import Block, BlockKind
from ingest.parsing.boilerplate import left_out
from ingest.parsing.chat import is_chat, is_message_header, messages
from ingest.parsing.comments import comments, is_comment_footer
from ingest.parsing.digest import entries, entry_starts
from ingest.parsing.footnotes import placed
from ingest.parsing.front_matter import front_matter
from ingest.parsing.headings import plain
from ingest.parsing.hidden import around, hidden, visible
from ingest.parsing.lines import Line, covering, split_lines
from ingest.parsing.markdown import article_blocks
from ingest.parsing.sections import Section, has_headings, sections
from ingest.parsing.transcript import is_transcript, speech
from retrieval.chunk import Kind
from retrieval.span import Span

PARSER_VERSION = "3"
"""Changes whenever the same text would give other blocks."""

_TAG = re.compile(r"(?<![\w&#/])(?<!\]\()#(?!\d+(?![\w-]))([\w][\w/-]{0,40})(?!\w)")
_COLOUR = re.compile(r"(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_CODE = re.compile(r"`[^`\n]*`")
_TAGGED = (BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.HEADING, BlockKind.FOOTNOTE)
_BEFORE_A_TITLE = (BlockKind.FRONT_MATTER, BlockKind.LEFT_OUT, BlockKind.CUT)
_MOST_STAMPS_OF_A_PAGE = 2
"""Lines such as "published 2024-03-07 11:57:48" that a clipped page may carry."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a note's text says: its blocks and what stands in its head."""

    blocks: tuple[Block, ...]
    """In reading order, without overlap; white space and rules lie between them."""
    title: str
    kind: Kind
    """The kind of most of its characters."""
    tags: tuple[str, ...]
    whole: bool
    """Whether the author wants the note in one piece."""
    named: bool = False
    """Whether the title is only the file's name. Then it is not indexed: a renamed file keeps its
    chunks."""
    aliases: tuple[str, ...] = ()
    """Other names by which notes speak of it."""
    created: str = ""
    """When its author says it was written, ISO 8601 without zone; empty when unsaid."""
    updated: str = ""
    """When its author says it was last changed, in the same way."""


def parse(text: str, name: str = "") -> Parsed:
    """Read a note's text.

    Args:
        text: The note as decoded.
        name: The file's name without folder and suffix; the title when the text has none.
    """
    head = front_matter(text)
    below = [line for line in split_lines(text) if line.start >= head.end]
    away = hidden(below, comments=not head.whole)
    lines = visible(below, away)
    blocks: list[Block] = []
    if head.end:
        span = Span(0, head.end)
        blocks.append(Block(BlockKind.FRONT_MATTER, Kind.ARTICLE, span, span))
    starts = entry_starts(lines)
    if starts:
        blocks.extend(_by_section(lines[: starts[0]], whole=head.whole))
        blocks.extend(entries(lines, starts))
    else:
        blocks.extend(_by_section(lines, whole=head.whole))
    blocks.sort(key=lambda block: block.span)
    blocks = list(placed(text, tuple(around(text, blocks, away))))
    title = head.title or _first_title(text, blocks)
    return Parsed(
        blocks=tuple(blocks),
        title=title or name,
        kind=_kind(blocks),
        tags=tuple(dict.fromkeys([*head.tags, *_inline_tags(text, blocks)])),
        whole=head.whole,
        named=not title,
        aliases=head.aliases,
        created=head.created,
        updated=head.updated,
    )


def _by_section(lines: Sequence[Line], *, whole: bool) -> Iterator[Block]:
    """Leave the page's furniture out, cut the rest into sections, and read each as what it is.

    From a note that its author wants in one piece nothing is left out.
    """
    reasons = left_out(lines) if not whole and _may_be_clip(lines) else {}
    for reason, group in groupby(enumerate(lines), lambda item: reasons.get(item[0], "")):
        stretch = [line for _, line in group]
        if reason and not all(line.blank for line in stretch):
            span = covering(stretch)
            yield Block(BlockKind.LEFT_OUT, Kind.CLIP, span, span, reason=reason)
    content = [line for number, line in enumerate(lines) if number not in reasons]
    within = Kind.CLIP if reasons else Kind.ARTICLE
    for section in sections(content, bare=bool(reasons) or not _is_spoken(content)):
        yield from _section(section, within)


def _may_be_clip(lines: Sequence[Line]) -> bool:
    """Whether a note can be a page dump: those lose their heading marks, and people's talk."""
    if has_headings(lines):
        return False
    return _stamps(lines) <= _MOST_STAMPS_OF_A_PAGE


def _is_spoken(lines: Sequence[Line]) -> bool:
    """Whether a note is talk as a whole."""
    return _stamps(lines) > _MOST_STAMPS_OF_A_PAGE or is_chat(lines) or is_transcript(lines)


def _stamps(lines: Sequence[Line]) -> int:
    return sum(1 for line in lines if is_message_header(line) or is_comment_footer(line))


def _section(section: Section, within: Kind) -> Iterator[Block]:
    # The few stamps that a clip may carry are its byline, not people's talk.
    kind, read = next(
        (kind, read)
        for recognises, kind, read in _RECOGNISERS
        if not (within is Kind.CLIP and kind is Kind.CHAT) and recognises(section.lines)
    )
    kind = within if kind is Kind.ARTICLE else kind
    if section.head is not None:
        yield _heading(section, section.head, kind)
    for run in _runs(section.lines):
        yield from read(replace(section, lines=run), kind)


def _runs(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Cut the lines where some are missing: no block reaches over what was left out."""
    start = 0
    for number in range(1, len(lines)):
        if lines[number].start > lines[number - 1].end + len("\r\n"):
            yield tuple(lines[start:number])
            start = number
    yield tuple(lines[start:])


def _heading(section: Section, head: Line, kind: Kind) -> Block:
    span = Span(head.start, (section.underline or head).end)
    return Block(
        BlockKind.HEADING,
        kind,
        span,
        section.words or span,
        section.path[:-1],
        level=section.level,
    )


def _chat(section: Section, kind: Kind) -> Iterator[Block]:
    del kind
    yield from messages(section.lines, section.path, day="")


def _comments(section: Section, kind: Kind) -> Iterator[Block]:
    for part in comments(section.lines, section.path):
        if isinstance(part, Block):
            yield part
        else:
            yield from article_blocks(part, section.path, kind)


def _transcript(section: Section, kind: Kind) -> Iterator[Block]:
    for part in speech(section.lines, section.path, section.targets):
        if isinstance(part, Block):
            yield part
            continue
        model, lines = part
        for block in article_blocks(lines, section.path, kind):
            yield replace(block, seconds=model.seconds, link=model.link)


def _article(section: Section, kind: Kind) -> Iterator[Block]:
    yield from article_blocks(section.lines, section.path, kind)


_Recogniser = tuple[
    Callable[[Sequence[Line]], bool], Kind, Callable[[Section, Kind], Iterator[Block]]
]
_RECOGNISERS: tuple[_Recogniser, ...] = (
    (is_chat, Kind.CHAT, _chat),
    (lambda lines: any(map(is_comment_footer, lines)), Kind.CHAT, _comments),
    (is_transcript, Kind.TRANSCRIPT, _transcript),
    (lambda _: True, Kind.ARTICLE, _article),
)
"""Which kind is this section? The first that recognises it reads it."""


def _first_title(text: str, blocks: Sequence[Block]) -> str:
    """Return the heading of level 1 that stands first, if the note begins with one."""
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            return plain(block.body.of(text)) if block.level == 1 else ""
        if block.kind not in _BEFORE_A_TITLE:
            return ""
    return ""


def _kind(blocks: Sequence[Block]) -> Kind:
    characters: Counter[Kind] = Counter()
    for block in blocks:
        if block.kind not in (BlockKind.FRONT_MATTER, BlockKind.LEFT_OUT):
            characters[block.within] += len(block.span)
    return characters.most_common(1)[0][0] if characters else Kind.ARTICLE


def _inline_tags(text: str, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if block.kind in _TAGGED and block.within is Kind.ARTICLE:
            for match in _TAG.finditer(_CODE.sub(" ", block.body.of(text))):
                tag = match.group(1).rstrip("/-")
                if not (_COLOUR.fullmatch(tag) and any(map(str.isdigit, tag))):
                    yield tag
