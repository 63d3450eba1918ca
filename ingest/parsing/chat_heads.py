"""What an export writes above a conversation: its title, and whose conversation it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.block import Block, BlockKind
from ingest.parsing.lines import Line, covering
from retrieval.chunk import Kind
from retrieval.span import Span

_HEAD_LINE = re.compile(
    r"^\s*(?:={8,}|消息记录（此消息记录为文本格式，不支持重新导入）|"
    r"(?:消息分组|消息对象|Guild|Channel|Topic)[:：].*)\s*$"
)
_RULE = re.compile(r"^\s*={8,}\s*$")
_NAMED = re.compile(r"^\s*(?:消息对象|Channel)[:：]\s*(?P<name>\S.*?)\s*$")
_BELOW_TITLE = 2
"""Levels from the headings above: a file may hold several conversations, and none is its title."""
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class ChatHead:
    """The lines above one conversation of an export."""

    start: int
    """Number of its first line."""
    stop: int
    """Number of the line after its last."""
    name: str
    """Of the group or the person talked to."""
    span: Span
    words: Span
    """Where the name stands."""

    def block(self, headings: tuple[str, ...]) -> Block:
        """Return it as a heading below ``headings``."""
        level = min(len(headings) + _BELOW_TITLE, _DEEPEST)
        return Block(BlockKind.HEADING, Kind.CHAT, self.span, self.words, headings, level=level)


def chat_heads(lines: Sequence[Line]) -> Iterator[ChatHead]:
    """Yield the heads of an export's conversations: QQ's and DiscordChatExporter's."""
    start = 0
    while start < len(lines):
        if not _HEAD_LINE.match(lines[start].text):
            start += 1
            continue
        stop = start + 1
        while stop < len(lines) and (lines[stop].blank or _HEAD_LINE.match(lines[stop].text)):
            stop += 1
        yield from _head(lines, start, stop)
        start = stop


def _head(lines: Sequence[Line], start: int, stop: int) -> Iterator[ChatHead]:
    """Yield the head that these lines are, if a name and a rule are among them."""
    if not any(_RULE.match(line.text) for line in lines[start:stop]):
        return
    for line in lines[start:stop]:
        if match := _NAMED.match(line.text):
            words = Span(*match.span("name")).moved(line.start)
            yield ChatHead(start, stop, match["name"], covering(lines[start:stop]), words)
            return
