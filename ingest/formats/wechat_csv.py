"""A WeChat chat as the usual backup tools write it in CSV.

Columns are told by their names, in any order; so are the plain Chinese ones of tables that people
make themselves. Of several columns with a time, one with a clock on the wall comes first; seconds
alone are read as UTC.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.decoding import Decoded, decode
from ingest.formats.chat_note import chat_note
from ingest.formats.chat_text import parse_chat_text
from ingest.formats.conversation import Conversation, Message
from ingest.formats.damage import DamagedExportError
from ingest.formats.format import FileBytes, Format
from ingest.formats.json_record import head_of
from ingest.formats.wechat_words import ME, PROGRAM, moment, quote_in, words

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "time": ("strtime", "时间", "发送时间", "消息时间", "聊天时间", "createtime", "时间戳"),
    "content": ("strcontent", "内容", "消息内容", "聊天内容", "msg", "消息"),
    "name": ("remark", "备注", "nickname", "昵称", "发送人", "发送者", "发言人"),
    "handle": ("sender", "wxid", "微信号", "发送人id", "talker"),
    "own": ("issender", "is_sender", "issend", "是否发送"),
    "kind": ("type", "类型", "消息类型", "type_name"),
    "linked_kind": ("subtype", "sub_type", "子类型"),
}
"""What a column is for, and what it may be called, the best first."""
_YES = frozenset({"1", "true", "是"})


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which fields of a row say what."""

    count: int
    places: Mapping[str, tuple[int, ...]]

    def first(self, row: Sequence[str], meaning: str) -> str:
        """Return the first field of a row with that meaning that is not empty."""
        fields = (row[place].strip() for place in self.places[meaning] if place < len(row))
        return next(filter(None, fields), "")


def _recognises(data: bytes) -> bool:
    try:
        return _columns(next(csv.reader([head_of(data).split("\n", 1)[0]]), [])) is not None
    except csv.Error:
        return False


def _text(file: FileBytes) -> Decoded:
    decoded = decode(file.data)
    rows = _rows(file, decoded.text.removeprefix("\ufeff"))
    _, names = next(rows, (0, []))
    columns = _columns(names)
    if columns is None:
        raise DamagedExportError(file.path, PROGRAM, "its columns have no names")
    messages = (_message(file, columns, line, row) for line, row in rows)
    conversation = Conversation("", tuple(message for message in messages if message.text))
    return chat_note(file, PROGRAM, [conversation], decoded)


def _rows(file: FileBytes, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of the line on which it ends."""
    # The limit is one of the whole process; a field is never longer than the file.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text.lstrip(), newline=""), strict=True)
    try:
        for row in reader:
            if any(field.strip() for field in row):
                yield reader.line_num, row
    except csv.Error as error:
        what = f"line {reader.line_num} is no row of a table ({error})"
        raise DamagedExportError(file.path, PROGRAM, what) from None


def _columns(names: Sequence[str]) -> _Columns | None:
    """Read the first row; None when it does not name the columns of a chat."""
    lower = [name.strip().lower() for name in names]
    places = {
        meaning: tuple(lower.index(name) for name in known if name in lower)
        for meaning, known in _COLUMNS.items()
    }
    told = places["name"] or places["handle"] or places["own"]
    complete = places["time"] and places["content"] and told
    return _Columns(len(names), places) if complete else None


def _message(file: FileBytes, columns: _Columns, line: int, row: Sequence[str]) -> Message:
    row = _whole(file, columns, line, row)
    when = moment(columns.first(row, "time"))
    if when is None:
        raise DamagedExportError(file.path, PROGRAM, f"line {line} has no time that can be read")
    own = columns.first(row, "own").lower() in _YES
    content = columns.first(row, "content")
    return Message(
        speaker=columns.first(row, "name") or (ME if own else ""),
        when=when,
        text=words(columns.first(row, "kind"), columns.first(row, "linked_kind"), content),
        handle=columns.first(row, "handle"),
        quote=quote_in(content),
    )


def _whole(file: FileBytes, columns: _Columns, line: int, row: Sequence[str]) -> Sequence[str]:
    """Return a row of as many fields as there are columns; commas may cut the last one."""
    count = columns.count
    more = [field for field in row[count:] if field]
    if len(row) >= count and not more:
        return row
    if len(row) > count and columns.places["content"][0] == count - 1:
        return [*row[: count - 1], ",".join(row[count - 1 :])]
    what = f"line {line} has {len(row)} fields and the table {count} columns"
    raise DamagedExportError(file.path, PROGRAM, what)


WECHAT_CSV = Format("wechat table", frozenset({".csv"}), _text, parse_chat_text, _recognises)
