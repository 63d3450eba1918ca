from collections.abc import Callable

import pytest

from tests.contracts.embedder_contract import EmbedderContract
from tests.fakes.embedder import FakeEmbedder


class TestFakeEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> FakeEmbedder:
        return FakeEmbedder()

    @pytest.fixture
    def another(self) -> Callable[[], FakeEmbedder]:
        return FakeEmbedder
