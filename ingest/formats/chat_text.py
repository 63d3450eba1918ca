"""Conversations as text that a person can read, and that text as blocks.

The text of a chat export looks like this::

    ---
    speakers:
      "小林": "user17"
    ---

    # 本地模型群

    小林 2024-03-07 09:05:12
    显存怎么估？

    阿毛 2024-03-07 09:06:00
    > 小林: 显存怎么估？

    参数量乘两个字节

With more than one conversation each has a heading of level 2 below the program's name. A line of
a message that could be taken for such a heading, for the head of a message, or for what it answers,
is set in by two spaces, so that nobody's words can pass for somebody else's.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.block import Block, BlockKind
from ingest.formats.conversation import Conversation, Message, Quote, one_line, settled
from ingest.parsing import Parsed
from retrieval.chunk import Kind
from retrieval.span import Span

_STAMP = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"
_HEAD = re.compile(rf"(?:(?P<name>\S.*) )?(?P<when>{_STAMP})")
_TITLE = re.compile(r"(#) (.+)")
_HEADING = re.compile(r"(##) (.+)")
_ENDS_LIKE_A_HEAD = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?$")
_LONGEST_STAMP = 40
_SPEAKERS = "---\nspeakers:\n"
_SPEAKER = re.compile(r'  (?P<name>".*"): (?P<handle>".*")')
_LONE = re.compile("[\ud800-\udfff]")
_SET_IN = "  "


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def chat_text(conversations: Sequence[Conversation], title: str = "") -> str:
    """Write conversations down.

    Args:
        conversations: In the order of the export.
        title: Heading above them when they are several.
    """
    ready = settled(conversations)
    parts = [_speakers(ready)]
    if len(ready) > 1:
        parts.append(_heading("#", title))
    for each in ready:
        parts.append(_heading("##" if len(ready) > 1 else "#", each.title))
        parts.extend(_message(message) for message in each.messages)
    text = "\n\n".join(part for part in parts if part) + "\n"
    return _LONE.sub("\ufffd", text)


def parse_chat_text(text: str, name: str = "") -> Parsed:
    """Read what `chat_text` wrote.

    Args:
        text: The text.
        name: The file's name without suffix; the title when the conversation has none.
    """
    handles, body_at = _handles(text)
    blocks = [Block(BlockKind.FRONT_MATTER, Kind.CHAT, head, head) for head in _head(text, body_at)]
    path: list[str] = []
    for opening, rows in _stretches(_rows(text, body_at)):
        if opening.re is _HEAD:
            blocks.append(_message_block(rows, opening, tuple(path), handles))
            continue
        path = path[: len(opening[1]) - 1]
        blocks.append(_heading_block(rows[0], opening, path))
        path.append(opening[2])
    heading = next((block for block in blocks if block.level == 1), None)
    title = heading.body.of(text) if heading is not None else ""
    return Parsed(tuple(blocks), title or name, Kind.CHAT, (), whole=False, named=not title)


def words_of_message(body: str) -> str:
    """Return a message's own words: without what it answers, and not set in."""
    lines = body.split("\n")
    if lines[0].startswith("> "):
        lines = lines[2:]
    if lines and lines[0].startswith(_SET_IN + ">"):
        lines[0] = lines[0].removeprefix(_SET_IN)
    return "\n".join(
        line.removeprefix(_SET_IN) if line.startswith(_SET_IN) and _misleads(line) else line
        for line in lines
    )


def _speakers(conversations: Sequence[Conversation]) -> str:
    handles = {
        message.speaker: message.handle
        for each in conversations
        for message in each.messages
        if message.handle
    }
    if not handles:
        return ""
    rows = (f"  {_quoted(name)}: {_quoted(handle)}" for name, handle in sorted(handles.items()))
    return _SPEAKERS + "\n".join(rows) + "\n---"


def _quoted(text: str) -> str:
    """Write ``text`` as a JSON string that stands on one line, whatever is in it."""
    return json.dumps(_LONE.sub("\ufffd", one_line(text)), ensure_ascii=False)


def _heading(marks: str, title: str) -> str:
    words = one_line(title)
    return f"{marks} {words}" if words else ""


def _message(message: Message) -> str:
    stamp = message.when.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    lines = [f"{message.speaker} {stamp}".strip()]
    words = _words(message.text)
    if message.quote is not None and (message.quote.speaker or message.quote.text):
        lines.append(_answered(message.quote))
        lines.extend([""] if words else [])
    return "\n".join([*lines, *words])


def _answered(quote: Quote) -> str:
    words = one_line(quote.text)
    line = f"> {quote.speaker}: {words}" if words else f"> {quote.speaker}"
    return f"> {quote.speaker}: {words} …" if _misleads(line) else line


def _words(text: str) -> list[str]:
    lines = "\n".join(text.splitlines()).strip().split("\n")
    if lines == [""]:
        return []
    lines = [_SET_IN + line if _misleads(line) else line for line in lines]
    return [_SET_IN + lines[0] if lines[0].startswith(">") else lines[0], *lines[1:]]


def _misleads(line: str) -> bool:
    """Whether a line of a message looks like a heading or like the head of another message."""
    bare = line.strip()
    return bool(_HEADING.match(bare) or _ENDS_LIKE_A_HEAD.search(bare[-_LONGEST_STAMP:]))


def _handles(text: str) -> tuple[dict[str, str], int]:
    """Return each name's handle, and where the conversations begin."""
    handles: dict[str, str] = {}
    end = text.find("\n---\n", len(_SPEAKERS) - 1) if text.startswith(_SPEAKERS) else -1
    if end < 0:
        return handles, 0
    for row in text[len(_SPEAKERS) : end].split("\n"):
        if found := _SPEAKER.fullmatch(row):
            handles[json.loads(found["name"])] = json.loads(found["handle"])
    return handles, end + len("\n---\n")


def _head(text: str, body_at: int) -> Iterator[Span]:
    if body_at:
        yield Span(0, len(text[:body_at].rstrip()))


def _rows(text: str, start: int) -> Iterator[_Row]:
    for line in text[start:].split("\n"):
        yield _Row(line, start)
        start += len(line) + 1


def _stretches(rows: Iterator[_Row]) -> Iterator[tuple[re.Match[str], list[_Row]]]:
    """Group lines below the heading or head of a message that stands above them."""
    above: re.Match[str] | None = None
    group: list[_Row] = []
    for row in rows:
        title = None if above else _TITLE.fullmatch(row.text)
        opening = title or _HEADING.fullmatch(row.text) or _HEAD.fullmatch(row.text)
        if opening:
            if above:
                yield above, group
            above, group = opening, []
        group.append(row)
    if above:
        yield above, group


def _heading_block(row: _Row, found: re.Match[str], path: Sequence[str]) -> Block:
    return Block(
        BlockKind.HEADING,
        Kind.CHAT,
        Span(row.start, row.end),
        Span(row.start + found.start(2), row.end),
        tuple(path),
        level=len(found[1]),
    )


def _message_block(
    rows: Sequence[_Row], head: re.Match[str], path: tuple[str, ...], handles: Mapping[str, str]
) -> Block:
    filled = [row for row in rows if row.text.strip()]
    span = Span(rows[0].start, filled[-1].end)
    said = len(filled) > 1
    name = head["name"] or ""
    answered = rows[1].text if len(rows) > 1 and rows[1].text.startswith("> ") else ""
    reply_to, _, quotes = answered[2:].partition(": ")
    return Block(
        BlockKind.MESSAGE,
        Kind.CHAT,
        span,
        Span(filled[1].start if said else span.end, span.end),
        path,
        speaker=name,
        handle=handles.get(name, ""),
        when=head["when"],
        reply_to=reply_to,
        quotes=quotes,
    )
