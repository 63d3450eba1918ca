"""Which files are taken for an export, told by their beginnings."""

import json

import pytest

from ingest.formats import FileBytes, Format, NotANoteError, format_of
from ingest.formats.format import FileBytes as File
from ingest.formats.json_record import HEAD
from tests.ingest.formats.exported import exported

SOME_WORDS = "好" * HEAD
ROWS = "内容,发送人,时间\n显存怎么估,小林,2024/3/7 9:05\n"


def form(path: str, data: str | bytes) -> Format:
    return format_of(File(path, data if isinstance(data, bytes) else data.encode()))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.json", "{}"),
        ("a.json", ""),
        ("a.json", "\x00\xff"),
        ("a.json", "null"),
        ("a.json", '{"name": "footnote", "version": "1.0", "messages": []}'),
        ("a.json", '{"messages": [{"role": "user", "content": "好"}], "type": "chat", "id": 1}'),
        ("a.json", '{"about": "me", "chats": [1]}'),
        ("a.json", '{"guild": "G", "channel": "C"}'),
        ("a.json", '[{"id": "U1", "name": "lan", "profile": {"display_name": "岚"}}]'),
        ("a.json", '[{"role": "user", "content": "好"}]'),
        ("a.csv", ""),
        ("a.csv", "a,b,c\n1,2,3\n"),
        ("a.csv", "时间,数值\n2024,1\n"),
        ("a.csv", "name,content,time\n"),
        ("a.csv", '"没完\n'),
        ("a.srt", "只有字\n"),
        ("a.vtt", "WEBVTT\n\nNOTE 没有\n"),
        ("a.vtt", ""),
    ],
)
def test_what_is_no_export_is_no_note(path: str, data: str) -> None:
    with pytest.raises(NotANoteError, match=r"no format that Footnote reads is in this"):
        form(path, data)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("path", ["telegram-chat.json", "discord.json", "telegram-account.json"])
def test_an_export_is_known_however_it_is_laid_out(path: str, indent: int | None) -> None:
    file = exported(path)
    again = json.dumps(json.loads(file.data), ensure_ascii=False, indent=indent)
    assert form(path, again) is format_of(file)


@pytest.mark.parametrize(
    "path", ["telegram-chat.json", "discord.json", "slack/本地模型/2024-03-01.json"]
)
def test_an_export_is_known_by_its_beginning(path: str) -> None:
    file = exported(path)
    assert form(path, file.data + b" " * 2 * HEAD) is format_of(file)
    half = file.data[: len(file.data) // 2]
    assert form(path, half + SOME_WORDS.encode()) is format_of(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_table_is_read_in_any_encoding(encoding: str) -> None:
    data = ROWS.encode(encoding)
    table = form("a.csv", data)
    assert table.name == "wechat table"
    assert table.text(FileBytes("a.csv", data)).text == "小林 2024-03-07 09:05:00\n显存怎么估\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_subtitles_are_read_in_any_encoding(encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,500\n键值缓存为什么省时间，我们慢慢说\n"
    data = text.encode(encoding)
    subtitles = form("a.srt", data)
    read = subtitles.text(FileBytes("a.srt", data)).text
    (block,) = subtitles.parse(read, "a").blocks
    assert read.removeprefix("\ufeff") == text
    assert (block.body.of(read), block.seconds) == ("键值缓存为什么省时间，我们慢慢说", 1.0)


def test_a_page_of_wechat_is_not_any_web_page() -> None:
    assert form("a.html", exported("wechat-script.html").data).name == "wechat page"
    assert form("a.htm", exported("wechat-elements.html").data).name == "wechat page"
    other = "<html><body><p>const chatMessages = 7</p><div class='msg'>好</div></body></html>"
    assert form("a.html", other).name != "wechat page"


@pytest.mark.parametrize(
    "name", ["users", "channels", "groups", "dms", "mpims", "integration_logs"]
)
def test_lists_of_a_workspace_are_no_notes_even_if_they_look_like_messages(name: str) -> None:
    data = b'[{"type": "message", "ts": "1.0", "text": "x"}]'
    slack = form("s/users.json", data)
    with pytest.raises(NotANoteError, match=r"describes a Slack workspace and holds no messages"):
        slack.text(FileBytes(f"s/{name}.json", data))


@pytest.mark.parametrize("users", [b"{", b"[1]", b'[{"id": "U01", "profile": 3}]', b"{}"])
def test_a_damaged_list_of_users_names_nobody(users: bytes) -> None:
    data = b'[{"type": "message", "ts": "1709283600.1", "user": "U01", "text": "hi <@U01>"}]'
    file = FileBytes("s/general/2024-03-01.json", data, lambda path: users if path else None)
    assert format_of(file).text(file).text.endswith("\n\nU01 2024-03-01 09:00:00\nhi @U01\n")
