import os
from collections.abc import Callable, Iterator
from itertools import count
from uuid import uuid4

import pytest
from qdrant_client import QdrantClient

from retrieval.server import ServerIndex
from tests.contracts.index_contract import DurableIndexContract, IndexContract
from tests.fakes.qdrant import FakeQdrant, qdrant_server

REAL = os.environ.get("FOOTNOTE_TEST_QDRANT_URL", "")
KEY = os.environ.get("FOOTNOTE_TEST_QDRANT_KEY", "")


class TestServerIndexInMemory(IndexContract):
    @pytest.fixture
    def index(self) -> Iterator[ServerIndex]:
        with ServerIndex(QdrantClient(":memory:"), "notes") as index:
            yield index

    @pytest.fixture
    def fresh_index(self) -> Callable[[], ServerIndex]:
        return lambda: ServerIndex(QdrantClient(":memory:"), "notes")


class TestServerIndexOverHttp(DurableIndexContract):
    @pytest.fixture
    def server(self) -> Iterator[FakeQdrant]:
        with qdrant_server() as server:
            yield server

    @pytest.fixture
    def index(self, server: FakeQdrant) -> Iterator[ServerIndex]:
        with ServerIndex.connect(server.url, "", "notes") as index:
            yield index

    @pytest.fixture
    def fresh_index(self, server: FakeQdrant) -> Callable[[], ServerIndex]:
        collections = count()
        return lambda: ServerIndex.connect(server.url, "", f"notes-{next(collections)}")

    @pytest.fixture
    def reopen(self, server: FakeQdrant) -> Callable[[], ServerIndex]:
        return lambda: ServerIndex.connect(server.url, "", "kept")


if REAL:

    @pytest.mark.live
    class TestServerIndexOnARealServer(DurableIndexContract):
        @pytest.fixture
        def prefix(self) -> Iterator[str]:
            prefix = f"footnote-test-{uuid4().hex}"
            yield prefix
            client = QdrantClient(url=REAL, headers={"api-key": KEY} if KEY else {})
            for collection in client.get_collections().collections:
                if collection.name.startswith(prefix):
                    client.delete_collection(collection.name)
            client.close()

        @pytest.fixture
        def index(self, prefix: str) -> Iterator[ServerIndex]:
            with ServerIndex.connect(REAL, KEY, prefix) as index:
                yield index

        @pytest.fixture
        def fresh_index(self, prefix: str) -> Callable[[], ServerIndex]:
            collections = count()
            return lambda: ServerIndex.connect(REAL, KEY, f"{prefix}-{next(collections)}")

        @pytest.fixture
        def reopen(self, prefix: str) -> Callable[[], ServerIndex]:
            return lambda: ServerIndex.connect(REAL, KEY, f"{prefix}-kept")
