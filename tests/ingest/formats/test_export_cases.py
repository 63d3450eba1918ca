"""Each file in `exports` is one program's; the file with `.blocks` behind says what comes of it."""

import pytest

from ingest.formats import NotANoteError, format_named, format_of
from tests.ingest.described import described
from tests.ingest.formats.exported import EXPORTS, exported

CASES = sorted(
    path.relative_to(EXPORTS).as_posix().removesuffix(".blocks")
    for path in EXPORTS.rglob("*.blocks")
)
FORMATS = {
    "telegram-chat.json": "telegram",
    "telegram-account.json": "telegram",
    "discord.json": "discord",
    "slack/本地模型/2024-03-01.json": "slack",
    "wechat-table.csv": "wechat table",
    "wechat-chinese-columns.csv": "wechat table",
    "wechat-seconds.csv": "wechat table",
    "wechat-script.html": "wechat page",
    "wechat-elements.html": "wechat page",
    "subtitles.srt": "subtitles",
    "voices.vtt": "subtitles",
    "rolling-captions.vtt": "subtitles",
}


def test_every_export_says_what_is_expected() -> None:
    assert set(CASES) == set(FORMATS)


@pytest.mark.parametrize("path", CASES)
def test_export_is_read_as_written_down(path: str) -> None:
    file = exported(path)
    form = format_of(file)
    text = form.text(file).text
    expected = (EXPORTS / f"{path}.blocks").read_text(encoding="utf-8")
    assert form.name == FORMATS[path]
    assert described(text, form.parse(text, file.name)) == expected


@pytest.mark.parametrize("path", CASES)
def test_text_alone_gives_the_same_blocks_again(path: str) -> None:
    file = exported(path)
    form = format_of(file)
    text = form.text(file).text
    assert format_named(form.name).parse(text, file.name) == form.parse(text, file.name)


def test_the_members_of_a_workspace_are_no_note() -> None:
    file = exported("slack/users.json")
    with pytest.raises(NotANoteError, match=r"^slack/users\.json is passed over: "):
        format_of(file)
