"""The words of a passage that say most."""

from hypothesis import given
from hypothesis import strategies as st

from app.views.excerpts import Segment, words
from app.views.glimpse import glimpse


def test_terms_are_marked_where_they_stand() -> None:
    assert glimpse("KV 缓存省显存。", {"kv": 5.0, "显存": 3.0}) == (
        Segment("KV", marked=True),
        Segment(" 缓存省"),
        Segment("显存", marked=True),
        Segment("。"),
    )


def test_the_stretch_with_the_most_weight_is_cut_out() -> None:
    text = "显存。" + "别的话。" * 100 + "这里 KV 缓存占显存。" + "尾巴。" * 100
    first, *rest = glimpse(text, {"kv": 5.0, "显存": 3.0})
    assert first == Segment("…")
    assert [each.text for each in rest if each.marked] == ["KV", "显存"]
    assert rest[-1].text.endswith("…")


def test_a_stem_is_marked_at_the_beginning_of_a_word_only() -> None:
    assert glimpse("a caching scache", {"cach": 1.0}) == (
        Segment("a "),
        Segment("cach", marked=True),
        Segment("ing scache"),
    )


def test_the_longer_of_two_terms_is_marked() -> None:
    assert glimpse("GPT-4", {"gpt": 3.0, "gpt-4": 1.0}) == (Segment("GPT-4", marked=True),)


def test_no_term_shows_the_first_words() -> None:
    assert glimpse("# Title\n\nwords", {}) == (Segment("Title words"),)


@given(st.text(max_size=300), st.dictionaries(st.text(min_size=1, max_size=3), st.just(1.0)))
def test_a_glimpse_says_nothing_that_the_passage_does_not(
    text: str, weights: dict[str, float]
) -> None:
    shown = "".join(segment.text for segment in glimpse(text, weights)).strip("…")
    assert shown in words(text)
