"""What every encoder promises, whatever computes its vectors."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.embedder import Embedder, Matrix

CLOSE = 1e-3
"""How far the dot product of a vector with itself may be from 1 when other texts stand beside."""
SURROGATE = "\ud800 half of a character \udfff"
TEXTS = (
    "大语言模型的微调",
    "",
    "Fine-tuning of large language models",
    "the 4090 has 24 GB of memory. " * 400,
    SURROGATE,
    "\x00\n\t",
    "🦜" * 50,
    "大语言模型的微调",
)
ANY_TEXT = st.text(st.characters(), max_size=40) | st.sampled_from(TEXTS)
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


def lengths(vectors: Matrix) -> list[float]:
    return [round(float(each), 3) for each in np.linalg.norm(vectors, axis=1)]


def assert_same(found: Matrix, expected: Matrix) -> None:
    assert found.shape == expected.shape
    np.testing.assert_allclose(np.sum(found * expected, axis=-1), 1, atol=CLOSE)


class EmbedderContract:
    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    @pytest.fixture
    def another(self) -> Callable[[], Embedder]:
        """Makes the same encoder again."""
        raise NotImplementedError

    def test_vectors_are_single_precision_finite_and_of_length_one(
        self, embedder: Embedder
    ) -> None:
        vectors = embedder.passages(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert np.isfinite(vectors).all()
        assert lengths(vectors) == [1.0] * len(TEXTS)

    def test_no_texts_make_a_matrix_without_rows(self, embedder: Embedder) -> None:
        vectors = embedder.passages([])
        assert (vectors.shape, vectors.dtype) == ((0, embedder.dimension), np.dtype(np.float32))

    def test_rows_stand_in_the_order_of_the_texts(self, embedder: Embedder) -> None:
        together = embedder.passages(TEXTS)
        alone = np.concatenate([embedder.passages([text]) for text in TEXTS])
        assert_same(together, alone)

    @given(texts=st.lists(ANY_TEXT, min_size=1, max_size=6), seed=st.randoms())
    @settings(max_examples=5, deadline=None, suppress_health_check=SHARED)
    def test_company_and_order_change_no_vector(
        self, embedder: Embedder, texts: list[str], seed: Random
    ) -> None:
        order = list(range(len(texts)))
        seed.shuffle(order)
        shuffled = embedder.passages([texts[each] for each in order])
        assert_same(shuffled, embedder.passages(texts)[order])

    def test_a_question_is_one_vector_of_length_one(self, embedder: Embedder) -> None:
        for text in TEXTS:
            vector = embedder.question(text)
            assert (vector.shape, vector.dtype) == ((embedder.dimension,), np.dtype(np.float32))
            assert abs(float(np.linalg.norm(vector)) - 1) < CLOSE

    def test_of_a_text_that_is_too_long_the_beginning_counts(self, embedder: Embedder) -> None:
        long = "how are models trained on many machines? " * 600
        first, second = embedder.passages([long + "alpha", long + "omega"])
        assert_same(first, second)

    def test_the_nearest_passage_of_a_text_is_itself(self, embedder: Embedder) -> None:
        texts = ["how a transformer attends", "cooking rice with saffron", "the price of a card"]
        nearness = (vectors := embedder.passages(texts)) @ vectors.T
        # A model of random weights finds everything near; rounding must not count.
        assert all(nearness[place, place] >= nearness[place].max() - 1e-3 for place in range(3))

    def test_threads_get_the_vectors_one_thread_gets(self, embedder: Embedder) -> None:
        expected = embedder.passages(TEXTS)
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(embedder.passages, [TEXTS] * 4))
            asked = list(threads.map(embedder.question, [TEXTS[0]] * 4))
        for vectors in found:
            assert_same(vectors, expected)
        for vector in asked:
            assert_same(vector, embedder.question(TEXTS[0]))

    def test_the_same_encoder_made_again_is_the_same(
        self, embedder: Embedder, another: Callable[[], Embedder]
    ) -> None:
        twin = another()
        assert (twin.name, twin.fingerprint, twin.dimension) == (
            embedder.name,
            embedder.fingerprint,
            embedder.dimension,
        )
        assert "" not in {twin.name, twin.fingerprint}
        assert_same(twin.passages(TEXTS), embedder.passages(TEXTS))
