"""Blocks into chunks. Pure.

A *section* is what stands below one heading. Each section is cut by what it is:

- articles and clips: blocks are packed until about `TARGET` characters; code and tables stay whole;
- chats: windows of `WINDOW` messages, each beginning one message later, inside one conversation
  (a gap of more than `GAP` minutes begins another);
- digests: one entry, cut when it is long;
- transcripts: about `STRETCH` seconds of speech.

A reply is also found by the words it answers: where they stand in another chunk, the header line
names who wrote them and how they begin.

A cut mark of the author always begins a new chunk. Headings stand in the first chunk below them,
and in every chunk's header line.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, pairwise
from uuid import UUID, uuid5

from ingest.block import Block, BlockKind
from ingest.conversation import linked
from ingest.draft import SMALL, TARGET, Draft, answered, draft_of, joined, told_by
from ingest.hand_cuts import at_cuts
from ingest.parsing import PARSER_VERSION, Parsed
from ingest.parsing.headings import plain
from ingest.splitting import split_span
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span

CUTTER_VERSION = f"{PARSER_VERSION}.4"
"""Changes whenever the same text would give other chunks; older notes are then cut again."""
WHOLE = 2_000
"""Characters up to which code and tables stay in one piece."""
WINDOW = 3
GAP = 30
STRETCH = 75.0
LONG_ENTRY = 900
LONG_STRETCH = 1_800
"""Characters of a stretch of speech, times included, up to which it stays whole."""
_SKIPPED = (BlockKind.FRONT_MATTER, BlockKind.LEFT_OUT, BlockKind.CUT)


@dataclass(frozen=True, slots=True)
class _Section:
    """The blocks below one heading, with the headings that open it."""

    number: int
    heads: tuple[Block, ...]
    """Heading blocks directly above, outermost first; empty after a cut."""
    blocks: tuple[Block, ...]
    apart: bool
    """Whether a cut or something left out stands between it and what is before."""


def chunks(note_id: UUID, text: str, parsed: Parsed) -> tuple[Chunk, ...]:
    """Cut a note.

    Args:
        note_id: Id of the note.
        text: The note's text; every chunk's text is a slice of it.
        parsed: What `ingest.parsing.parse` made of the same text.
    """
    parsed = replace(parsed, blocks=linked(parsed.blocks, text))
    if parsed.whole:
        drafts = _whole(parsed)
    else:
        drafts = joined([draft for section in _sections(parsed) for draft in _cut(section, text)])
        drafts = at_cuts(drafts, text)
    found: list[Chunk] = []
    occurrences: Counter[str] = Counter()
    for ordinal, draft in enumerate(drafts):
        header = _header("" if parsed.named else parsed.title, draft, text)
        body = draft.span.of(text)
        digest = hashlib.sha256(f"{header}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()
        found.append(
            Chunk(
                id=uuid5(note_id, f"{digest}:{occurrences[digest]}"),
                note_id=note_id,
                ordinal=ordinal,
                kind=draft.kind,
                header=header,
                text=body,
                span=draft.span,
                headings=draft.headings,
                speakers=draft.speakers,
                when=draft.when,
                link=draft.link,
                page=draft.page,
                section=draft.section,
            )
        )
        occurrences[digest] += 1
    return tuple(found)


def _header(title: str, draft: Draft, text: str) -> str:
    path = " › ".join(dict.fromkeys([title, *draft.headings] if title else draft.headings))
    parts = [path, draft.kind.value, draft.when, ", ".join(draft.speakers)]
    parts.extend(f"↳ {words}" for words in answered(draft, text))
    return " | ".join(part for part in parts if part)


def _whole(parsed: Parsed) -> list[Draft]:
    """Return the note as one draft; data that is written out in it parts it all the same."""
    drafts: list[Draft] = []
    group: list[Block] = []
    for block in (*parsed.blocks, None):
        if block is not None and block.kind not in _SKIPPED:
            group.append(block)
        elif group and (block is None or block.reason == "embedded data"):
            span = Span(group[0].span.start, group[-1].span.end)
            drafts.append(Draft(span, parsed.kind, (), 0, *told_by(group)))
            group = []
    return drafts


def _sections(parsed: Parsed) -> Iterator[_Section]:
    """Group blocks by the heading above them; what is not indexed ends a section."""
    heads: list[Block] = []
    body: list[Block] = []
    number = 0
    apart = False
    for block in parsed.blocks:
        skipped = block.kind in _SKIPPED
        if block.kind is not BlockKind.HEADING and not skipped:
            body.append(block)
            continue
        if body or (heads and (skipped or _long(heads, block))):
            yield _Section(number, tuple(heads), tuple(body), apart)
            number += 1
            heads, body, apart = [], [], False
        if skipped:
            apart = True
        else:
            heads.append(block)
    if heads or body:
        yield _Section(number, tuple(heads), tuple(body), apart)


def _long(heads: Sequence[Block], block: Block) -> bool:
    """Whether headings without words below them fill a chunk: a list that reads as headings."""
    return block.span.end - heads[0].span.start > TARGET


def _cut(section: _Section, text: str) -> Iterator[Draft]:
    """Cut one section; its headings go into the first chunk."""
    drafts = list(_cut_body(section, text)) or [_headings_alone(section, text)]
    opening = section.heads[0].span if section.heads else drafts[0].span
    if section.heads and drafts[0].span.start - section.heads[-1].span.end > TARGET:
        drafts.insert(0, _headings_alone(section, text))
    yield replace(drafts[0], span=opening.joined(drafts[0].span), apart=section.apart)
    yield from drafts[1:]


def _headings_alone(section: _Section, text: str) -> Draft:
    own = section.heads[-1]
    path = (*own.headings, plain(own.body.of(text)))
    return Draft(own.span, own.within, path, section.number, joinable=True)


def _cut_body(section: _Section, text: str) -> Iterator[Draft]:
    for spoken, run in groupby(section.blocks, _shape):
        blocks = list(run)
        if spoken == "said":
            for conversation in _conversations(blocks):
                yield from _windows(conversation, section.number, text)
        elif spoken == "entry":
            yield from (draft for block in blocks for draft in _entry(block, section.number, text))
        elif spoken == "timed":
            yield from _stretches(blocks, section.number, text)
        elif spoken == "footnote":
            yield from _footnotes(blocks, section, text)
        else:
            yield from _packed(blocks, section.number, text)


def _footnotes(blocks: Sequence[Block], section: _Section, text: str) -> Iterator[Draft]:
    """Pack footnotes that belong to the same text; those of another section stay apart."""
    around = section.blocks[0].headings
    for headings, group in groupby(blocks, lambda block: block.headings):
        for draft in _packed(list(group), section.number, text):
            yield draft if headings == around else replace(draft, joinable=False)


def _shape(block: Block) -> str:
    if block.within is Kind.CHAT:
        return "said"
    if block.kind in (BlockKind.ENTRY, BlockKind.FOOTNOTE):
        return "entry" if block.kind is BlockKind.ENTRY else "footnote"
    return "timed" if block.within is Kind.TRANSCRIPT else "text"


def _conversations(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Cut messages where more than `GAP` minutes lie between two with a date."""
    conversation = [blocks[0]]
    for before, block in pairwise(blocks):
        if _minutes(before.when, block.when) > GAP and block.kind is BlockKind.MESSAGE:
            yield conversation
            conversation = []
        conversation.append(block)
    yield conversation


def _minutes(before: str, after: str) -> float:
    """Minutes between two ISO times; 0 when one of them is not a full date and time."""
    try:
        return (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds() / 60
    except ValueError:
        return 0.0


def _windows(blocks: Sequence[Block], section: int, text: str) -> Iterator[Draft]:
    count = max(1, len(blocks) - WINDOW + 1)
    for first in range(count):
        window = blocks[first : first + WINDOW]
        draft = draft_of(window, section)
        if len(draft.span) <= LONG_ENTRY or len(window) == 1:
            yield from _pieces(draft, text)
        else:
            # Long messages: each alone, and the last window brings the rest.
            last = first == count - 1
            for block in window if last else window[:1]:
                yield from _pieces(draft_of([block], section), text)


def _entry(block: Block, section: int, text: str) -> Iterator[Draft]:
    yield from _pieces(draft_of([block], section), text)


def _pieces(draft: Draft, text: str, longest: int = LONG_ENTRY) -> Iterator[Draft]:
    if len(draft.span) <= longest:
        yield draft
        return
    for span in split_span(text, draft.span, LONG_ENTRY * 2 // 3):
        yield replace(draft, span=span)


def _stretches(blocks: Sequence[Block], section: int, text: str) -> Iterator[Draft]:
    """Group speech until it is `STRETCH` seconds or about `TARGET` characters long."""
    group: list[Block] = []
    for block in blocks:
        if group and (_lasted(group, block) or _length(group, block) > TARGET):
            yield from _pieces(draft_of(group, section), text, LONG_STRETCH)
            group = []
        group.append(block)
    yield from _pieces(draft_of(group, section), text, LONG_STRETCH)


def _lasted(group: Sequence[Block], block: Block) -> bool:
    start = next((each.seconds for each in group if each.seconds is not None), None)
    return start is not None and block.seconds is not None and abs(block.seconds - start) > STRETCH


def _length(group: Sequence[Block], block: Block) -> int:
    """Count the words alone: numbers and times of subtitles are no speech."""
    return sum(len(each.body) for each in (*group, block))


def _packed(blocks: Sequence[Block], section: int, text: str) -> Iterator[Draft]:
    """Fill chunks with blocks in order; long prose is split at sentences before."""
    model = draft_of(blocks, section)
    atoms: list[Span] = []
    for block in blocks:
        kept = block.kind in (BlockKind.CODE, BlockKind.TABLE)
        limit = WHOLE if kept else TARGET
        atoms.extend([block.span] if len(block.span) <= limit else _split(text, block, kept=kept))
    start = atoms[0]
    for atom in atoms[1:]:
        joined = start.joined(atom)
        near = atom.start - start.end <= SMALL
        if len(joined) <= TARGET or (len(start) < SMALL and near):
            start = joined
        else:
            yield replace(model, span=start, joinable=True)
            start = atom
    yield replace(model, span=start, joinable=True)


def _split(text: str, block: Block, *, kept: bool) -> list[Span]:
    return split_span(text, block.span, WHOLE if kept else TARGET)
