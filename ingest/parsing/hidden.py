"""What a note holds beside its words: comments, data, a mark for contents. It is not indexed."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.block import Block, BlockKind
from ingest.note import LeftOut
from ingest.parsing.embedded_data import embedded_data
from ingest.parsing.lines import Line
from ingest.parsing.remarks import remarks
from retrieval.chunk import Kind
from retrieval.span import Span

_CONTENTS = re.compile(
    r"[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\{:toc\}|\{\{TOC\}\})[ \t]*", re.IGNORECASE
)
"""Where the program that shows the note is to put a list of its headings."""
_MARGIN = re.compile(r"[\s>]*(?:[-*+][ \t]+)?")


def hidden(lines: Sequence[Line], *, comments: bool) -> tuple[LeftOut, ...]:
    """Return what is hidden in ``lines``, in order and apart.

    Args:
        lines: The note without its head.
        comments: Whether comments count; in a note that its author wants whole they do not.
    """
    found = [LeftOut(span, "embedded data") for span in embedded_data(lines)]
    found.extend(
        LeftOut(Span(line.start, line.end), "contents")
        for line in lines
        if not line.fenced and _CONTENTS.fullmatch(line.text)
    )
    if comments:
        found.extend(LeftOut(span, "comment") for span in remarks(lines))
    apart: list[LeftOut] = []
    for each in sorted(found, key=lambda left_out: left_out.span):
        if not apart or each.span.start >= apart[-1].span.end:
            apart.append(each)
    return tuple(_with_margins(lines, apart)) if apart else ()


def visible(lines: Sequence[Line], away: Sequence[LeftOut]) -> tuple[Line, ...]:
    """Return the lines with those made blank on which nothing stands but what is hidden."""
    if not away:
        return tuple(lines)
    starts = [each.span.start for each in away]
    return tuple(
        Line(" " * len(line.text), line.start) if _covered(line, away, starts) else line
        for line in lines
    )


def around(text: str, blocks: Sequence[Block], away: Sequence[LeftOut]) -> Iterator[Block]:
    """Cut ``blocks`` around what is hidden, and yield both, in order.

    Args:
        text: The note's text.
        blocks: In order and apart.
        away: In order and apart.
    """
    starts = [each.span.start for each in away]
    pieces: list[Block] = []
    for block in blocks:
        first = max(0, bisect_right(starts, block.span.start) - 1)
        pieces.extend(_pieces(text, block, away, first))
    gone = [
        Block(BlockKind.LEFT_OUT, Kind.ARTICLE, each.span, each.span, reason=each.reason)
        for each in away
    ]
    yield from sorted([*pieces, *gone], key=lambda block: block.span)


def _covered(line: Line, away: Sequence[LeftOut], starts: Sequence[int]) -> bool:
    """Whether nothing but hidden stretches and white space stands on ``line``."""
    number = max(0, bisect_right(starts, line.start) - 1)
    at = line.start
    while number < len(away) and away[number].span.start <= line.end:
        span = away[number].span
        number += 1
        if span.end <= line.start:
            continue
        if line.text[max(0, at - line.start) : max(0, span.start - line.start)].strip():
            return False
        at = max(at, span.end)
    return at > line.start and not line.text[at - line.start :].strip()


def _with_margins(lines: Sequence[Line], away: Sequence[LeftOut]) -> Iterator[LeftOut]:
    """Take a quotation's or an item's own signs along when nothing else stands on the line."""
    starts = [line.start for line in lines]
    previous = 0
    for each in away:
        line = lines[bisect_right(starts, each.span.start) - 1]
        last = lines[bisect_right(starts, max(each.span.start, each.span.end - 1)) - 1]
        before = line.text[: each.span.start - line.start]
        span = each.span
        alone = not last.text[span.end - last.start :].strip()
        if alone and line.start >= previous and _MARGIN.fullmatch(before):
            span = Span(line.start + len(before) - len(before.lstrip()), span.end)
        previous = span.end
        yield replace(each, span=span)


def _pieces(text: str, block: Block, away: Sequence[LeftOut], number: int) -> Iterator[Block]:
    start, whole = block.span.start, True
    while number < len(away) and away[number].span.start < block.span.end:
        span = away[number].span
        number += 1
        if span.end <= start:
            continue
        whole = False
        yield from _piece(text, block, start, span.start)
        start = span.end
    if whole:
        yield block
    else:
        yield from _piece(text, block, start, block.span.end)


def _piece(text: str, block: Block, start: int, end: int) -> Iterator[Block]:
    words = text[start:end] if start < end else ""
    if not words.strip():
        return
    span = Span(start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip())))
    kind, level = block.kind, block.level
    if kind is BlockKind.HEADING and span.start > block.span.start:
        kind, level = BlockKind.PARAGRAPH, 0
    body_start = min(max(span.start, block.body.start), span.end)
    body = Span(body_start, max(body_start, min(span.end, block.body.end)))
    yield replace(block, kind=kind, level=level, span=span, body=body)
