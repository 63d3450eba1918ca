"""Subtitles: what is words and what is not, in files as people have them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.block import BlockKind
from ingest.chunking import chunks
from ingest.formats import FileBytes
from ingest.formats.subtitles import SUBTITLES

LINES = st.sampled_from(
    (
        "", " ", "1", "42", "00:00:01,000 --> 00:00:02,000", "00:01.000 --> 00:02.000 align:start",
        "1:2 --> x", "-->", "WEBVTT", "WEBVTT - 题", "NOTE", "STYLE", "好", "老师：好",
        "<v 甲>好</v>", "<i>好", "大<00:00:01.500><c>模型</c>", "\ufeff", "{\\an8}好", "a:b",
    )
)  # fmt: skip


def text_of(data: str) -> str:
    return SUBTITLES.text(FileBytes("a.vtt", data.encode())).text


def spoken(data: str) -> list[tuple[float | None, str, str]]:
    text = text_of(data)
    return [
        (block.seconds, block.speaker, block.body.of(text))
        for block in SUBTITLES.parse(text, "a").blocks
    ]


def cue(start: int, words: str) -> str:
    minute, second = divmod(start, 60)
    return f"00:{minute:02}:{second:02}.000 --> 00:{minute:02}:{second + 1:02}.000\n{words}\n"


@given(st.lists(LINES, max_size=20), st.sampled_from(("\n", "\r\n", "\r")))
def test_any_lines_are_read_in_order(lines: list[str], end: str) -> None:
    text = end.join(lines)
    blocks = SUBTITLES.parse(text, "a").blocks
    assert all(before.span.end <= after.span.start for before, after in zip(blocks, blocks[1:]))  # noqa: B905, RUF007
    assert all(block.span.covers(block.body) for block in blocks)
    assert {block.kind for block in blocks} <= {BlockKind.SPEECH}


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=1))
def test_every_word_of_plain_cues_is_kept(words: list[str]) -> None:
    said = [f"甲{word}乙" for word in words]
    data = "\n".join(cue(2 * number, word) for number, word in enumerate(said))
    assert text_of(data) == data
    assert [body for _, _, body in spoken(data)] == said


def test_a_name_that_stands_once_before_a_colon_is_words() -> None:
    assert spoken(cue(1, "注意：要考") + "\n" + cue(5, "好")) == [
        (1.0, "", "注意：要考"),
        (5.0, "", "好"),
    ]


def test_clocks_before_a_colon_are_no_names() -> None:
    assert {name for _, name, _ in spoken(cue(1, "10:30 见") + "\n" + cue(5, "10:30 散"))} == {""}


def test_the_same_words_twice_stay_when_time_lies_between() -> None:
    data = "\n".join(cue(3 * number, "对") for number in range(4))
    assert text_of(data) == data


def test_lines_that_are_shown_twice_are_written_once() -> None:
    data = "WEBVTT - 课\n\n" + "\n".join(
        cue(number, f"第{number}句\n第{number + 1}句") for number in range(3)
    )
    assert text_of(data) == (
        "WEBVTT - 课\n\n"
        "00:00:00.000 --> 00:00:01.000\n第0句\n第1句\n\n"
        "00:00:01.000 --> 00:00:02.000\n第2句\n\n"
        "00:00:02.000 --> 00:00:03.000\n第3句\n"
    )


def test_speech_is_cut_about_every_75_seconds() -> None:
    data = "\n".join(cue(20 * number, "嗯") for number in range(10))
    parsed = SUBTITLES.parse(data, "a")
    found = chunks(UUID(int=1), data, parsed)
    assert [chunk.text.count("-->") for chunk in found] == [4, 4, 2]
    assert found[0].header == "transcript"


@pytest.mark.parametrize(
    ("first", "title"), [("WEBVTT", "a"), ("WEBVTT - 课", "课"), ("WEBVTT x", "a")]
)
def test_the_title_is_the_one_in_the_first_line(first: str, title: str) -> None:
    assert SUBTITLES.parse(f"{first}\n\n{cue(1, '好')}", "a").title == title
