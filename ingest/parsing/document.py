"""Text that Footnote itself has made of a file: Markdown with marks of its own.

Its lines say everything that is known of the file, since it is read again without it: stretches
that are no content stand between two marks, and pages are parted by a line with a form feed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.block import Block, BlockKind
from ingest.parsing.headings import plain
from ingest.parsing.lines import Line, covering, split_lines
from ingest.parsing.markdown import article_blocks
from ingest.parsing.note_text import Parsed
from ingest.parsing.pages import running_lines
from ingest.parsing.sections import Section, sections
from retrieval.chunk import Kind
from retrieval.span import Span

PAGE_BREAK = "\f"
"""The only character of the line between two pages."""
_OPENED = re.compile(r"<!-- left out: ([a-z-]+) -->")
_CLOSED = "<!-- /left out -->"


def apart(text: str, reason: str) -> str:
    """Return ``text`` between the marks of what is no content."""
    return f"<!-- left out: {reason} -->\n\n{text}\n\n{_CLOSED}"


_MARKS = re.compile(r"^(?=<!-- /?left out)", re.MULTILINE)
_MEANT = re.compile(r"^(?=[ ]{0,3}(?:#{1,6}[ \t]|```|~~~|<!--))", re.MULTILINE)


def inert(text: str) -> str:
    """Return plain text whose lines mean nothing in a document."""
    return _MEANT.sub(r"\\", text)


def unmarked(markdown: str) -> str:
    """Return Markdown in which no line is one of the marks."""
    return _MARKS.sub(r"\\", markdown).replace(PAGE_BREAK, "\n")


def document(text: str, name: str, within: Kind, *, paged: bool = False) -> Parsed:
    """Read the text that was made of a file.

    Args:
        text: The note's text.
        name: The file's name without folder and suffix; the title when the text has none.
        within: The kind of note it reads as.
        paged: Whether it has pages.
    """
    lines = split_lines(text)
    left_out, content = _sorted_out(lines)
    blocks = list(left_out)
    if paged:
        edges = _edges(content)
        blocks += [_running(line) for line in edges]
        content = [line for line in content if line not in edges]
        blocks += [_page_break(line, within) for line in content if line.text == PAGE_BREAK]
        content = [line for line in content if line.text != PAGE_BREAK]
    for section in sections(content, bare=False):
        blocks.extend(_section(section, within))
    blocks.sort(key=lambda block: block.span)
    if paged:
        blocks = list(_numbered(text, blocks))
    title = _title(text, blocks)
    return Parsed(tuple(blocks), title or name, within, tags=(), whole=False, named=not title)


def _sorted_out(lines: Sequence[Line]) -> tuple[list[Block], list[Line]]:
    """Part what is left out from the rest. A mark that is never closed is a line like others."""
    blocks: list[Block] = []
    content: list[Line] = []
    number = 0
    closing = [place for place, line in enumerate(lines) if line.text == _CLOSED]
    while number < len(lines):
        opened = None if lines[number].fenced else _OPENED.fullmatch(lines[number].text)
        end = bisect_right(closing, number)
        if opened is None or end == len(closing):
            content.append(lines[number])
            number += 1
            continue
        stretch = lines[number : closing[end] + 1]
        blocks.append(
            Block(
                BlockKind.LEFT_OUT,
                Kind.CLIP,
                covering(stretch),
                covering(stretch[1:-1]),
                reason=opened.group(1),
            )
        )
        number = closing[end] + 1
    return blocks, content


def _edges(lines: Sequence[Line]) -> frozenset[Line]:
    """Return the running heads and page numbers."""
    pages: list[list[Line]] = [[]]
    for line in lines:
        if line.text == PAGE_BREAK:
            pages.append([])
        else:
            pages[-1].append(line)
    found = running_lines([[line.text for line in page] for page in pages])
    return frozenset(
        page[number] for page, numbers in zip(pages, found, strict=True) for number in numbers
    )


def _running(line: Line) -> Block:
    span = covering([line])
    return Block(BlockKind.LEFT_OUT, Kind.CLIP, span, span, reason="running head")


def _page_break(line: Line, within: Kind) -> Block:
    span = Span(line.start, line.end)
    return Block(BlockKind.CUT, within, span, span)


def _section(section: Section, within: Kind) -> Iterator[Block]:
    if section.head is not None:
        span = Span(section.head.start, section.head.end)
        yield Block(
            BlockKind.HEADING,
            within,
            span,
            section.words or span,
            section.path[:-1],
            level=section.level,
        )
    for run in _runs(section.lines):
        yield from article_blocks(run, section.path, within)


def _runs(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Cut the lines where some are missing: no block reaches over what was left out."""
    starts = [0] + [
        number
        for number, (before, line) in enumerate(pairwise(lines), 1)
        if line.start > before.end + len("\r\n")
    ]
    for start, stop in pairwise([*starts, len(lines)]):
        yield lines[start:stop]


def _numbered(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Give each block the page it begins on; a page break belongs to the page it opens."""
    breaks = [place.start() for place in re.finditer(r"(?m)^\f$", text)]
    for block in blocks:
        yield replace(block, page=1 + bisect_right(breaks, block.span.start))


def _title(text: str, blocks: Sequence[Block]) -> str:
    """Return the first heading of level 1 if nothing but what is left out stands above it."""
    first = next((block for block in blocks if block.kind is not BlockKind.LEFT_OUT), None)
    if first is None or first.kind is not BlockKind.HEADING or first.level != 1:
        return ""
    return plain(first.body.of(text))
