import pytest

from tests.contracts.filtering_contract import FilteringContract
from tests.fakes.catalog import FakeCatalog


class TestFakeFiltering(FilteringContract):
    @pytest.fixture
    def catalog(self) -> FakeCatalog:
        return FakeCatalog()
