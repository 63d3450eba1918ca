from collections.abc import Mapping

import pytest

from tests.contracts.catalog_contract import CatalogContract, WholeCatalog
from tests.fakes.catalog import FakeCatalog


class TestFakeCatalog(CatalogContract):
    @pytest.fixture
    def catalog(self) -> FakeCatalog:
        return FakeCatalog()

    def failures_of(self, catalog: WholeCatalog) -> Mapping[str, str]:
        assert isinstance(catalog, FakeCatalog)
        return catalog.failures
