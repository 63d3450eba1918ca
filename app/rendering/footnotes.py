"""The words of footnotes: ``[^name]: words`` stays where it stands, each a paragraph of its own."""

import re

from markdown_it.rules_block import StateBlock

from app.rendering.run import Run

_DEFINITION = re.compile(r"\[\^([^\]\s]{1,60})\]:")
_INDENT = 2
"""Columns by which what follows a blank line must stand further in to belong to a footnote."""


def footnote_definition(
    state: StateBlock,
    first: int,
    last: int,
    silent: bool,  # noqa: FBT001  # the parser's shape
) -> bool:
    """Read one definition: its lines up to a blank one, and indented ones behind that."""
    if not _defines(state, first):
        return False
    if silent:
        return True
    stop = first + 1
    while stop < last and not state.isEmpty(stop) and not _defines(state, stop):
        stop += 1
    end = _end(state, stop, last)
    state.push("footnote_definition_open", "div", 1).attrs = {"class": "footnote"}
    state.tokens[-1].map = [first, end]
    state.push("paragraph_open", "p", 1).map = [first, stop]
    words = state.push("inline", "", 0)
    words.content = state.getLines(first, stop, state.blkIndent, False).strip()  # noqa: FBT003
    words.map, words.children = [first, stop], []
    state.push("paragraph_close", "p", -1)
    if end > stop:
        _inside(state, stop, end)
    state.push("footnote_definition_close", "div", -1)
    state.line = end
    return True


def _defines(state: StateBlock, line: int) -> bool:
    run: Run | None = state.env["run"]
    start = state.bMarks[line] + state.tShift[line]
    if run is None or state.is_code_block(line) or not state.src.startswith("[^", start):
        return False
    match = _DEFINITION.match(state.src, start)
    return match is not None and match.group(1) in run.footnotes


def _end(state: StateBlock, stop: int, last: int) -> int:
    """Return the line after the last indented one that follows ``stop`` behind blank lines."""
    end, line = stop, stop
    while line < last and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent + _INDENT):
        line += 1
        end = end if state.isEmpty(line - 1) else line
    return end


def _inside(state: StateBlock, first: int, end: int) -> None:
    while state.isEmpty(first):
        first += 1
    indent, state.blkIndent = state.blkIndent, state.sCount[first]
    state.md.block.tokenize(state, first, end)
    state.blkIndent = indent
