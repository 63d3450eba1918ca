"""Articles: CommonMark blocks with their places. The only parsing door to markdown-it."""

from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt

from ingest.block import Block, BlockKind
from ingest.parsing.cuts import is_cut
from ingest.parsing.footnotes import definition_end
from ingest.parsing.lines import Line, covering
from retrieval.chunk import Kind

_KINDS = {
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "fence": BlockKind.CODE,
    "table_open": BlockKind.TABLE,
}
_FORMULA = "$$"
_MOST_FORMULA_LINES = 60


@cache
def _parser() -> MarkdownIt:
    """Block structure alone: no inline rules, so that no input is slow.

    Setext headings and indented code are off: in notes a line of dashes is a rule, and an
    indented line is a paragraph that was pasted. The definition of a link is a paragraph too, or
    its words would stand in no block.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")
    parser.disable(["lheading", "code", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def article_blocks(
    lines: Sequence[Line], headings: tuple[str, ...], within: Kind
) -> Iterator[Block]:
    """Cut lines of a note into paragraphs, lists, code, tables, footnotes, formulas and cuts.

    Args:
        lines: Lines of the note, none missing between them.
        headings: The headings above them.
        within: The kind of note they read as.
    """
    start = number = 0
    while number < len(lines):
        kind, stop = _apart(lines, number)
        if kind is not None:
            yield from _blocks(lines[start:number], headings, within)
            span = covering(lines[number:stop])
            yield Block(kind, within, span, span, headings)
            start = stop
        number = max(stop, number + 1)
    yield from _blocks(lines[start:], headings, within)


def _apart(lines: Sequence[Line], number: int) -> tuple[BlockKind | None, int]:
    """Return what stands apart from the Markdown around it at a line, and where that ends."""
    if not lines[number].fenced and is_cut(lines[number].text):
        return BlockKind.CUT, number + 1
    stop = definition_end(lines, number)
    if stop > number:
        return BlockKind.FOOTNOTE, stop
    stop = _formula_end(lines, number)
    return (BlockKind.PARAGRAPH if stop > number else None), stop


def _formula_end(lines: Sequence[Line], number: int) -> int:
    """Return the line after the formula between ``$$`` lines that begins here; else ``number``."""
    if lines[number].fenced or lines[number].text.strip() != _FORMULA:
        return number
    for at in range(number + 1, min(number + _MOST_FORMULA_LINES, len(lines))):
        if lines[at].fenced or is_cut(lines[at].text):
            break
        if lines[at].text.strip() == _FORMULA:
            return at + 1
    return number


def _blocks(lines: Sequence[Line], headings: tuple[str, ...], within: Kind) -> Iterator[Block]:
    if all(line.blank for line in lines):
        return
    source = "\n".join(line.text for line in lines)
    done = 0
    for token in _parser().parse(source):
        if token.level != 0 or token.map is None or token.type == "hr" or token.nesting < 0:
            continue
        first, stop = max(token.map[0], done), min(token.map[1], len(lines))
        if first < stop and not all(line.blank for line in lines[first:stop]):
            span = covering(lines[first:stop])
            kind = _KINDS.get(token.type, BlockKind.PARAGRAPH)
            yield Block(kind, within, span, span, headings)
        done = max(done, stop)
