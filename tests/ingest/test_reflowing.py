import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.reflowing import reflowed
from ingest.parsing.pages import running_lines

LONG = "Every decoding step reads all the weights from memory once more"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"{LONG}\nand again.", f"{LONG} and again."),
        (f"{LONG}\nShort.\nNext.", f"{LONG} Short.\n\nNext."),
        (f"{LONG}.\n• one\n• two", f"{LONG}.\n• one\n• two"),
        ("键和值存起来，解码省去重复计算\n于是快。", "键和值存起来，解码省去重复计算于是快。"),
        (f"{LONG} mem-\nory. The memory", f"{LONG} memory. The memory"),
        (f"{LONG} low-\nrank. A low-rank", f"{LONG} low-rank. A low-rank"),
        (f"{LONG} un-\nseen", f"{LONG} unseen"),
        (f"{LONG} GPT-\n4", f"{LONG} GPT- 4"),
        (f"{LONG}\n\n{LONG}", f"{LONG}\n\n{LONG}"),
        ("a\nb\nc", "a\nb\nc"),
        ("", ""),
    ],
)  # fmt: skip
def test_lines_are_joined_where_they_go_on(page: str, expected: str) -> None:
    assert reflowed([page]) == (expected,)


@given(st.lists(st.text("ab- 字。\n•1", max_size=60), max_size=5))
def test_no_character_but_hyphens_and_space_is_lost(pages: list[str]) -> None:
    for page, joined in zip(pages, reflowed(pages), strict=True):
        assert [c for c in joined if not c.isspace() and c != "-"] == [
            c for c in page if not c.isspace() and c != "-"
        ]


def test_running_heads_are_lines_that_pages_share() -> None:
    pages = [
        [f"{number} Paper", f"first {number * 7}th", "abcde"[number], "", f"- {number} -"]
        for number in range(5)
    ]
    assert running_lines(pages) == [frozenset({0, 1, 4})] * 5


def test_two_pages_share_nothing() -> None:
    assert running_lines([["a"], ["a"]]) == [frozenset(), frozenset()]


def test_sentences_at_the_edge_of_pages_are_content() -> None:
    assert (
        running_lines([["A sentence ends here."], ["A sentence ends here."]] * 4)
        == [frozenset()] * 8
    )
