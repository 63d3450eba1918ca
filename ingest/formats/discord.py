"""A Discord channel as DiscordChatExporter writes it in JSON.

Times are the clock on the wall in the zone that the export gives. Reactions and pins are not part
of what was said; an edited message is read as it was last.
"""

import re
from collections.abc import Iterator

from ingest.decoding import Decoded
from ingest.formats.chat_note import chat_note
from ingest.formats.chat_text import parse_chat_text
from ingest.formats.conversation import Conversation, Message
from ingest.formats.format import FileBytes, Format
from ingest.formats.json_record import Record, head_of, record_of

_PROGRAM = "Discord"
_GUILD = re.compile(r'"guild"\s*:\s*\{')
_CHANNEL = re.compile(r'"channel"\s*:\s*\{')
_SAID = frozenset({"", "Default", "Reply", "ChatInputCommand", "ContextMenuCommand"})
"""Types of messages that people wrote; the others are the channel's own."""
_PEOPLE = re.compile(r"<@!?(\d+)>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp|heic|avif)$", re.IGNORECASE)


def _recognises(data: bytes) -> bool:
    head = head_of(data)
    return head.startswith("{") and bool(_GUILD.search(head) and _CHANNEL.search(head))


def _text(file: FileBytes) -> Decoded:
    export, decoded = record_of(file, _PROGRAM)
    if not isinstance(export.values.get("messages"), list):
        raise export.damaged("messages", "a list")
    names = [export.record("guild").text("name"), export.record("channel").text("name")]
    messages = (_message(each) for each in export.records("messages"))
    conversation = Conversation(
        " · ".join(filter(None, names)), tuple(message for message in messages if message.text)
    )
    return chat_note(file, _PROGRAM, [conversation], decoded)


def _message(record: Record) -> Message:
    author = record.record("author")
    return Message(
        speaker=author.text("nickname") or author.text("name"),
        when=record.wall_clock("timestamp"),
        text="\n".join(_parts(record)),
        handle=author.text("id"),
        id=record.text("id"),
        answers=record.record("reference").text("messageId"),
    )


def _parts(record: Record, *, forwarded: bool = False) -> Iterator[str]:
    """Yield a message's words and a few for each thing that is attached to it."""
    kind, words = record.text("type"), _words(record, record.text("content"))
    if kind not in _SAID:
        yield f"[{words or kind}]"
    elif words.strip():
        yield words
    inner = record.record("forwardedMessage")
    if inner.values and not forwarded:
        yield "[转发]"
        yield from _parts(inner, forwarded=True)
    for file in record.records("attachments"):
        name = file.text("fileName")
        yield f"[图片 {name}]" if _PICTURE.search(name) else f"[文件 {name}]"
    for sticker in record.records("stickers"):
        yield f"[贴纸 {sticker.text('name')}]"
    for embed in record.records("embeds"):
        yield from _embedded(embed)


def _words(record: Record, content: str) -> str:
    """Write names and emoji for the numbers that stand for them."""
    names = {
        each.text("id"): each.text("nickname") or each.text("name")
        for each in record.records("mentions")
    }
    content = _PEOPLE.sub(lambda found: f"@{names.get(found[1], found[1])}", content)
    return _EMOJI.sub(r"\1", content)


def _embedded(embed: Record) -> Iterator[str]:
    """Yield the text of a card that shows what a link leads to."""
    title, address = embed.text("title"), embed.text("url")
    if title:
        yield f"[{title}]({address})" if address else title
    if embed.text("description"):
        yield embed.text("description")
    for each in embed.records("fields"):
        yield f"{each.text('name')}: {each.text('value')}"


DISCORD = Format("discord", frozenset({".json"}), _text, parse_chat_text, _recognises)
