"""Every reranker keeps the contract; of cross-encoders, one without a model."""

import pytest

from retrieval.cross_rerank import CrossReranker
from retrieval.lexical_rerank import LightReranker
from retrieval.reranker import Reranker
from tests.contracts.reranker_contract import RerankerContract
from tests.fakes.scorer import FakeScorer

AMPLE_MS = 60_000.0


class TestLightReranker(RerankerContract):
    @pytest.fixture
    def reranker(self) -> Reranker:
        return LightReranker()


class TestCrossReranker(RerankerContract):
    @pytest.fixture
    def reranker(self) -> Reranker:
        return CrossReranker(FakeScorer(), budget_ms=AMPLE_MS)


class TestCrossRerankerWithoutAWorkingModel(RerankerContract):
    @pytest.fixture
    def reranker(self) -> Reranker:
        return CrossReranker(FakeScorer(failing="The model is gone. Pull it again."))
