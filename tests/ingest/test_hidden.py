"""What is hidden is in no block and no chunk, and nothing else is lost with it."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.block import BlockKind
from ingest.chunking import chunks
from ingest.note import LeftOut
from ingest.parsing import parse
from ingest.parsing.hidden import hidden
from ingest.parsing.lines import split_lines
from tests.ingest.note_texts import note_texts

BLOB = "data:image/png;base64," + "iVBORw0KGgo" * 40
PIECES = (
    "%%", "%%注%%", "<!-- 注 -->", "<!--", "-->", "`", "``", "字", "a", " ", "\n", "\n\n", "> ",
    "- ", "# ", "```\n", BLOB, f"![图]({BLOB})", "小林 2024/3/7 9:05:12\n", "[//]: # (注)\n",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    note_texts().map(lambda text: text.replace("标签", "%%注%%").replace("引文", "<!-- 注 -->")),
)


def left_out(text: str, *, comments: bool = True) -> list[tuple[str, str]]:
    found = hidden(split_lines(text), comments=comments)
    return [(each.span.of(text), each.reason) for each in found]


@given(TEXTS)
def test_hidden_stretches_lie_in_order_and_apart(text: str) -> None:
    found = hidden(split_lines(text), comments=True)
    assert all(len(each.span) > 0 and each.span.end <= len(text) for each in found)
    assert all(first.span.end <= second.span.start for first, second in pairwise(found))


@given(TEXTS)
def test_hidden_stretches_are_in_no_chunk(text: str) -> None:
    parsed = parse(text, "名")
    gone = [block.span for block in parsed.blocks if block.kind is BlockKind.LEFT_OUT]
    found = chunks(UUID(int=0), text, parsed)
    assert [chunk for chunk in found for span in gone if chunk.span.overlaps(span)] == []


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("甲%%一%%乙 %%二%%", ["%%一%%", "%%二%%"]),
        ("%%\n多行\n\n%%", ["%%\n多行\n\n%%"]),
        ("%% 从行首\n到行尾 %%", ["%% 从行首\n到行尾 %%"]),
        ("> %% 引文里\n> 两行 %%", ["> %% 引文里\n> 两行 %%"]),
        ("- %%项%%", ["- %%项%%"]),
        ("- %%项%% 余", ["%%项%%"]),
        ("甲 <!-- 一\n二 --> 乙", ["<!-- 一\n二 -->"]),
        ("<!--一--><!--二-->", ["<!--一-->", "<!--二-->"]),
        ("[comment]: <> (旧)", ["[comment]: <> (旧)"]),
    ],
)
def test_comments_of_each_form_are_found(text: str, comments: list[str]) -> None:
    assert left_out(text) == [(comment, "comment") for comment in comments]


@pytest.mark.parametrize(
    "text",
    [
        "100%% 到 50%%",
        "%%d 和 %%s",
        "%%%%",
        "%%%三个%%%",
        "甲 %%不在行首\n不在一行%%",
        "%%\n没有关上",
        "<!-- 没有关上",
        "--> 没有打开",
        "\\<!-- 甲 -->",
        "\\%%甲\\%%",
        "`%%甲%%` ``<!-- 乙 -->``",
        "```\n%%甲%%\n```",
        "<!-- cut -->",
        "  <!-- Cut -->",
        "<!--" + "长" * 20_000 + "-->",
        "小于两百个 data:image/png;base64,AAAA",
        "a" * 1_999,
        "\n".join(["QUJD" * 19] * 9),
    ],
)
def test_what_only_looks_hidden_is_text(text: str) -> None:
    assert hidden(split_lines(text), comments=True) == ()


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (f"甲 {BLOB} 乙", BLOB),
        (f"甲 ![图]({BLOB}) 乙", f"![图]({BLOB})"),
        (f'![图](<{BLOB}> "题") 乙', f'![图](<{BLOB}> "题")'),
        (f"[图]: <{BLOB}>", f"[图]: <{BLOB}>"),
        (f"甲 <img width=3 src='{BLOB}' alt=x> 乙", f"<img width=3 src='{BLOB}' alt=x>"),
        (f"```\n{BLOB}\n```", BLOB),
        ("甲 " + "Ab3_" * 500 + " 乙", "Ab3_" * 500),
        ("\n".join(["QUJD" * 19] * 10), "\n".join(["QUJD" * 19] * 10)),
        ('{"a":[1,2]},' * 2_000, '{"a":[1,2]},' * 2_000),
    ],
)
def test_data_is_found_with_the_signs_around_it(text: str, data: str) -> None:
    assert left_out(text, comments=False) == [(data, "embedded data")]


@pytest.mark.parametrize("mark", ["[TOC]", "  [toc] ", "[[_TOC_]]", "{:toc}"])
def test_a_mark_for_contents_is_hidden_where_it_stands_alone(mark: str) -> None:
    assert left_out(f"{mark}\n\n见 {mark}\n\n```\n{mark}\n```") == [(mark, "contents")]


def test_two_pictures_on_a_line_are_two() -> None:
    assert left_out(f"![]({BLOB}) ![]({BLOB})") == [(f"![]({BLOB})", "embedded data")] * 2


def test_a_comment_around_data_is_one_comment() -> None:
    text = f"<!-- ![]({BLOB}) -->"
    (found,) = hidden(split_lines(text), comments=True)
    assert found == LeftOut(found.span, "comment")
    assert found.span.of(text) == text


def test_data_parts_a_note_that_is_to_stay_whole() -> None:
    text = f"---\nchunk: whole\n---\n甲%%一%%\n\n![]({BLOB})\n\n乙"

    found = chunks(UUID(int=0), text, parse(text, "名"))

    assert [chunk.text for chunk in found] == ["甲%%一%%", "乙"]
