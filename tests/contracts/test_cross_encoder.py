"""Cross-encoders keep their contract: small ones with random weights, and one without a model."""

import pytest

from retrieval.cross_rerank import CrossReranker
from retrieval.model_files import ModelFiles
from retrieval.reranker import Reranker
from retrieval.scorer import Scorer
from retrieval.sentence_transformer import SentenceTransformerScorer
from tests.contracts.reranker_contract import RerankerContract
from tests.contracts.scorer_contract import ScorerContract
from tests.fakes.scorer import FakeScorer
from tests.retrieval.models_in_tests import tiny_language_scorer, tiny_scorer

AMPLE_MS = 60_000.0


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder = tiny_scorer(tmp_path_factory.mktemp("model") / "classifier")
    return SentenceTransformerScorer(ModelFiles(folder, "classifier"))


@pytest.fixture(scope="module")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder = tiny_language_scorer(tmp_path_factory.mktemp("model") / "language")
    return SentenceTransformerScorer(ModelFiles(folder, "language"))


class TestFakeScorer(ScorerContract):
    @pytest.fixture
    def scorer(self) -> Scorer:
        return FakeScorer()


class TestClassifier(ScorerContract):
    @pytest.fixture
    def scorer(self, classifier: Scorer) -> Scorer:
        return classifier


class TestLanguageModel(ScorerContract):
    @pytest.fixture
    def scorer(self, language_model: Scorer) -> Scorer:
        return language_model


class TestCrossRerankerOverAClassifier(RerankerContract):
    @pytest.fixture
    def reranker(self, classifier: Scorer) -> Reranker:
        return CrossReranker(classifier, budget_ms=AMPLE_MS)
