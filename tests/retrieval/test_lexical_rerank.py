from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunk import Chunk, Kind
from retrieval.hit import Hit
from retrieval.lexical import content_terms
from retrieval.lexical_rerank import READ, _longest_shared, rerank
from retrieval.span import Span

TEXT = st.text("显存模型 ab。，", max_size=24)


def hit(rank: int, text: str, *, header: str = "", score: float = 1.0) -> Hit:
    chunk = Chunk(
        UUID(int=rank), UUID(int=99), rank, Kind.ARTICLE, header, text, Span(0, len(text))
    )
    return Hit(chunk, lexical_rank=rank, lexical_score=score, fused=score)


def order(question: str, *hits: Hit) -> list[int]:
    weights = dict.fromkeys(content_terms(question), 1.0)
    return [each.chunk.ordinal for each in rerank(question, weights, hits)]


def test_words_in_one_sentence_beat_words_far_apart() -> None:
    apart = hit(1, "显存不便宜。今天下雨，没有别的事。估算工期。")
    together = hit(2, "今天下雨，没有别的事。估算一下工期和显存。都不便宜。")
    assert order("显存 估算", apart, together) == [2, 1]


def test_the_question_word_for_word_beats_its_words_in_another_order() -> None:
    shuffled = hit(1, "估算一下显存，看缓存的大小")
    literal = hit(2, "缓存的大小，看显存估算一下")
    assert order("显存估算", shuffled, literal) == [2, 1]


def test_punctuation_does_not_break_a_phrase() -> None:
    shuffled = hit(1, "《大小》：模型")
    literal = hit(2, "《模型》：大小")
    assert order("模型大小", shuffled, literal) == [2, 1]


def test_a_heading_that_holds_the_question_goes_first() -> None:
    plain = hit(1, "参数量乘以两个字节。", header="杂记 | article")
    headed = hit(2, "参数量乘以两个字节。", header="显存估算 | article")
    assert order("显存估算", plain, headed) == [2, 1]


def test_a_much_better_score_outweighs_a_heading() -> None:
    scored = hit(1, "参数量乘以两个字节。", score=10.0)
    headed = hit(2, "参数量乘以两个字节。", header="显存", score=0.5)
    assert order("显存估算", headed, scored) == [1, 2]


def test_equal_hits_keep_the_order_they_came_in() -> None:
    hits = [hit(rank, "显存不够。") for rank in (3, 1, 2)]
    assert order("显存", *hits) == [3, 1, 2]


def test_script_width_and_case_do_not_matter() -> None:
    hits = [hit(1, "别的"), hit(2, "ＬｏＲＡ 的顯存佔用")]
    assert order("lora 显存占用", *hits) == [2, 1]


def test_rarer_terms_weigh_more() -> None:
    common, rare = hit(1, "模型很多。"), hit(2, "张量很多。")
    ranked = rerank("模型张量", {"模型": 0.5, "张量": 5.0}, [common, rare])
    assert [each.chunk.ordinal for each in ranked] == [2, 1]


def test_a_perfect_hit_scores_1() -> None:
    (only,) = rerank(
        "显存怎么估算大小 从几分几秒开始",
        {"显存": 2.0, "估算": 1.0},
        [hit(1, "显存怎么估算大小 从几分几秒开始 0:31 1:20", header="显存估算")],
    )
    assert only.rerank == only.final == pytest.approx(1.0)


def test_hits_beyond_those_that_are_read_keep_what_their_score_gives() -> None:
    hits = [hit(rank, "显存估算", score=1.0 / rank) for rank in range(1, READ + 4)]
    ranked = rerank("显存估算", {"显存": 1.0, "估算": 1.0}, hits)
    assert len(ranked) == len(hits)
    assert [each.rerank > 0 for each in sorted(ranked, key=lambda each: each.chunk.ordinal)] == [
        *[True] * READ,
        *[False] * 3,
    ]
    assert [each.chunk.ordinal for each in ranked] == list(range(1, READ + 4))


def test_shared_characters_count_where_no_word_is_shared() -> None:
    other, kin = hit(1, "晴天很好。"), hit(2, "招聘很难。")
    assert order("招人 难处", other, kin) == [2, 1]


@pytest.mark.parametrize("asked", ["显存从几分几秒开始讲", "At what time is 显存 told?"])
def test_a_question_for_a_moment_is_answered_by_times(asked: str) -> None:
    plain, timed = hit(1, "显存很贵。显存。"), hit(2, "0:31 显存很贵。\n1:20 显存。")
    assert order(asked, plain, timed) == [2, 1]
    assert order("显存很贵", plain, timed) == [1, 2]


def test_no_hits_and_no_terms_are_no_failure() -> None:
    assert rerank("显存", {"显存": 1.0}, []) == []
    assert order("", hit(1, "显存"), hit(2, "")) == [1, 2]
    assert order("显存", replace(hit(1, "别的"), lexical_score=0.0)) == [1]


@given(question=TEXT, texts=st.lists(TEXT, max_size=6), data=st.data())
def test_every_hit_comes_back_once_with_a_score_from_0_to_1(
    question: str, texts: list[str], data: st.DataObject
) -> None:
    scores = st.floats(0.0, 1.0)
    hits = [
        hit(rank, text, header=data.draw(TEXT), score=data.draw(scores))
        for rank, text in enumerate(texts, start=1)
    ]
    weights = dict.fromkeys(content_terms(question), 1.5)
    ranked = rerank(question, weights, hits)
    assert sorted(each.chunk.ordinal for each in ranked) == list(range(1, len(texts) + 1))
    assert all(0.0 <= each.final <= 1.0 + 1e-9 for each in ranked)
    assert [-each.final for each in ranked] == sorted(-each.final for each in ranked)
    assert ranked == rerank(question, weights, hits)


@given(st.text("ab显", max_size=12), st.text("ab显", max_size=20))
def test_longest_shared_stretch_is_what_trying_all_of_them_finds(asked: str, text: str) -> None:
    stretches = {asked[i:j] for i in range(len(asked) + 1) for j in range(i, len(asked) + 1)}
    assert _longest_shared(asked, text) == max(len(each) for each in stretches if each in text)
