"""Every index of dense vectors on its contract."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
import qdrant_edge as edge
from qdrant_client import QdrantClient, models

from retrieval.edge import EdgeIndex
from retrieval.edge_vectors import EdgeVectors
from retrieval.index import (
    ForeignCollectionError,
    IndexDamagedError,
    IndexInUseError,
    IndexKeyRefusedError,
    IndexUnreachableError,
)
from retrieval.server_vectors import ServerVectors
from retrieval.vector_index import VectorIndex
from tests.contracts.vector_index_contract import (
    DIMENSION,
    DurableVectorIndexContract,
    VectorIndexContract,
    axis,
    drawn,
    ids,
)
from tests.fakes.qdrant import FakeQdrant, qdrant_server
from tests.fakes.vectors import FakeVectors

REAL = os.environ.get("FOOTNOTE_TEST_QDRANT_URL", "")
KEY = os.environ.get("FOOTNOTE_TEST_QDRANT_KEY", "")
CRASHING = """
import os
import signal
import sys
from pathlib import Path
from retrieval.edge_vectors import EdgeVectors
from tests.contracts.vector_index_contract import DIMENSION, drawn, ids
vectors = EdgeVectors.open(Path(sys.argv[1]), DIMENSION)
vectors.upsert(ids(*range(1, 60)), drawn(1, 59))
vectors.remove(ids(1))
vectors.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


class TestFakeVectors(VectorIndexContract):
    @pytest.fixture
    def vectors(self) -> FakeVectors:
        return FakeVectors(DIMENSION)

    @pytest.fixture
    def fresh_vectors(self) -> Callable[[], FakeVectors]:
        return lambda: FakeVectors(DIMENSION)


class TestEdgeVectors(DurableVectorIndexContract):
    @pytest.fixture
    def vectors(self, tmp_path: Path) -> Iterator[EdgeVectors]:
        with EdgeVectors.open(tmp_path / "vectors", DIMENSION) as vectors:
            yield vectors

    @pytest.fixture
    def fresh_vectors(self, tmp_path: Path) -> Callable[[], EdgeVectors]:
        folders = count()
        return lambda: EdgeVectors.open(tmp_path / str(next(folders)), DIMENSION)

    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], EdgeVectors]:
        return lambda: EdgeVectors.open(tmp_path / "kept", DIMENSION)

    def test_what_was_flushed_survives_a_killed_process(self, tmp_path: Path) -> None:
        folder = tmp_path / "vectors"
        killed = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", CRASHING, str(folder)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "."},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        with EdgeVectors.open(folder, DIMENSION) as vectors:
            assert vectors.ids() == set(ids(*range(2, 60)))

    def test_what_a_killed_process_left_half_made_is_made_again(self, tmp_path: Path) -> None:
        (tmp_path / "vectors.new" / "segments").mkdir(parents=True)
        with EdgeVectors.open(tmp_path / "vectors", DIMENSION) as vectors:
            vectors.upsert(ids(1), drawn(1, 1))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["vectors", "vectors.lock"]

    def test_a_second_holder_is_refused(self, tmp_path: Path) -> None:
        with (
            EdgeVectors.open(tmp_path / "vectors", DIMENSION),
            pytest.raises(IndexInUseError),
        ):
            EdgeVectors.open(tmp_path / "vectors", DIMENSION)

    def test_vectors_of_another_dimension_or_kind_are_said_to_be_damaged(
        self, tmp_path: Path
    ) -> None:
        EdgeVectors.open(tmp_path / "vectors", DIMENSION).close()
        EdgeIndex.open(tmp_path / "index").close()
        config = edge.EdgeConfig(
            vectors={"dense": edge.EdgeVectorParams(DIMENSION, edge.Distance.Cosine)}
        )
        (tmp_path / "cosine").mkdir()
        edge.EdgeShard.create(str(tmp_path / "cosine"), config).close()
        for name, dimension in (("vectors", 3), ("index", DIMENSION), ("cosine", DIMENSION)):
            for _ in range(2):  # and it is not held afterwards
                with pytest.raises(IndexDamagedError, match="it was made for other vectors"):
                    EdgeVectors.open(tmp_path / name, dimension)

    @pytest.mark.parametrize("how", [b"", b"{"])
    def test_a_folder_that_cannot_be_read_is_said_to_be_damaged(
        self, tmp_path: Path, how: bytes
    ) -> None:
        folder = tmp_path / "vectors"
        with EdgeVectors.open(folder, DIMENSION) as vectors:
            vectors.upsert(ids(1), drawn(1, 1))
        for file in folder.rglob("*.json"):
            file.write_bytes(how)
        with pytest.raises(IndexDamagedError, match="cannot be read"):
            EdgeVectors.open(folder, DIMENSION)

    def test_a_vector_of_another_length_is_refused(self, tmp_path: Path) -> None:
        with EdgeVectors.open(tmp_path / "vectors", DIMENSION) as vectors:
            with pytest.raises(IndexDamagedError, match="dimension"):
                vectors.upsert(ids(1), np.ones((1, 3), np.float32))
            assert vectors.count() == 0


class TestServerVectorsInMemory(VectorIndexContract):
    @pytest.fixture
    def vectors(self) -> Iterator[ServerVectors]:
        with ServerVectors(QdrantClient(":memory:"), "vectors", DIMENSION) as vectors:
            yield vectors

    @pytest.fixture
    def fresh_vectors(self) -> Callable[[], ServerVectors]:
        return lambda: ServerVectors(QdrantClient(":memory:"), "vectors", DIMENSION)

    @pytest.mark.parametrize(
        "made",
        [
            models.VectorParams(size=DIMENSION, distance=models.Distance.DOT),
            {"dense": models.VectorParams(size=3, distance=models.Distance.DOT)},
            {"dense": models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)},
            {"other": models.VectorParams(size=DIMENSION, distance=models.Distance.DOT)},
        ],
    )
    def test_a_collection_of_someone_else_is_left_alone(
        self, made: models.VectorParams | dict[str, models.VectorParams]
    ) -> None:
        client = QdrantClient(":memory:")
        client.create_collection("vectors", vectors_config=made)
        with pytest.raises(ForeignCollectionError):
            ServerVectors(client, "vectors", DIMENSION)
        client.close()


class TestServerVectorsOverHttp(DurableVectorIndexContract):
    @pytest.fixture
    def server(self) -> Iterator[FakeQdrant]:
        with qdrant_server() as server:
            yield server

    @pytest.fixture
    def vectors(self, server: FakeQdrant) -> Iterator[ServerVectors]:
        with ServerVectors.connect(server.url, "", "vectors", DIMENSION) as vectors:
            yield vectors

    @pytest.fixture
    def fresh_vectors(self, server: FakeQdrant) -> Callable[[], ServerVectors]:
        collections = count()
        return lambda: ServerVectors.connect(
            server.url, "", f"vectors-{next(collections)}", DIMENSION
        )

    @pytest.fixture
    def reopen(self, server: FakeQdrant) -> Callable[[], ServerVectors]:
        return lambda: ServerVectors.connect(server.url, "", "kept", DIMENSION)

    def test_a_server_that_goes_away_is_out_of_reach(self) -> None:
        with qdrant_server() as server:
            vectors = ServerVectors.connect(server.url, "", "vectors", DIMENSION)
        calls: list[Callable[[], object]] = [
            lambda: vectors.upsert(ids(1), drawn(1, 1)),
            lambda: vectors.remove(ids(1)),
            lambda: vectors.search(axis(0), 3),
            lambda: vectors.vectors(ids(1)),
            vectors.ids,
            vectors.count,
            lambda: ServerVectors.connect(server.url, "", "vectors", DIMENSION),
        ]
        for call in calls:
            with pytest.raises(IndexUnreachableError):
                call()
        vectors.close()

    def test_a_refused_key_is_said(self) -> None:
        with qdrant_server("right") as server, pytest.raises(IndexKeyRefusedError):
            ServerVectors.connect(server.url, "wrong", "vectors", DIMENSION)

    def test_collection_compares_all_vectors_until_they_are_very_many(self) -> None:
        with qdrant_server() as server:
            ServerVectors.connect(server.url, "", "vectors", 1024).close()
            (asked,) = [body for path, body in server.asked if path == "PUT /collections/vectors"]
        assert asked["optimizers_config"]["indexing_threshold"] == 400_000
        assert asked["vectors"] == {"dense": {"size": 1024, "distance": "Dot"}}


def test_the_same_vectors_give_the_same_ids_and_scores_everywhere(tmp_path: Path) -> None:
    matrix, many = drawn(11, 200), ids(*range(1, 201))
    within = set(many[::3])
    with (
        qdrant_server() as server,
        EdgeVectors.open(tmp_path / "vectors", DIMENSION) as embedded,
        ServerVectors.connect(server.url, "", "vectors", DIMENSION) as served,
    ):
        places: list[VectorIndex] = [FakeVectors(DIMENSION), embedded, served]
        found: list[list[tuple[UUID, float]]] = []
        for place in places:
            place.upsert(many, matrix)
            found.append(
                [
                    (scored.id, scored.score)
                    for asked in drawn(12, 5)
                    for chosen in (None, within)
                    for scored in place.search(asked, 20, within=chosen)
                ]
            )
    for other in found[1:]:
        assert [identifier for identifier, _ in other] == [each for each, _ in found[0]]
        assert [score for _, score in other] == pytest.approx(
            [score for _, score in found[0]], abs=1e-4
        )


if REAL:

    @pytest.mark.live
    class TestServerVectorsOnARealServer(DurableVectorIndexContract):
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
        def vectors(self, prefix: str) -> Iterator[ServerVectors]:
            with ServerVectors.connect(REAL, KEY, prefix, DIMENSION) as vectors:
                yield vectors

        @pytest.fixture
        def fresh_vectors(self, prefix: str) -> Callable[[], ServerVectors]:
            collections = count()
            return lambda: ServerVectors.connect(
                REAL, KEY, f"{prefix}-{next(collections)}", DIMENSION
            )

        @pytest.fixture
        def reopen(self, prefix: str) -> Callable[[], ServerVectors]:
            return lambda: ServerVectors.connect(REAL, KEY, f"{prefix}-kept", DIMENSION)
