"""Exports that are broken: each says what is wrong, where, and what to do; none is read halfway."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import Decoded
from ingest.formats import FileBytes, NotANoteError, format_named, format_of
from ingest.formats.damage import DamagedExportError
from tests.ingest.formats.exported import EXPORTS, exported

TODO = " Export the chat again and put the new file in its place, then sync again."
TELEGRAM = '{"name": "群", "type": "private_group", "id": 1, "messages": [%s]}'
DISCORD = '{"guild": {"id": "1", "name": "角"}, "channel": {"name": "频道"}, "messages": %s}'
SLACK = '[{"type": "message", "ts": "1.0", "user": "U1", "text": "好"}, %s]'
SAID = '{"id": 1, "type": "message", "date": "2024-03-07T20:00:00", "from": "竹子", "text": %s}'
TABLE = "StrContent,StrTime,NickName\n"
BUBBLE = '<div class="msg" msgid="1"><div class="nt-box"><span class="dspname">竹子</span>'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ("id", "type", "date", "from", "text", "messages", "list", "chats", "author", "ts",
             "user", "name", "content", "timestamp", "attachments", "embeds", "files", "poll",
             "blocks", "reference", "mentions", "user_profile", "forwarded_from", "members")
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


def read(name: str, data: str | bytes, path: str = "聊/a.x") -> Decoded:
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    return format_named(name).text(FileBytes(path, raw))


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("telegram", TELEGRAM % SAID[:40], "it breaks off in line 1"),
        ("telegram", TELEGRAM % (SAID % '"没完')[:-2], "it breaks off in line 1"),
        ("telegram", '{"messages": [\n}]}',
         "line 2, column 1 is no JSON (Expecting value)"),
        ("telegram", "[" * 200_000, "it is nested too deeply"),
        ("telegram", '{"messages": ' + "9" * 5_000 + "}", "it holds a number of too many digits"),
        ("telegram", "[]", "it does not hold one object"),
        ("telegram", "{}", "chats must be an object with a list of chats and is missing"),
        ("telegram", '{"messages": 7}', "messages must be a list and is 7"),
        ("telegram", TELEGRAM % "5", "messages[0] must be an object and is 5"),
        ("telegram", TELEGRAM % '{"text": "好"}',
         "messages[0].date must be a date with time and is missing"),
        ("telegram", TELEGRAM % '{"date": NaN, "text": "好"}',
         "messages[0].date must be a date with time and is NaN"),
        ("telegram", TELEGRAM % '{"date_unixtime": NaN, "text": "好"}',
         "messages[0].date_unixtime must be a time in seconds and is NaN"),
        ("telegram", TELEGRAM % '{"date_unixtime": 1e99, "text": "好"}',
         "messages[0].date_unixtime must be a time in seconds and is 1e+99"),
        ("telegram", TELEGRAM % '{"date_unixtime": true, "text": "好"}',
         "messages[0].date_unixtime must be a time in seconds and is true"),
        ("telegram", TELEGRAM % (SAID % "[[[[[[1]]]]]]"),
         "messages[0].text must be text or pieces of text and is a list"),
        ("telegram", TELEGRAM % (SAID % '{"type": "bold"}'),
         "messages[0].text must be text or pieces of text and is an object"),
        ("telegram", '{"chats": {"list": [{"messages": [{"date": "x"}]}]}}',
         'chats.list[0].messages[0].date must be a date with time and is "x"'),
        ("discord", DISCORD % "null", "messages must be a list and is missing"),
        ("discord", DISCORD % '[{"timestamp": "2024-03-07T20:00:00Z", "author": []}]',
         "messages[0].author must be an object and is a list"),
        ("discord", DISCORD % '[{"timestamp": "gestern"}]',
         'messages[0].timestamp must be a date with time and is "gestern"'),
        ("slack", "{}", "it does not hold a list of messages"),
        ("slack", SLACK % '{"text": "好"}',
         "messages[1].ts must be a time in seconds and is missing"),
        ("slack", SLACK % '{"ts": "2.0", "text": ["好"]}',
         "messages[1].text must be text and is a list"),
        ("wechat table", "甲,乙\n1,2\n", "its columns have no names"),
        ("wechat table", "", "its columns have no names"),
        ("wechat table", TABLE + "好,2024-03-07 20:00:00,竹子\n好,生日,竹子\n",
         "line 3 has no time that can be read"),
        ("wechat table", TABLE + "好\n", "line 2 has 1 fields and the table 3 columns"),
        ("wechat table", TABLE + "好,吗,2024-03-07 20:00:00,竹子\n",
         "line 2 has 4 fields and the table 3 columns"),
        ("wechat table", TABLE + '"好\n没完,2024-03-07 20:00:00,竹子\n',
         "line 3 is no row of a table (unexpected end of data)"),
        ("wechat page", "<script>const chatMessages = [{type:1, text:'好",
         "the list of messages in its script breaks off or is broken"),
        ("wechat page", "<script>const chatMessages = [{type:1, text:'好'}];",
         "chatMessages[0].timestamp must be a time in seconds and is missing"),
        ("wechat page", '<div class="msg chat left" msgid="1"><div class="nt-box">',
         "the page breaks off"),
        ("wechat page", BUBBLE + "</div></div></html>",
         "message 1 of the page has no time that can be read"),
    ],
)  # fmt: skip
def test_damage_is_said(name: str, data: str, what: str) -> None:
    program = {"wechat table": "WeChat", "wechat page": "WeChat"}.get(name, name.capitalize())
    with pytest.raises(DamagedExportError) as caught:
        read(name, data)
    assert str(caught.value) == f"聊/a.x cannot be read as a {program} export: {what}.{TODO}"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("telegram", TELEGRAM % ""),
        ("telegram", TELEGRAM % (SAID % "null")),
        ("telegram", '{"chats": {"about": "", "list": []}}'),
        ("discord", DISCORD % "[]"),
        ("slack", "[]"),
        ("wechat table", TABLE),
        ("wechat page", "const chatMessages = [];"),
        ("wechat page", '<div class="msg x" msgid="1">通知</div></html>'),
    ],
)
def test_an_export_without_messages_is_no_note(name: str, data: str) -> None:
    with pytest.raises(NotANoteError, match=r"there is no message in this \w+ export\.$"):
        read(name, data)


def test_subtitles_without_words_are_no_note() -> None:
    with pytest.raises(NotANoteError, match=r"there are no words in these subtitles\.$"):
        read("subtitles", "1\n00:00:01,000 --> 00:00:02,000\n\n")


def test_lone_surrogates_are_replaced_and_told() -> None:
    found = read("telegram", TELEGRAM % (SAID % '"好\\ud83d吗"'))
    assert found == Decoded("# 群\n\n竹子 2024-03-07 20:00:00\n好\ufffd吗\n", "utf-8", lossy=True)


def test_messages_with_one_id_are_all_kept() -> None:
    text = read("telegram", TELEGRAM % ", ".join([SAID % '"一"', SAID % '"二"'])).text
    assert text == "# 群\n\n竹子 2024-03-07 20:00:00\n一\n\n竹子 2024-03-07 20:00:00\n二\n"


def test_an_error_survives_the_way_from_another_process() -> None:
    error = DamagedExportError("a.json", "Slack", "it breaks off in line 2")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes


@pytest.mark.parametrize("path", ["telegram-chat.json", "discord.json", "wechat-script.html"])
@given(share=st.floats(0, 1, exclude_max=True))
def test_an_export_that_was_cut_off_is_never_read_halfway(path: str, share: float) -> None:
    whole = exported(path)
    data = whole.data[: int(len(whole.data.rstrip()) * share)]
    listed_all = path.endswith("html") and len(data) > whole.data.index(b"];")
    if not listed_all:
        with pytest.raises((DamagedExportError, NotANoteError)):
            format_named(format_of(whole).name).text(FileBytes(path, data))


@pytest.mark.parametrize("name", ["telegram", "discord", "slack"])
@given(value=JSON, messages=st.lists(JSON, max_size=3))
def test_any_json_is_read_or_refused(name: str, value: object, messages: object) -> None:
    holder = messages if name == "slack" else {"messages": messages, "chats": value}
    try:
        text = read(name, json.dumps(holder)).text
    except (DamagedExportError, NotANoteError):
        return
    assert format_named(name).parse(text, "a").blocks


@pytest.mark.parametrize("name", ["wechat table", "wechat page", "subtitles"])
@given(
    data=st.binary(max_size=60),
    path=st.sampled_from(sorted(EXPORTS.glob("*.*"))),
    at=st.floats(0, 1),
)
def test_any_bytes_inside_an_export_are_read_or_refused(
    name: str, data: bytes, path: object, at: float
) -> None:
    whole = exported(str(path).rpartition("/")[2]).data
    place = int(len(whole) * at)
    form = format_named(name)
    try:
        text = read(name, whole[:place] + data + whole[place:]).text
    except (DamagedExportError, NotANoteError):
        return
    assert all(block.span.end <= len(text) for block in form.parse(text, "a").blocks)
