"""Comments copied from under a video or page: name, words, then a line with date and thumbs."""

import re
from collections.abc import Iterator, Sequence

from ingest.block import Block, BlockKind
from ingest.parsing.lines import Line, covering, words_of
from ingest.parsing.moments import CLOCK, DATE, iso
from retrieval.chunk import Kind

_FOOTER = re.compile(
    rf"^\s*+{DATE}[ \u00a0]++{CLOCK}[ \u00a0]*+(?:👍?[ \u00a0]*+(?P<likes>\d+))?\s*+(?:回复)?\s*+$"
)
_ANSWER = re.compile(r"^\s*回复\s*@(?P<name>\S[^:：]{0,40}?)\s*[:：]")
_MOST_OF_A_NAME = 30
_NOT_A_NAME = re.compile(r"[。，！？；,;!?]$|^[#>!\[\-*|]|https?://")


def is_comment_footer(line: Line) -> bool:
    """Whether ``line`` ends a comment: date and minute alone, thumbs behind it or not."""
    return not line.fenced and _FOOTER.match(line.text) is not None


def comments(lines: Sequence[Line], headings: tuple[str, ...]) -> Iterator[Block | Sequence[Line]]:
    """Cut the lines of one section into comments; lines that belong to none come back as they are.

    Args:
        lines: The section without its heading line.
        headings: The headings above it.
    """
    start = 0
    for number, line in enumerate(lines):
        if not is_comment_footer(line):
            continue
        name_at = _name_at(lines[start:number])
        if name_at is None:
            yield lines[start : number + 1]
        else:
            if name_at:
                yield lines[start : start + name_at]
            yield _comment(lines[start + name_at : number + 1], headings)
        start = number + 1
    if start < len(lines):
        yield lines[start:]


def _name_at(lines: Sequence[Line]) -> int | None:
    for number, line in enumerate(lines):
        text = line.text.strip()
        if text and len(text) <= _MOST_OF_A_NAME and not _NOT_A_NAME.search(text):
            return number
    return None


def _comment(lines: Sequence[Line], headings: tuple[str, ...]) -> Block:
    footer = _FOOTER.match(lines[-1].text)
    words, span = lines[1:-1], covering(lines)
    answer = next((match for line in words if (match := _ANSWER.match(line.text))), None)
    likes = footer["likes"] if footer else None
    return Block(
        BlockKind.COMMENT,
        Kind.CHAT,
        span,
        words_of(words, span),
        headings,
        speaker=lines[0].text.strip(),
        when=iso(footer) if footer else "",
        reply_to=answer["name"].strip() if answer else "",
        likes=int(likes) if likes else None,
    )
