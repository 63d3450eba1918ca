"""The notes of a real person, where they lie beside the repository; they are no part of it.

What is expected is counted here a second time, by plain patterns over the lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest

from ingest.block import Block, BlockKind
from ingest.chunking import chunks
from ingest.parsing import Parsed, parse
from retrieval.chunk import Chunk, Kind

FOLDER = Path(__file__).parents[3] / "shared" / "notes"
MIXED, PAGE_WITH_WALL = "LLM.md", "大佬沉思.md"
PAGE_WITH_ADVERTISING, DIGEST = "10分钟搞清楚大模型.md", "推特摘录2024-03.md"
NAMES = (MIXED, PAGE_WITH_WALL, PAGE_WITH_ADVERTISING, DIGEST)

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real notes are not on this machine"
)


@dataclass(frozen=True, slots=True)
class Read:
    text: str
    parsed: Parsed
    chunks: tuple[Chunk, ...]

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def matching(self, pattern: str) -> list[str]:
        return [line for line in self.lines if re.search(pattern, line)]

    def blocks(self, kind: BlockKind) -> list[Block]:
        return [block for block in self.parsed.blocks if block.kind is kind]

    def left_out(self) -> Iterator[tuple[int, int, str]]:
        """First and last line, counted from 1, and the reason."""
        for block in self.blocks(BlockKind.LEFT_OUT):
            first = self.text.count("\n", 0, block.span.start) + 1
            yield first, self.text.count("\n", 0, block.span.end) + 1, block.reason


@cache
def read(name: str) -> Read:
    text = (FOLDER / name).read_bytes().decode()
    parsed = parse(text, Path(name).stem)
    return Read(text, parsed, chunks(UUID(int=1), text, parsed))


def test_the_kinds_are_recognised() -> None:
    assert {name: read(name).parsed.kind for name in NAMES} == {
        MIXED: Kind.CHAT,
        PAGE_WITH_WALL: Kind.CLIP,
        PAGE_WITH_ADVERTISING: Kind.CLIP,
        DIGEST: Kind.DIGEST,
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_chunk_shares_a_character_with_what_is_left_out(name: str) -> None:
    note = read(name)
    left_out = {
        place
        for block in note.blocks(BlockKind.LEFT_OUT)
        for place in range(block.span.start, block.span.end)
    }
    indexed = {place for chunk in note.chunks for place in range(chunk.span.start, chunk.span.end)}
    assert left_out & indexed == set()
    rest = [
        place
        for place in set(range(len(note.text))) - left_out - indexed
        if not note.text[place].isspace()
    ]
    assert rest == []


def test_every_entry_of_the_digest_has_its_date_and_author() -> None:
    note = read(DIGEST)
    entries = note.blocks(BlockKind.ENTRY)
    numbers = [line.split()[1] for line in note.matching(r"^### \d+\s*$")]
    dates = [line.strip() for line in note.matching(r"^\d{4}-\d\d-\d\d\s*$")]
    assert len(entries) == 119
    assert [entry.headings for entry in entries] == [(number,) for number in numbers]
    assert [entry.when for entry in entries] == dates
    assert [entry for entry in entries if not entry.speaker or not entry.handle] == []
    handles = {line.strip() for line in note.matching(r"^@\w+\s*$")}
    assert {f"@{entry.handle}" for entry in entries} <= handles
    assert note.chunks[-1].span.end == len(note.text.rstrip())
    assert {chunk.headings for chunk in note.chunks} == {entry.headings for entry in entries}


def test_every_message_header_gives_a_message() -> None:
    note = read(MIXED)
    dated = r"\d{4}/\d{1,2}/\d{1,2}[ \u00a0]\d{1,2}:\d\d:\d\d"
    undated = [
        line
        for line in note.matching(r"(?:^|\s)\d{1,2}:\d\d:\d\d\s*$")
        if not re.search(dated, line)
    ]
    messages = note.blocks(BlockKind.MESSAGE)
    assert (len(note.matching(dated)), len(undated)) == (94, 15)
    assert len([each for each in messages if len(each.when) == len("2024-03-07 09:05:12")]) == 94
    assert len([each for each in messages if len(each.when) == len("09:05:12")]) == 15
    assert len(messages) == 94 + 15
    assert [each.speaker for each in messages].count("") == len(note.matching(r"^\s\d+:\d\d:\d\d"))
    speakers = {each.speaker for each in messages}
    assert {"▞▙▛▖▜▖▗▝▞ ▙▛", "²", "恃", "9527", "See the world", "枫（大额api在售）"} <= speakers


def test_replies_know_whom_they_answer() -> None:
    note = read(MIXED)
    answered = {
        (message.speaker, message.reply_to)
        for message in note.blocks(BlockKind.MESSAGE)
        if message.reply_to
    }
    quoted_in_header = {("再见理想", "灯夜"), ("恃", "灯夜")}
    inline = {("手把", "See the world"), ("9527", "仁竞")}
    assert quoted_in_header | inline | {("恃", "yyBlone")} <= answered


def test_every_footer_gives_a_comment() -> None:
    note = read(MIXED)
    footers = note.matching(r"^\d{4}-\d\d-\d\d \d\d:\d\d")
    found = note.blocks(BlockKind.COMMENT)
    assert len(found) == len(footers) == 24
    assert [f"{comment.when}" for comment in found] == [footer[:16] for footer in footers]
    likes = [re.search(r"👍(\d+)", footer) for footer in footers]
    assert [comment.likes for comment in found] == [
        int(match.group(1)) if match else None for match in likes
    ]
    assert [comment for comment in found if not comment.speaker] == []


def test_speech_has_its_second_and_opens_the_video_there() -> None:
    note = read(MIXED)
    spoken = note.matching(r"^\d\d:\d\d \S")
    speech = note.blocks(BlockKind.SPEECH)
    lines = [block for block in speech if "\n" not in block.span.of(note.text)]
    assert [block.span.of(note.text) for block in lines] == [line.rstrip() for line in spoken]
    for block in speech:
        minutes, seconds = block.span.of(note.text)[:5].split(":")
        assert block.seconds == int(minutes) * 60 + int(seconds)
        assert re.search(rf"[?&]t={block.seconds:g}(?:&|$)", block.link), block.link


def test_every_time_link_says_where_the_words_below_it_were_said() -> None:
    note = read(MIXED)
    linked = [
        float(match.group(1))
        for line in note.matching("时间戳")
        if (match := re.search(r"[?&]t=(\d+\.\d+)", line))
    ]
    stamps = [block for block in note.parsed.blocks if "时间戳" in block.span.of(note.text)]
    assert [block.seconds for block in stamps] == linked
    assert len(linked) == 25
    cited = {chunk.link for chunk in note.chunks if chunk.kind is Kind.TRANSCRIPT}
    assert {block.link for block in stamps} & cited


def test_the_wall_above_a_clipped_page_is_left_out_and_the_page_is_kept() -> None:
    note = read(PAGE_WITH_WALL)
    assert list(note.left_out()) == [(1, 11, "navigation")]
    assert note.chunks[0].span.start == note.text.index("\n大佬沉思\n") + 1
    assert note.chunks[-1].span.end == len(note.text.rstrip())


def test_the_advertising_below_a_clipped_page_is_left_out_and_the_page_is_kept() -> None:
    note = read(PAGE_WITH_ADVERTISING)
    ((first, last, reason),) = note.left_out()
    assert (first, last, reason) == (121, len(note.text.rstrip().split("\n")), "advertising")
    assert note.chunks[0].span.start == 0
    assert note.chunks[-1].text.endswith(note.lines[118].strip())
