"""Points read back, of every index that there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from retrieval.edge import EdgeIndex
from retrieval.server import ServerIndex
from retrieval.switching import SwitchingIndex
from tests.contracts.points_contract import PointsContract
from tests.fakes.index import FakeIndex


class TestPointsOfTheFake(PointsContract):
    @pytest.fixture
    def index(self) -> FakeIndex:
        return FakeIndex()


class TestPointsOfEdge(PointsContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[EdgeIndex]:
        with EdgeIndex.open(tmp_path / "index") as index:
            yield index


class TestPointsOfAServer(PointsContract):
    @pytest.fixture
    def index(self) -> Iterator[ServerIndex]:
        with ServerIndex(QdrantClient(":memory:"), "notes") as index:
            yield index


class TestPointsOfASwitchingIndex(PointsContract):
    @pytest.fixture
    def index(self) -> SwitchingIndex:
        return SwitchingIndex(FakeIndex())
