"""One day of a Slack channel, as the workspace's export holds it: ``channel/2024-03-01.json``.

Slack gives times as seconds alone, so they are UTC. The channel's name is its folder's. Names come
from the workspace's ``users.json`` one folder up, or from the messages themselves.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from ingest.decoding import Decoded
from ingest.formats.chat_note import chat_note
from ingest.formats.chat_text import parse_chat_text
from ingest.formats.conversation import Conversation, Message, Quote
from ingest.formats.damage import DamagedExportError
from ingest.formats.format import FileBytes, Format, NotANoteError
from ingest.formats.json_record import Record, head_of, loaded

_PROGRAM = "Slack"
_MESSAGE = re.compile(r'"type"\s*:\s*"message"')
_TIME = re.compile(r'"ts"\s*:\s*"\d+\.\d+"')
_ABOUT_THE_WORKSPACE = frozenset(
    {"users", "channels", "groups", "dms", "mpims", "integration_logs", "canvases"}
)
_REFERENCE = re.compile(r"<([^<>\n]{1,2000})>")
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class _Names:
    """What the users of a workspace are called."""

    known: Mapping[str, str]

    def of(self, user: str) -> str:
        return self.known.get(user, user)


def _recognises(data: bytes) -> bool:
    head = head_of(data)
    return head.startswith("[") and bool(_MESSAGE.search(head) and _TIME.search(head))


def _text(file: FileBytes) -> Decoded:
    if file.name in _ABOUT_THE_WORKSPACE:
        raise NotANoteError(file.path, "it describes a Slack workspace and holds no messages")
    value, decoded = loaded(file, _PROGRAM)
    if not isinstance(value, list):
        raise DamagedExportError(file.path, _PROGRAM, "it does not hold a list of messages")
    day = Record({"messages": value}, file.path, _PROGRAM)
    records = day.records("messages")
    names = _Names({**_names_in(records), **_names_beside(file)})
    folder = PurePosixPath(file.path).parent.name
    messages = (_message(each, names) for each in records)
    conversation = Conversation(
        " ".join(filter(None, [folder, file.name])),
        tuple(message for message in messages if message.text),
    )
    return chat_note(file, _PROGRAM, [conversation], decoded)


def _names_in(records: list[Record]) -> dict[str, str]:
    profiles = ((record.text("user"), record.record("user_profile")) for record in records)
    return {user: name for user, profile in profiles if (name := _called(profile)) and user}


def _names_beside(file: FileBytes) -> Mapping[str, str]:
    data = file.beside("../users.json")
    return _users(data) if data is not None else {}


@lru_cache(maxsize=2)
def _users(data: bytes) -> Mapping[str, str]:
    """Read the workspace's list of users; a damaged one names nobody."""
    try:
        value, _ = loaded(FileBytes("users.json", data), _PROGRAM)
        users = Record({"users": value}, "users.json", _PROGRAM).records("users")
        found = ((user.text("id"), _called(user.record("profile")), user) for user in users)
        return {key: name or _called(user) for key, name, user in found if key}
    except DamagedExportError:
        return {}


def _called(profile: Record) -> str:
    parts = (profile.text(part) for part in ("display_name", "real_name", "name"))
    return next(filter(None, parts), "")


def _message(record: Record, names: _Names) -> Message:
    user = record.text("user") or record.text("bot_id")
    thread = record.text("thread_ts")
    moment = record.text("ts")
    return Message(
        speaker=names.known.get(user)
        or record.text("username")
        or record.record("bot_profile").text("name"),
        when=record.unix_time("ts"),
        text="\n".join(_parts(record, names)),
        handle=user,
        id=moment,
        answers=thread if thread != moment else "",
        quote=_elsewhere(record, names),
    )


def _elsewhere(record: Record, names: _Names) -> Quote | None:
    """Return who is answered; the words are missing when they were said on another day."""
    started = record.text("parent_user_id")
    return Quote(names.of(started), handle=started) if started else None


def _parts(record: Record, names: _Names) -> Iterator[str]:
    """Yield a message's words, and a few for each thing that is attached to it."""
    words = _words(record.text("text"), names)
    yield from filter(str.strip, [words or " ".join(_in_blocks(record.values.get("blocks")))])
    for file in record.records("files"):
        name = file.text("name") or file.text("title")
        word = "图片" if file.text("mimetype").startswith("image/") else "文件"
        yield f"[{word} {name}]" if name else f"[{word}]"
    for card in record.records("attachments"):
        title, body = card.text("title"), card.text("text") or card.text("fallback")
        yield from filter(str.strip, [_words(title, names), _words(body, names)])


def _words(text: str, names: _Names) -> str:
    """Write what Slack's marks stand for: people, channels, links and escaped characters."""
    return html.unescape(_REFERENCE.sub(lambda found: _referred(found[1], names), text))


def _referred(reference: str, names: _Names) -> str:
    target, _, label = reference.partition("|")
    if target.startswith("@"):
        return f"@{label or names.of(target[1:])}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return f"@{(label or target[1:].partition('^')[0]).removeprefix('@')}"
    if not label or label == target.partition(":")[2].removeprefix("//"):
        return label if target.startswith("mailto:") and label else target
    return f"[{label}]({target})"


def _in_blocks(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a message that has them only in its layout."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _in_blocks(each, depth + 1)
    elif isinstance(value, dict):
        text = value.get("text")
        if isinstance(text, str):
            yield text
        for inner in value.values():
            yield from _in_blocks(inner, depth + 1)


SLACK = Format("slack", frozenset({".json"}), _text, parse_chat_text, _recognises)
