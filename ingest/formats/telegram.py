"""Telegram Desktop's export in JSON: one chat, or a whole account.

Times are those of the clock of the machine that made the export, as it writes them; where only the
count of seconds is there, they are UTC. An edited message is read as it was last; what a chat
reports about itself (who joined, what was pinned) stands as the word of whoever did it.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from ingest.decoding import Decoded
from ingest.formats.chat_note import chat_note
from ingest.formats.chat_text import parse_chat_text
from ingest.formats.conversation import Conversation, Message
from ingest.formats.format import FileBytes, Format
from ingest.formats.json_record import Record, head_of, record_of

_PROGRAM = "Telegram"
_CHAT = re.compile(
    r'"type"\s*:\s*"(?:(?:private|public)_(?:supergroup|channel|group)|personal_chat|bot_chat'
    r'|saved_messages|replies|verification_codes)"'
)
_ACCOUNT = re.compile(r'"(?:personal_information|frequent_contacts|left_chats|chats)"\s*:\s*\{')
_MEDIA = {
    "sticker": "贴纸",
    "voice_message": "语音",
    "video_message": "视频",
    "video_file": "视频",
    "animation": "动图",
    "audio_file": "音频",
}
_DEEDS = {
    "invite_members": "邀请",
    "join_group_by_link": "加入",
    "join_group_by_request": "加入",
    "remove_members": "移出",
    "create_group": "建群",
    "create_channel": "建频道",
    "edit_group_title": "改名",
    "pin_message": "置顶消息",
    "topic_created": "新话题",
    "phone_call": "通话",
    "group_call": "通话",
}
"""What a chat reports, in the words that stand for it; anything else by its own name."""
_DEEPEST = 5
"""Pieces of text inside pieces of text; the program writes none."""


def _recognises(data: bytes) -> bool:
    head = head_of(data)
    if not head.startswith("{"):
        return False
    one_chat = '"id"' in head and '"messages"' in head and _CHAT.search(head)
    return bool(one_chat or ('"about"' in head and _ACCOUNT.search(head)))


def _text(file: FileBytes) -> Decoded:
    export, decoded = record_of(file, _PROGRAM)
    chats = [export] if "messages" in export.values else _chats_of_account(export)
    if not chats and not export.record("chats").values:
        raise export.damaged("chats", "an object with a list of chats")
    return chat_note(file, _PROGRAM, [_conversation(chat) for chat in chats], decoded)


def _chats_of_account(export: Record) -> list[Record]:
    return [
        chat for part in ("chats", "left_chats") for chat in export.record(part).records("list")
    ]


def _conversation(chat: Record) -> Conversation:
    title = chat.text("name")
    if not title and chat.text("type") == "saved_messages":
        title = "收藏夹"
    messages = (_message(each) for each in chat.records("messages"))
    return Conversation(title, tuple(message for message in messages if message.text))


def _message(record: Record) -> Message:
    service = record.text("type") == "service"
    elsewhere = record.text("reply_to_peer_id")
    return Message(
        speaker=record.text("actor" if service else "from"),
        when=_when(record),
        text=_deed(record) if service else "\n".join(_parts(record)),
        handle=record.text("actor_id" if service else "from_id"),
        id=record.text("id"),
        answers="" if elsewhere else record.text("reply_to_message_id"),
    )


def _when(record: Record) -> datetime:
    if record.values.get("date") is None and record.values.get("date_unixtime") is not None:
        return record.unix_time("date_unixtime")
    return record.wall_clock("date")


def _deed(record: Record) -> str:
    action = record.text("action")
    named = [record.text("title"), record.text("new_title")]
    members = record.values.get("members")
    if isinstance(members, list):
        named.extend(each for each in members if isinstance(each, str))
    words = [_DEEDS.get(action, action.replace("_", " ") or "通知"), *filter(None, named)]
    return f"[{' '.join(words)}]"


def _parts(record: Record) -> Iterator[str]:
    """Yield what a message holds: where it is from, its words, and what is attached to it."""
    if "forwarded_from" in record.values:
        source = record.text("forwarded_from")
        yield f"[转发自 {source}]" if source else "[转发]"
    words = _words(record, record.values.get("text"))
    if words.strip():
        yield words
    yield from _attached(record)


def _words(record: Record, text: object, depth: int = 0) -> str:
    """Read a text, which is a string, a piece with its format, or a list of these."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    if isinstance(text, list) and depth < _DEEPEST:
        return "".join(_words(record, each, depth + 1) for each in text)
    if isinstance(text, dict) and isinstance(text.get("text"), str):
        return _formatted(text)
    raise record.damaged("text", "text or pieces of text")


def _formatted(piece: dict[str, object]) -> str:
    words, kind = str(piece["text"]), piece.get("type")
    if kind == "text_link" and isinstance(piece.get("href"), str) and words.strip():
        return f"[{words}]({piece['href']})"
    if kind == "code" and words and "`" not in words and "\n" not in words:
        return f"`{words}`"
    if kind == "pre" and "```" not in words:
        language = piece.get("language")
        return (
            f"\n```{language if isinstance(language, str) else ''}\n{words.strip(chr(10))}\n```\n"
        )
    return words


def _attached(record: Record) -> Iterator[str]:
    """Yield a few words for each thing that is no text."""
    media = record.text("media_type")
    if media:
        named = [record.text("sticker_emoji"), record.text("title") or record.text("file_name")]
        yield f"[{' '.join([_MEDIA.get(media, media), *filter(None, named)])}]"
    elif "photo" in record.values:
        yield "[图片]"
    elif "file" in record.values:
        name = record.text("file_name") or PurePosixPath(record.text("file")).name
        yield f"[文件 {name}]"
    for key, word in (("location_information", "位置"), ("contact_information", "名片")):
        if key in record.values:
            names = (record.record(key).text(part) for part in ("first_name", "last_name"))
            yield f"[{' '.join([word, *filter(None, names)])}]"
    if "poll" in record.values:
        poll = record.record("poll")
        yield f"[投票] {_words(poll, poll.values.get('question'))}"
        for answer in poll.records("answers"):
            yield f"- {_words(answer, answer.values.get('text'))}"


TELEGRAM = Format("telegram", frozenset({".json"}), _text, parse_chat_text, _recognises)
