"""The blocks that a note's page is set from."""

from collections.abc import Iterator

from ingest.block import Block, BlockKind
from ingest.formats import format_named
from retrieval.chunk import Kind
from retrieval.span import Span

LONGEST_PARSED = 2_000_000
"""Characters; a longer note is shown as it is written, since reading its shape takes too long."""
_STRETCH = 60_000


def note_blocks(text: str, name: str, form: str) -> tuple[Block, ...]:
    """Return the blocks of a note, in reading order.

    Args:
        text: The note's text.
        name: Its file's name without folder and suffix.
        form: Name of the format that read it.
    """
    if len(text) <= LONGEST_PARSED:
        return format_named(form).parse(text, name).blocks
    return tuple(_stretches(text))


def _stretches(text: str) -> Iterator[Block]:
    """Cut ``text`` into pieces of about equal length, at the end of a line where there is one."""
    start = 0
    while start < len(text):
        end = min(start + _STRETCH, len(text))
        line_end = text.rfind("\n", start, end) + 1
        end = line_end if start < line_end and end < len(text) else end
        span = Span(start, end)
        yield Block(BlockKind.PARAGRAPH, Kind.ARTICLE, span, span)
        start = end
