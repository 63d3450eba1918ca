"""What holds of the blocks of every text, whatever stands in it."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.block import BlockKind
from ingest.parsing import parse
from tests.ingest.note_texts import note_texts

RULE = re.compile(r"^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
DAY = re.compile(r"^\s*[—\-=─━]{3,}\s*\d{4}\D\d{1,2}\D\d{1,2}日?\s*[—\-=─━]{3,}\s*$")
TEXTS = st.one_of(note_texts(), st.text(max_size=200))


@given(TEXTS)
def test_blocks_lie_inside_the_text_in_order_and_apart(text: str) -> None:
    blocks = parse(text, "名").blocks
    assert all(first.span.end <= second.span.start for first, second in pairwise(blocks))
    assert all(len(block.span) > 0 and block.span.end <= len(text) for block in blocks)


@given(TEXTS)
def test_the_words_of_a_block_lie_inside_it(text: str) -> None:
    assert all(block.span.covers(block.body) for block in parse(text, "名").blocks)


@given(TEXTS)
def test_nothing_is_lost_but_white_space_rules_and_day_lines(text: str) -> None:
    rest = list(text)
    for block in parse(text, "名").blocks:
        rest[block.span.start : block.span.end] = "\n" * len(block.span)
    left = "".join(rest).removeprefix("\ufeff")
    lines = [line for line in re.split(r"\r\n|\r|\n", left) if line.strip()]
    assert [line for line in lines if not RULE.match(line) and not DAY.match(line)] == []


@given(TEXTS)
def test_a_text_gives_the_same_blocks_each_time(text: str) -> None:
    assert parse(text, "名") == parse(text, "名")


@given(TEXTS)
def test_only_what_is_left_out_has_a_reason(text: str) -> None:
    for block in parse(text, "名").blocks:
        assert bool(block.reason) == (block.kind is BlockKind.LEFT_OUT)
        assert bool(block.level) == (block.kind is BlockKind.HEADING)


@given(TEXTS)
def test_there_is_always_a_title(text: str) -> None:
    parsed = parse(text, "名")
    assert parsed.title == " ".join(parsed.title.split()) != ""
    assert all(tag == tag.strip("#") != "" for tag in parsed.tags)
