from dataclasses import replace
from uuid import UUID

import pytest

from retrieval.chunk import Chunk, Kind
from retrieval.gate import READ, evidence, held_together, missing, rarest, weighed
from retrieval.hit import Hit
from retrieval.span import Span

CHUNK = Chunk(UUID(int=1), UUID(int=2), 0, Kind.ARTICLE, "", "", Span(0, 0))
HIT = Hit(CHUNK, 1, 1.0)
MEMORY = "显存怎么估算 kv cache 占多少 memory of dying models"
CARD = "rtx 4090 有 24 gb，跑 qwen2.5-72b 要量化；参见 paragraph 3"


WORDS = ("显存", "估算")
RARITY = {"显存": 4.0, "估算": 2.0}


def scored(*scores: float) -> list[Hit]:
    return [replace(HIT, lexical_score=score) for score in scores]


def test_the_best_score_counts() -> None:
    found = evidence(scored(3.0, 8.0, 5.0), WORDS, RARITY, [MEMORY], 1_000)
    assert found == evidence(scored(8.0), WORDS, RARITY, [MEMORY], 1_000)
    assert evidence(scored(9.0), WORDS, RARITY, [MEMORY], 1_000) > found


def test_evidence_lies_between_0_and_1() -> None:
    assert 0.0 < evidence(scored(1e-9), WORDS, RARITY, [], 10**9) < 1e-6
    assert evidence(scored(1_000.0), WORDS, RARITY, [MEMORY], 1_000) == pytest.approx(1.0)


def test_nothing_found_is_no_evidence() -> None:
    assert evidence([], (), {}, [], 1_000) == 0.0
    assert evidence([], (), {}, [], 0) == 0.0


def test_the_same_score_is_less_evidence_among_more_notes() -> None:
    many, few = (
        evidence(scored(8.0), WORDS, RARITY, [MEMORY], points) for points in (100_000, 100)
    )
    assert many < few


def test_the_passage_with_most_of_the_words_counts() -> None:
    both, one, none = (
        evidence(scored(8.0), WORDS, RARITY, passages, 1_000)
        for passages in ([CARD, MEMORY], ["估算"], [CARD])
    )
    assert both > one > none


def test_passages_far_behind_do_not_count() -> None:
    far = [CARD] * READ + [MEMORY]
    assert evidence(scored(8.0), WORDS, RARITY, far, 1_000) == evidence(
        scored(8.0), WORDS, RARITY, [CARD], 1_000
    )


def test_a_word_weighs_as_its_rarest_term_and_an_absent_one_the_most() -> None:
    rarity = {"显存": 3.0, "kv": 1.0, "kv-cache": 2.0, "cach": 0.5}
    assert weighed(("显存", "kv-cache", "露营"), rarity, 1_000) == {
        "显存": 3.0,
        "kv-cache": 2.0,
        "露营": rarest(1_000),
    }


@pytest.mark.parametrize(
    ("words", "together"),
    [
        (("显存", "估算"), True),
        (("显存", "4090"), False),
        (("4090", "qwen2.5-72b"), True),
        (("显存", "没有"), False),
        ((), False),
    ],
)
def test_key_words_are_held_together_by_one_passage(
    words: tuple[str, ...], *, together: bool
) -> None:
    assert held_together(words, [MEMORY, CARD]) is together


@pytest.mark.parametrize(
    "word",
    [
        "显存",
        "memory",
        "memories",
        "model",
        "models",
        "4090",
        "qwen2.5-72b",
        "kv",
        "24",
        "dying",
        "cached",
    ],
)
def test_a_word_that_stands_in_a_passage_in_any_form_is_not_missing(word: str) -> None:
    assert missing((word,), [MEMORY, CARD]) == ()


@pytest.mark.parametrize(
    "word",
    ["rag", "存显", "409", "90", "qwen2.5-7", "graph", "remodel", "k", "ache", "ca", "memo卡"],
)
def test_a_part_of_another_word_is_missing(word: str) -> None:
    assert missing((word,), [MEMORY, CARD]) == (word,)


def test_missing_words_keep_their_order() -> None:
    assert missing(("乙", "显存", "甲"), [MEMORY, CARD]) == ("乙", "甲")
    assert missing(("显存",), []) == ("显存",)
