"""Cutting long prose at its seams. Pure."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from ingest.parsing.cuts import is_cut
from ingest.parsing.lines import split_lines
from retrieval.span import Span

_SEAMS = (
    re.compile(r"(?:\r\n|\r|\n)\s*(?:\r\n|\r|\n)"),
    re.compile(r"\r\n|\r|\n"),
    re.compile(r"[。！？!?；;]+[”’」』）)\]]*|\.(?=\s)"),
    re.compile(r"[，,、：:]|\s"),
)
"""Where text may be cut, best first: blank lines, line ends, sentence ends, pauses."""
_CUT_WORD = re.compile("-[ \t]*cut[ \t]*-", re.IGNORECASE)
_LEAST = 0.5
"""A piece is at least this share of the target, else a worse seam is taken."""


def split_span(text: str, span: Span, target: int) -> list[Span]:
    """Cut ``span`` into consecutive pieces of at most about ``target`` characters.

    The pieces cover everything but white space at their edges. A stretch without any seam is cut
    at ``target`` characters.
    """
    pieces: list[Span] = []
    start = span.start
    while span.end - start > target * (1 + _LEAST):
        stop = _seam(text, start, start + target)
        pieces.append(Span(start, stop))
        start = stop
    pieces.append(Span(start, span.end))
    trimmed = [trim(text, piece) for piece in pieces]
    return [piece for piece in trimmed if len(piece)] or [span]


def cut_marks(text: str) -> tuple[Span, ...]:
    """Return where the author's cut marks stand in ``text``, in order; in code there is none."""
    if _CUT_WORD.search(text) is None:
        return ()
    return tuple(
        Span(line.start, line.end)
        for line in split_lines(text)
        if not line.fenced and is_cut(line.text)
    )


def split_at_cuts(text: str, span: Span, marks: Sequence[Span]) -> list[Span]:
    """Cut ``span`` at those of ``marks`` that stand in it.

    They belong to no piece, and no piece is blank.
    """
    pieces: list[Span] = []
    start = span.start
    number = bisect_left(marks, Span(span.start, span.start))
    while number < len(marks) and marks[number].start < span.end:
        pieces.append(Span(start, max(start, marks[number].start)))
        start = marks[number].end
        number += 1
    if not pieces:
        return [span]
    trimmed = [trim(text, piece) for piece in (*pieces, Span(start, max(start, span.end)))]
    return [piece for piece in trimmed if len(piece)]


def trim(text: str, span: Span) -> Span:
    """Return ``span`` without white space at its edges."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.end - (len(words) - len(words.rstrip()))))


def _seam(text: str, start: int, limit: int) -> int:
    """Return the last good place to cut in ``text[start:limit]``."""
    least = start + int((limit - start) * _LEAST)
    for seam in _SEAMS:
        places = [match.end() for match in seam.finditer(text, least, limit)]
        if places:
            return places[-1]
    return limit
