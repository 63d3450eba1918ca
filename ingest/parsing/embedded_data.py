"""Files and data that are written out in a note's text: base64, and whole data sets on one line.

Nobody searches for them, and a picture of some megabytes would fill thousands of chunks.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.parsing.lines import Line
from retrieval.span import Span

# Each pattern is tried once where a run of its characters begins, so none is slow.
_ADDRESS = re.compile(r"data:[\w.+/;=-]{0,100};base64,[A-Za-z0-9+/=_%-]{200,}+")
_RUN = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{2000,}+")
_ROW = re.compile(r"[ \t]*[A-Za-z0-9+/]{60,}+={0,2}[ \t]*")
_FEWEST_ROWS = 10
"""Lines of a wrapped file; fewer may be keys that are worth finding."""
_BEFORE = re.compile(
    r"(?:!?\[[^\[\]\n]{0,200}\]\([ \t]*<?|<(?:img|source|a)\b[^<>\n]{0,300}"
    r"|^ {0,3}\[[^\[\]\n]{1,100}\]:[ \t]*<?)\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r">?(?:[ \t]+\"[^\"\n]{0,200}\")?[ \t]*\)|[^<>\n]{0,300}>|>?[ \t]*$", re.IGNORECASE
)
_LONGEST_LINE = 20_000
_SIGNS = '{}":,;='
_LEAST_SIGNS = 0.12
"""Share of braces, quotes and the like above which a very long line is data."""
_LOOK_BACK = 400


def embedded_data(lines: Sequence[Line]) -> Iterator[Span]:
    """Yield the places of data, in order; with an image's or a link's own signs around it."""
    for wrapped, group in groupby(lines, lambda line: _ROW.fullmatch(line.text) is not None):
        run = list(group)
        if wrapped and len(run) >= _FEWEST_ROWS:
            yield Span(run[0].start, run[-1].end)
        else:
            yield from (span for line in run for span in _within(line))


def _within(line: Line) -> Iterator[Span]:
    if len(line.text) > _LONGEST_LINE and _is_data(line.text):
        yield Span(line.start, line.end)
        return
    done = 0
    for match in _ADDRESS.finditer(line.text):
        start, end = _construct(line.text, *match.span())
        if start >= done:
            yield Span(line.start + start, line.start + end)
            done = end
    if not done:
        for match in _RUN.finditer(line.text):
            yield Span(*match.span()).moved(line.start)


def _construct(text: str, start: int, end: int) -> tuple[int, int]:
    """Take the image, tag or definition along whose address the data is."""
    look_from = max(0, start - _LOOK_BACK)
    before = _BEFORE.search(text[look_from:start])
    after = _AFTER.match(text, end)
    if before is None or after is None:
        return start, end
    return look_from + before.start(), after.end()


def _is_data(text: str) -> bool:
    return sum(map(text.count, _SIGNS)) >= _LEAST_SIGNS * len(text)
