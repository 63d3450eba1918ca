import math
from dataclasses import replace
from uuid import UUID

import pytest

from retrieval.chunk import Chunk, Kind
from retrieval.gate import evidence, held_together, missing
from retrieval.hit import Hit
from retrieval.span import Span

CHUNK = Chunk(UUID(int=1), UUID(int=2), 0, Kind.ARTICLE, "", "", Span(0, 0))
HIT = Hit(CHUNK, 1, 1.0)
MEMORY = "显存怎么估算 kv cache 占多少 memory of dying models"
CARD = "rtx 4090 有 24 gb，跑 qwen2.5-72b 要量化；参见 paragraph 3"


def test_evidence_is_the_best_score_in_units_of_the_highest_idf() -> None:
    hits = [replace(HIT, lexical_score=score) for score in (3.0, 8.0, 5.0)]
    assert evidence(hits, 1_000) == pytest.approx(8.0 / math.log(1 + 1_000.5 / 0.5))


def test_nothing_found_is_no_evidence() -> None:
    assert evidence([], 1_000) == 0.0
    assert evidence([], 0) == 0.0


def test_the_same_score_is_less_evidence_among_more_notes() -> None:
    assert evidence([HIT], 100_000) < evidence([HIT], 100)


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
