from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedder import Matrix
from retrieval.model_errors import ModelOutOfMemoryError
from retrieval.text_batches import estimated_tokens, halving, length_sorted, readable


@given(st.lists(st.text(max_size=60)), st.integers(8, 200), st.integers(4, 64))
def test_every_text_stands_in_one_batch_and_no_batch_has_more_tokens(
    texts: list[str], tokens: int, longest: int
) -> None:
    batches = list(length_sorted(texts, tokens, longest))
    assert sorted(chain.from_iterable(batches)) == list(range(len(texts)))
    lengths = [[min(longest, estimated_tokens(texts[each])) for each in batch] for batch in batches]
    assert all(len(batch) == 1 or max(batch) * len(batch) <= tokens for batch in lengths)
    together = list(chain.from_iterable(lengths))
    assert together == sorted(together, reverse=True)


def test_a_chinese_character_is_a_token_and_four_letters_are_one() -> None:
    assert [estimated_tokens(text) for text in ("", "大语言模型", "transformers")] == [3, 8, 6]


@given(st.text(max_size=200), st.integers(1, 4))
def test_what_is_read_can_be_written_as_utf_8_and_is_never_blank(text: str, longest: int) -> None:
    read = readable(text, longest)
    read.encode()
    assert read.strip()
    assert len(read) <= longest * 20


def test_halves_of_characters_are_read_as_question_marks() -> None:
    assert readable("a\ud800b", 10) == "a?b"
    assert readable(" \n\t", 10) == "."


def encode(most: int, tried: list[int]) -> Callable[[Sequence[float]], Matrix]:
    def encoded(items: Sequence[float]) -> Matrix:
        tried.append(len(items))
        if len(items) > most:
            raise ModelOutOfMemoryError("tiny")
        return np.array([[item] for item in items], np.float32)

    return encoded


def test_a_batch_too_large_for_the_memory_is_halved_and_keeps_its_order() -> None:
    tried: list[int] = []
    found = halving(encode(2, tried), [1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.tolist() == [[1.0], [2.0], [3.0], [4.0], [5.0]]
    assert tried == [5, 2, 3, 1, 2]


def test_a_text_that_does_not_fit_alone_is_told() -> None:
    with pytest.raises(ModelOutOfMemoryError, match="smaller one: `footnote models list`"):
        halving(encode(0, []), [1.0, 2.0])
