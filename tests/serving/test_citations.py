"""Marks in an answer: what counts as one, and that nothing depends on how a stream is split."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.citations import WORD_JOINER, CitationParser, Piece, neutralised

SOURCES = range(1, 9)
MARKISH = st.text(alphabet="[]【】［］()1290３,，-^:\\`~ \nab来源ID†$", max_size=40)


def parsed(text: str) -> list[Piece]:
    parser = CitationParser(SOURCES)
    return parser.feed(text) + parser.finish()


def merged(pieces: list[Piece]) -> list[Piece]:
    result: list[Piece] = []
    for piece in pieces:
        if result and not piece.numbers and not result[-1].numbers:
            result[-1] = Piece(result[-1].text + piece.text)
        else:
            result.append(piece)
    return result


def written(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1]", (1,)),
        ("[8]", (8,)),
        ("[1,2]", (1, 2)),
        ("[1, 2]", (1, 2)),
        ("[1，2、3；4]", (1, 2, 3, 4)),
        ("[2,1,2]", (2, 1)),
        ("[1-3]", (1, 2, 3)),
        ("[3-1]", (1, 2, 3)),
        ("[1 – 3]", (1, 2, 3)),
        ("[1-2, 5]", (1, 2, 5)),
        ("[7-99]", (7, 8)),
        ("【1】", (1,)),
        ("［1］", (1,)),
        ("【1，2】", (1, 2)),
        ("【3†L10-L12】", (3,)),
        ("[^1]", (1,)),
        ("[ID:3]", (3,)),
        ("[id: 3, ID: 4]", (3, 4)),
        ("[ 1 ]", (1,)),
        ("[来源1]", (1,)),
        ("[来源 1、来源 2]", (1, 2)),
        ("[Source 2]", (2,)),
        ("[１]", (1,)),
        ("[[1]]", (1,)),
        ("[[1, 2]]", (1, 2)),
        ("[1, 99]", (1,)),
        ("[01]", (1,)),
    ],
)
def test_every_spelling_of_a_mark_becomes_plain_numbers(
    mark: str, numbers: tuple[int, ...]
) -> None:
    text = "".join(f"[{n}]" for n in numbers)

    assert parsed(f"甲{mark}。") == [Piece("甲"), Piece(text, numbers), Piece("。")]


def test_neighbouring_marks_stay_apart() -> None:
    assert parsed("甲[1][2]") == [Piece("甲"), Piece("[1]", (1,)), Piece("[2]", (2,))]


@pytest.mark.parametrize(
    ("mark", "dropped"), [("[0]", 1), ("[999]", 1), ("【10】", 1), ("[20-30]", 2), ("[0,9]", 2)]
)
def test_a_number_without_a_source_is_dropped_and_counted(mark: str, dropped: int) -> None:
    parser = CitationParser(SOURCES)

    pieces = parser.feed(f"甲{mark}乙") + parser.finish()

    assert (merged(pieces), parser.dropped) == ([Piece("甲乙")], dropped)


@pytest.mark.parametrize(
    "text",
    [
        "没有记号的一句话。",
        "[-1] [abc] [] [ ] [1.5] [1 2] [id] [来源] [[a]] [1",
        "a [x](http://example.org) b",
        "\\[x^2\\]",
        "[1" + " " * 80,
        "[note to self] [identity] [reference]",
        "[3 apples] and [2024年]",
    ],
)
def test_brackets_that_are_no_mark_pass_unchanged(text: str) -> None:
    assert merged(parsed(text)) == [Piece(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("用 `a[1]` 取值", f"用 `a[{WORD_JOINER}1]` 取值"),
        ("``a`[1]`` 后", f"``a`[{WORD_JOINER}1]`` 后"),
        ("```python\na[1]\n```", f"```python\na[{WORD_JOINER}1]\n```"),
        ("~~~\na[12]\n~~~", f"~~~\na[{WORD_JOINER}12]\n~~~"),
        ("```a[1]```", f"```a[{WORD_JOINER}1]```"),
        ("```a[1]``` 后 `", f"```a[{WORD_JOINER}1]``` 后 `"),
        ("```a `b[1]", f"```a `b[{WORD_JOINER}1]"),
        ("~~~\n`a` b[1]", f"~~~\n`a` b[{WORD_JOINER}1]"),
        ("> ```\n> a[1]\n> ```", f"> ```\n> a[{WORD_JOINER}1]\n> ```"),
        ("```\n`` [1]\n", f"```\n`` [{WORD_JOINER}1]\n"),
        ("```\n``` x [1]\n", f"```\n``` x [{WORD_JOINER}1]\n"),
        ("[1](http://example.org)", f"[{WORD_JOINER}1](http://example.org)"),
        ("[1](/notes)", f"[{WORD_JOINER}1](/notes)"),
        ("\\[1]", f"\\[{WORD_JOINER}1]"),
        ("[1234567]", f"[1234567{WORD_JOINER}]"),
        ("`a[1:2]`", "`a[1:2]`"),
        ("`[1`", "`[1`"),
        ("`[" + "1" * 20 + "]`", "`[" + "1" * 20 + f"{WORD_JOINER}]`"),
        ("[[99]1]", f"[1{WORD_JOINER}]"),
    ],
)
def test_what_only_looks_like_a_mark_stays_readable_text(text: str, shown: str) -> None:
    assert merged(parsed(text)) == [Piece(shown)]


def test_marks_are_found_again_after_code() -> None:
    text = "```a```[1] `a`[1]\n```\nx\n```\n乙[2] \\`[3]"

    assert [p.numbers for p in parsed(text) if p.numbers] == [(1,), (1,), (2,), (3,)]


def test_an_unclosed_backtick_hides_marks_only_to_the_end_of_its_line() -> None:
    assert [p.numbers for p in parsed("a ` b [1]\nc [2]") if p.numbers] == [(2,)]


def test_a_bracket_after_a_mark_does_not_make_it_a_link() -> None:
    assert written(parsed("维度[1](约 20 倍)")) == f"维度[1]{WORD_JOINER}(约 20 倍)"
    assert written(parsed("[1]: http://x")) == f"[1]{WORD_JOINER}: http://x"
    assert written(parsed("甲[1](")) == "甲[1]("
    assert written(parsed("甲[1](ht")) == "甲[1](ht"


def test_a_mark_inside_other_brackets_is_still_found() -> None:
    assert parsed("[[1] a]") == [Piece("["), Piece("[1]", (1,)), Piece(" a]")]
    assert parsed("[[1]") == [Piece("["), Piece("[1]", (1,))]
    assert parsed("[a [2]]") == [Piece("[a "), Piece("[2]", (2,)), Piece("]")]


def test_a_bracket_that_cannot_become_a_mark_is_released_at_once() -> None:
    parser = CitationParser(SOURCES)

    assert parser.feed("[x") == [Piece("[x")]


def test_no_more_than_a_mark_is_ever_held_back() -> None:
    parser = CitationParser(SOURCES)

    assert len(written(parser.feed("[" + "1," * 500))) >= 1_000 - 64


@given(st.lists(MARKISH, max_size=8))
def test_the_split_of_a_stream_changes_nothing(deltas: list[str]) -> None:
    parser = CitationParser(SOURCES)
    pieces = [piece for delta in deltas for piece in parser.feed(delta)] + parser.finish()

    whole = CitationParser(SOURCES)
    assert merged(pieces) == merged(whole.feed("".join(deltas)) + whole.finish())
    assert parser.dropped == whole.dropped


@given(MARKISH)
def test_every_mark_names_a_source(text: str) -> None:
    pieces = parsed(text)

    assert all(number in SOURCES for piece in pieces for number in piece.numbers)


@given(MARKISH)
def test_numbers_in_brackets_stand_only_where_a_mark_is(text: str) -> None:
    pieces = parsed(text)

    in_brackets = [int(n) for n in re.findall(r"\[(\d+)\]", written(pieces))]
    assert in_brackets == [number for piece in pieces for number in piece.numbers]


@given(st.text(alphabet=st.characters(exclude_categories=["Nd"])))
def test_text_without_digits_passes_unchanged(text: str) -> None:
    assert written(parsed(text)) == text


@given(MARKISH)
def test_neutralised_text_holds_no_mark(text: str) -> None:
    shown = neutralised(text)

    assert re.search(r"\[\d+\]", shown) is None
    assert shown.replace(WORD_JOINER, "") == text
