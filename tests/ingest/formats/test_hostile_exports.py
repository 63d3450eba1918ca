"""Exports that make careless code slow: they are read in about the time of any other."""

import json
from time import process_time

import pytest

from ingest.formats import FileBytes, NotANoteError, format_named
from ingest.formats.damage import DamagedExportError
from tests.timing import untraced

SIZE = 100_000
PATIENCE_S = 5.0
"""What takes time by the square of 100,000 characters takes minutes."""
ROW = "StrContent,StrTime,NickName,Type\n"


def telegram(words: str) -> str:
    message = {
        "id": 1,
        "type": "message",
        "date": "2024-03-07T20:00:00",
        "from": "竹",
        "text": words,
    }
    return json.dumps({"messages": [message]})


def page(script: str) -> str:
    return f"<title>群</title><script>const chatMessages = [{script}];</script></html>"


def listed(words: str) -> str:
    return page("{type:1, timestamp:1, displayname:'竹', text:" + json.dumps(words) + "}")


HOSTILE = {
    "headings": ("telegram", telegram("## a\n" * (SIZE // 5))),
    "heads": ("telegram", telegram("a 2024-03-07 20:00:00\n" * (SIZE // 22))),
    "a head and spaces": ("telegram", telegram("2024-03-07 20:00:00" + " " * SIZE)),
    "dates": ("telegram", telegram("2024-03-07 " * (SIZE // 11))),
    "quotations": ("telegram", telegram(">" * SIZE)),
    "blank lines": ("telegram", telegram("a" + "\n" * SIZE + "b")),
    "many pieces": ("telegram", telegram("x").replace('"x"', json.dumps(["a"] * SIZE))),
    "forwarded in forwarded": (
        "discord",
        '{"messages": [' + '{"timestamp": "2024-03-07T20:00:00", "forwardedMessage": ' * 400
        + "null" + "}" * 400 + "]}",
    ),
    "open references": ("slack", json.dumps([{"ts": "1.0", "user": "U", "text": "<@" * SIZE}])),
    "open tags": ("wechat page", listed("<a " * (SIZE // 3))),
    "open pictures": ("wechat page", listed("<img alt='" * (SIZE // 10))),
    "spaces in a picture": ("wechat page", listed("<img" + " alt=" * (SIZE // 5))),
    "brackets in a script": ("wechat page", page("[" * SIZE)),
    "bubbles in bubbles": (
        "wechat page", '<div class="msg x" msgid=1>' * (SIZE // 27) + "</div>" * (SIZE // 27)
        + "</html>",
    ),
    "bold in a bubble": (
        "wechat page", '<div class="msg x" msgid=1>' + "<b>" * (SIZE // 3) + "</i>" * (SIZE // 4)
        + "</div></html>",
    ),
    "open elements": (
        "wechat page", '<div class="msg x" msgid=1>' + "<a " * (SIZE // 3) + "</html>",
    ),
    "open remarks of a page": (
        "wechat page", '<div class="msg x" msgid=1>' + "<!--" * (SIZE // 4) + "</html>",
    ),
    "open answers": (
        "wechat table", ROW + "<refermsg>" * (SIZE // 10) + ",2024-03-07 20:00:00,竹,49\n"
    ),
    "open data": (
        "wechat table", ROW + "<title><![CDATA[" * (SIZE // 16) + ",2024-03-07 20:00:00,竹,49\n"
    ),
    "open remarks": (
        "wechat table",
        ROW + "<" + "<![CDATA[" * (SIZE // 9) + ",2024-03-07 20:00:00,竹,10000\n",
    ),
    "commas": ("wechat table", ROW + "," * SIZE),
    "arrows": ("subtitles", "-->" * (SIZE // 3)),
    "spaces and arrows": ("subtitles", "00:01" + " " * SIZE + "-->" + " " * SIZE),
    "cues": ("subtitles", "00:01 --> 00:02\na\n" * (SIZE // 18)),
    "spaces in a cue": ("subtitles", "00:01 --> 00:02\n" + "a" + " " * SIZE + "b"),
    "tags in a cue": ("subtitles", "00:01 --> 00:02\n" + "<i>" * (SIZE // 3) + "b"),
    "open voices": ("subtitles", "00:01 --> 00:02\n" + "<v " * (SIZE // 3)),
    "times of words": ("subtitles", "00:01 --> 00:02\n" + "<00:01.000>" * (SIZE // 11) + "\n"),
    "open styles": ("subtitles", "00:01 --> 00:02\n" + "{\\" * (SIZE // 2)),
    "remarks": ("subtitles", "00:01 --> 00:02\na\n\n" + "NOTE\n\n" * (SIZE // 6)),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_export_is_read_in_time(case: str) -> None:
    name, data = HOSTILE[case]
    form = format_named(name)
    file = FileBytes("a.x", data.encode())
    with untraced():
        started = process_time()
        try:
            form.recognises(file.data)
            form.parse(form.text(file).text, "a")
        except (DamagedExportError, NotANoteError):
            pass
        ended = process_time()
    assert ended - started < PATIENCE_S
