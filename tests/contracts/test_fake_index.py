import pytest

from tests.contracts.index_contract import IndexContract
from tests.fakes.index import FakeIndex


class TestFakeIndex(IndexContract):
    @pytest.fixture
    def index(self) -> FakeIndex:
        return FakeIndex()

    @pytest.fixture
    def fresh_index(self) -> type[FakeIndex]:
        return FakeIndex
