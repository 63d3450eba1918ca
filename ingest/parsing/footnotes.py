"""Footnotes: ``[^name]`` in the text, and ``[^name]: words`` where they are written down.

The words stay where they stand and are cited there; they are read below the headings of the text
that refers to them, for that is what they are about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.block import Block, BlockKind
from ingest.parsing.cuts import is_cut
from ingest.parsing.lines import Line

_DEFINITION = re.compile(r"^ {0,3}\[\^([^\]\s]{1,60})\]:")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\](?!:)")
_INDENTED = re.compile(r"^(?: {2,}|\t)\s*\S")


def definition_end(lines: Sequence[Line], number: int) -> int:
    """Return the number of the line after the definition at ``number``; that itself when none is.

    Lines below belong to it up to a blank one, and indented ones also behind that.
    """
    if lines[number].fenced or _DEFINITION.match(lines[number].text) is None:
        return number
    stop = end = number + 1
    while stop < len(lines) and not is_cut(lines[stop].text):
        line = lines[stop]
        parted = lines[stop - 1].blank
        if not line.blank:
            if _DEFINITION.match(line.text) or (parted and not _INDENTED.match(line.text)):
                break
            end = stop + 1
        stop += 1
    return end


def placed(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """Put each definition of ``blocks`` below the headings of what refers to it first."""
    if not any(block.kind is BlockKind.FOOTNOTE for block in blocks):
        yield from blocks
        return
    referring: dict[str, tuple[str, ...]] = {}
    for block in blocks:
        if block.kind not in (BlockKind.FOOTNOTE, BlockKind.CODE, BlockKind.LEFT_OUT):
            for match in _REFERENCE.finditer(block.span.of(text)):
                referring.setdefault(match.group(1), block.headings)
    for block in blocks:
        name = _DEFINITION.match(block.span.of(text))
        if block.kind is BlockKind.FOOTNOTE and name is not None:
            yield replace(block, headings=referring.get(name.group(1), block.headings))
        else:
            yield block
