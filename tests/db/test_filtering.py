import pytest

from app.db.catalog import Catalog
from app.db.session import Database
from tests.contracts.filtering_contract import FilteringContract


class TestFiltering(FilteringContract):
    @pytest.fixture
    def catalog(self, database: Database) -> Catalog:
        return Catalog(database)
