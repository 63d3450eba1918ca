import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.span import InvalidSpanError, Span

SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: Span(*sorted(ends)))
TEXT = "".join(chr(0x4E00 + number) for number in range(30))


@pytest.mark.parametrize(("start", "end"), [(3, 2), (-1, 2)])
def test_a_span_that_cannot_be_is_refused(start: int, end: int) -> None:
    with pytest.raises(InvalidSpanError) as caught:
        Span(start, end)
    assert str(caught.value) == (
        f"A span must satisfy 0 <= start <= end, but it is {start}..{end}."
    )


@given(SPANS, SPANS)
def test_spans_relate_as_their_characters_do(one: Span, other: Span) -> None:
    characters, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert len(one) == len(characters) == len(one.of(TEXT))
    assert one.covers(one)
    if len(one) and len(other):
        assert one.overlaps(other) == bool(characters & others)
        assert one.covers(other) == (others <= characters)
    joined = one.joined(other)
    assert joined == other.joined(one)
    assert joined.covers(one)
    assert joined.covers(other)


@given(SPANS, st.integers(0, 9))
def test_a_moved_span_covers_the_same_words_further_on(span: Span, offset: int) -> None:
    assert span.moved(offset).of("x" * offset + TEXT) == span.of(TEXT)
