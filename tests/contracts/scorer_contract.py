"""What every cross-encoder promises, whatever computes its scores."""

from concurrent.futures import ThreadPoolExecutor
from math import isfinite

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.scorer import Scorer

CLOSE = 1e-3
"""How far a score may be off when other texts stand in the batch."""
QUESTION = "大语言模型怎么微调？"
TEXTS = (
    "大语言模型的微调",
    "",
    "Fine-tuning of large language models",
    "the 4090 has 24 GB of memory. " * 400,
    "\ud800 half of a character \udfff",
    "\x00\n\t",
    "🦜" * 50,
    "大语言模型的微调",
)
ANY_TEXT = st.text(st.characters(), max_size=40) | st.sampled_from(TEXTS)
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


class ScorerContract:
    """Inherit it and give a fixture ``scorer``."""

    @pytest.fixture
    def scorer(self) -> Scorer:
        raise NotImplementedError

    def test_each_text_has_one_score_from_0_to_1(self, scorer: Scorer) -> None:
        scores = scorer.score(QUESTION, TEXTS)
        assert len(scores) == len(TEXTS)
        assert all(isfinite(score) and 0.0 <= score <= 1.0 for score in scores)

    def test_no_texts_have_no_scores(self, scorer: Scorer) -> None:
        assert scorer.score(QUESTION, []) == []

    def test_a_score_is_the_same_alone_and_in_a_batch(self, scorer: Scorer) -> None:
        together = scorer.score(QUESTION, TEXTS)
        alone = [scorer.score(QUESTION, [text])[0] for text in TEXTS]
        assert together == pytest.approx(alone, abs=CLOSE)
        assert together[0] == pytest.approx(together[-1], abs=CLOSE)

    @settings(suppress_health_check=SHARED, deadline=None, max_examples=15)
    @given(ANY_TEXT, st.lists(ANY_TEXT, max_size=5))
    def test_any_texts_do(self, scorer: Scorer, question: str, texts: list[str]) -> None:
        scores = scorer.score(question, texts)
        assert len(scores) == len(texts)
        assert all(isfinite(score) and 0.0 <= score <= 1.0 for score in scores)

    def test_any_thread_may_score(self, scorer: Scorer) -> None:
        expected = scorer.score(QUESTION, TEXTS)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: scorer.score(QUESTION, TEXTS), range(8)))
        assert all(each == pytest.approx(expected, abs=CLOSE) for each in found)

    def test_it_has_a_name(self, scorer: Scorer) -> None:
        assert scorer.name
