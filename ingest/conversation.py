"""What is known of messages only from each other: who is one person, and what a reply answers.

Pure. Blocks go in as parsing found them and come out with one name for each person, and with the
place of the words that each reply answers.
"""

import re
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.block import Block, BlockKind
from retrieval.span import Span

_SPOKEN = (BlockKind.MESSAGE, BlockKind.COMMENT, BlockKind.ENTRY)
_KEY = 4
"""Characters, white space not counted, by which a quoted message is looked up."""
_MOST_ALIKE = 32
"""Messages that begin alike, the last ones, among which the quoted one is looked for."""
_FARTHEST = 100
"""Messages above a reply within which the person it calls must have spoken."""
_LEAD = re.compile(r"[\s」\-—–]*(?:回复\s*)?(?:@\S{1,40}(?:[ \u00a0\u2005]+|$))?(?:[:：]\s*)?")
"""What may stand between quoted words and the answer: rules, and the name that is called."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is who in one note."""

    by_handle: Mapping[str, str]
    """Handle, letters made small, to the name it was first seen with."""
    by_name: Mapping[str, str]
    """Every name that only one handle has, to that handle's first name."""

    def name(self, block: Block) -> str:
        """Return the one name of who speaks in ``block``."""
        if block.handle:
            return self.by_handle[_folded(block.handle)] or block.speaker
        return self.called(block.speaker)

    def called(self, name: str) -> str:
        """Return the one name of the person called ``name``."""
        return self.by_name.get(name, name)


def people(blocks: Sequence[Block]) -> People:
    """Find out who is who: a person keeps a handle and changes names.

    The first name stands for all, so that a name changed later changes no earlier chunk.
    """
    by_handle: dict[str, str] = {}
    handles: defaultdict[str, set[str]] = defaultdict(set)
    for block in blocks:
        if block.handle:
            handle = _folded(block.handle)
            by_handle[handle] = by_handle.get(handle) or block.speaker
            handles[block.speaker].add(handle)
    by_name = {
        name: by_handle[next(iter(owners))] for name, owners in handles.items() if len(owners) == 1
    }
    return People(by_handle, by_name)


def linked(blocks: Sequence[Block], text: str) -> tuple[Block, ...]:
    """Give each person one name, and each reply the place of the words it answers.

    A reply that quotes words answers the last message above it that begins with them; one that only
    names a person answers what that person last said in the same section.

    Args:
        blocks: All blocks of a note.
        text: The note's text.
    """
    known = people(blocks)
    said = _Said(text)
    return tuple(_linked(block, known, said, text) for block in blocks)


def _linked(block: Block, known: People, said: "_Said", text: str) -> Block:
    if block.kind not in _SPOKEN:
        return block
    named = replace(block, speaker=known.name(block), reply_to=known.called(block.reply_to))
    answered = said.answered_by(named)
    if answered is not None:
        words = own_words(answered, text)
        named = replace(named, reply_to=named.reply_to or answered.speaker, answers=words)
    said.add(named)
    return named


class _Said:
    """The messages above the place reached so far, to be looked up."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._count = 0
        self._by_words: defaultdict[str, deque[tuple[str, Block]]] = defaultdict(
            lambda: deque(maxlen=_MOST_ALIKE)
        )
        self._last: dict[tuple[tuple[str, ...], str], tuple[int, Block]] = {}

    def add(self, block: Block) -> None:
        """Remember what was said."""
        self._count += 1
        words = squeezed(own_words(block, self._text).of(self._text))
        if words:
            self._by_words[words[:_KEY]].append((words, block))
            self._last[block.headings, block.speaker] = (self._count, block)
        whole = squeezed(block.body.of(self._text))
        if whole != words:
            self._by_words[whole[:_KEY]].append((whole, block))

    def answered_by(self, reply: Block) -> Block | None:
        """Return the block that ``reply`` answers, if it stands above."""
        if reply.quotes:
            quoted = squeezed(reply.quotes).rstrip("….")
            alike = [
                block for words, block in self._by_words[quoted[:_KEY]] if words.startswith(quoted)
            ]
            named = [block for block in alike if block.speaker == reply.reply_to]
            return next(reversed(named or alike), None)
        if reply.reply_to in ("", reply.speaker):
            return None
        number, block = self._last.get((reply.headings, reply.reply_to), (0, None))
        return block if self._count - number < _FARTHEST else None


def own_words(block: Block, text: str) -> Span:
    """Return the span of a message's words without those that it quotes."""
    body = block.body.of(text)
    start = 0
    if block.quotes:
        last = block.quotes.split()[-1]
        start = max(body.find(last), 0) + len(last) if last in body else 0
    lead = _LEAD.match(body, start)
    start = lead.end() if lead and lead.end() < len(body) else start
    return Span(block.body.start + min(start, len(body)), block.body.end)


def squeezed(text: str) -> str:
    """Return ``text`` without its white space."""
    return "".join(text.split())


def _folded(handle: str) -> str:
    return handle.casefold()
