import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.standing import nearest
from retrieval.span import Span


@given(st.text("ab中", max_size=30), st.integers(0, 40), st.text("ab中", min_size=1, max_size=3))
def test_the_nearest_place_holds_the_words_and_none_is_nearer(
    text: str, place: int, words: str
) -> None:
    starts = [start for start in range(len(text)) if text.startswith(words, start)]
    found = nearest(text, words, place)
    if found is None:
        assert starts == []
    else:
        assert found.of(text) == words
        assert abs(found.start - place) == min(abs(start - place) for start in starts)


@pytest.mark.parametrize("text", ["", "显存"])
def test_no_words_stand_nowhere(text: str) -> None:
    assert nearest(text, "", 0) is None


def test_words_that_moved_are_found() -> None:
    assert nearest("新的开头。显存够吗", "显存够吗", 0) == Span(5, 9)
