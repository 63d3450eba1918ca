"""A model's text cannot steer a terminal or a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.printable import PrintableFilter


def filtered(*deltas: str) -> str:
    printable = PrintableFilter()
    return "".join(printable.feed(delta) for delta in deltas) + printable.finish()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("行\n\t字", "行\n\t字"),
        ("a\x00b\rc\x7fd\x9be", "abcde"),
        ("\x1b[31m红\x1b[0m", "红"),
        ("\x1b]0;title\x07x", "x"),
        ("x\x1b", "x"),
        ("x\x1b[31", "x[31"),
        ("a\u202eb\u2066c\U000e0041d", "abcd"),
        ("坏\ud800字", "坏字"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_only_printable_text_comes_out(text: str, shown: str) -> None:
    assert filtered(text) == shown


def test_a_sequence_split_over_deltas_is_removed_whole() -> None:
    assert filtered("a\x1b", "[3", "1", "mb") == "ab"


def test_an_endless_sequence_does_not_hold_the_stream() -> None:
    assert len(filtered("\x1b[" + "1;" * 100)) == 201


@given(st.lists(st.text(alphabet="\x1b[]0;31m\x07ab\x00字", max_size=6), max_size=6))
def test_nothing_that_steers_a_terminal_is_left(deltas: list[str]) -> None:
    shown = filtered(*deltas)

    assert not {"\x1b", "\x07", "\x00"} & set(shown)
