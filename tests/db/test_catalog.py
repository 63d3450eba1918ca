import pytest

from app.db.catalog import Catalog
from app.db.session import Database
from retrieval.span import Span
from tests.contracts.catalog_contract import CatalogContract, stored
from tests.fakes.notes import sample_chunk, sample_note


class TestCatalog(CatalogContract):
    @pytest.fixture
    def catalog(self, database: Database) -> Catalog:
        return Catalog(database)

    def test_a_failed_store_leaves_the_earlier_version(self, catalog: Catalog) -> None:
        note = sample_note()
        live = stored(catalog, note)
        edited = sample_note("改过了。", note_id=note.id)
        with pytest.raises(Exception, match=r"(?i)unique"):
            stored(catalog, edited, [sample_chunk(edited, 0, Span(0, 2))] * 2)
        assert list(catalog.chunks()) == live
        assert [known.digest for known in catalog.known()] == [note.digest]
