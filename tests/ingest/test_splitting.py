import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.splitting import split_span, trim
from retrieval.span import Span

TEXTS = st.text(st.sampled_from("显存。，a .\r\n\u3000！”"), min_size=1, max_size=300)


@given(TEXTS, st.integers(2, 60))
def test_pieces_follow_each_other_and_leave_out_nothing_but_white_space(
    text: str, target: int
) -> None:
    span = Span(0, len(text))
    pieces = split_span(text, span, target)
    places = [place for piece in pieces for place in range(piece.start, piece.end)]
    assert places == sorted(set(places))
    assert all(text[place].isspace() for place in set(range(len(text))) - set(places))
    assert all(len(piece) <= target * 1.5 for piece in pieces) or pieces == [span]


@pytest.mark.parametrize(
    ("text", "target", "pieces"),
    [
        ("一二三。\n\n四五六。七八九。", 8, ["一二三。", "四五六。七八九。"]),
        ("一二三四五。\n六七八。九十。", 8, ["一二三四五。", "六七八。九十。"]),
        ("“一二三四！”五六七八。九十", 8, ["“一二三四！”", "五六七八。九十"]),
        ("One two. Three four", 10, ["One two.", "Three four"]),
        ("3.14159265358979323846", 8, ["3.141592", "65358979", "323846"]),
        ("一二三四五六，七八九十一二", 8, ["一二三四五六，", "七八九十一二"]),
        ("   \n   ", 2, ["   \n   "]),
    ],
)
def test_the_best_seam_in_the_second_half_is_taken(
    text: str, target: int, pieces: list[str]
) -> None:
    found = split_span(text, Span(0, len(text)), target)
    assert [piece.of(text) for piece in found] == pieces


def test_trimming_takes_white_space_off_both_edges() -> None:
    assert trim(" \u3000a b\n", Span(0, 6)) == Span(2, 5)
    assert trim(" \n ", Span(0, 3)) == Span(3, 3)
