import socket
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest
from qdrant_client import QdrantClient, models

from retrieval.chunk import Kind
from retrieval.index import (
    ForeignCollectionError,
    IndexKeyRefusedError,
    IndexRequestFailedError,
    IndexUnreachableError,
    IndexUnusableError,
    Point,
    SparseVector,
)
from retrieval.server import ServerIndex
from tests.fakes.qdrant import qdrant_server

KEY = "sk-very-secret-0123456789"
POINT = Point(UUID(int=1), Kind.CHAT, SparseVector((5,), (1.0,)))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def address(url: str) -> str:
    return url.removeprefix("http://")


def test_collection_has_lexical_vectors_with_idf_and_a_filterable_kind() -> None:
    with qdrant_server() as server:
        with ServerIndex.connect(server.url, "", "notes") as index:
            index.upsert([POINT])
        assert server.payload_indexes == ["kind"]
        client = QdrantClient(url=server.url, check_compatibility=False)
        info = client.get_collection("notes")
        client.close()
    assert info.config.params.vectors == {}
    assert info.config.params.sparse_vectors == {
        "lexical": models.SparseVectorParams(modifier=models.Modifier.IDF)
    }
    assert info.points_count == 1


def test_points_carry_their_kind() -> None:
    client = QdrantClient(":memory:")
    with ServerIndex(client, "notes") as index:
        index.upsert([POINT])
        (record,) = client.retrieve("notes", [str(POINT.id)], with_payload=True)
    assert record.payload == {"kind": "chat"}


def test_two_processes_share_a_collection() -> None:
    with (
        qdrant_server() as server,
        ServerIndex.connect(server.url, "", "notes") as first,
        ServerIndex.connect(server.url, "", "notes") as second,
    ):
        rarity = second.rarity([5])
        first.upsert([POINT])
        assert (rarity, second.ids()) == ({}, {POINT.id})
        assert set(second.rarity([5])) == {5}


def test_processes_that_make_the_collection_at_once_all_get_it() -> None:
    with qdrant_server() as server, ThreadPoolExecutor(6) as threads:

        def count(_: int) -> int:
            with ServerIndex.connect(server.url, "", "notes") as index:
                return index.count()

        assert list(threads.map(count, range(6))) == [0] * 6


def test_collection_that_appears_between_looking_and_making_is_used() -> None:
    with qdrant_server() as server:
        ServerIndex.connect(server.url, "", "notes").close()
        server.faults.append((200, b'{"result": {"exists": false}}'))
        with ServerIndex.connect(server.url, "", "notes") as index:
            assert index.count() == 0


def test_a_key_is_sent_and_white_space_around_it_is_not() -> None:
    with (
        qdrant_server(KEY) as server,
        ServerIndex.connect(server.url, f" {KEY}\n", "notes") as index,
    ):
        assert index.count() == 0


@pytest.mark.parametrize("key", ["", "sk-other-secret", "钥匙", "two\nlines"])
def test_a_refused_key_is_said_without_the_key(key: str) -> None:
    with qdrant_server(KEY) as server, pytest.raises(IndexKeyRefusedError) as caught:
        ServerIndex.connect(server.url, key, "notes")
    assert str(caught.value) == (
        f"The Qdrant server at {address(server.url)} refuses the key. "
        "Set FOOTNOTE_QDRANT_API_KEY to one that may read and write."
    )
    if key:
        assert key not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_is_not_there_is_said_to_be_out_of_reach() -> None:
    port = free_port()
    with pytest.raises(IndexUnreachableError) as caught:
        ServerIndex.connect(f"http://reader:{KEY}@127.0.0.1:{port}", KEY, "notes")
    message = str(caught.value)
    assert message.startswith(f"The Qdrant server at 127.0.0.1:{port} cannot be reached (")
    assert message.endswith(
        "Start it, or set FOOTNOTE_QDRANT_URL to its address; "
        "without that setting the index lies in the home."
    )
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("ftp://example.org", "example.org"),
        ("http://[::1", "an address that cannot be read"),
        ("http://", "no host"),
        ("http://127.0.0.1:99999", "127.0.0.1:99999"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(url: str, named: str) -> None:
    with pytest.raises(IndexUnreachableError) as caught:
        ServerIndex.connect(url, "", "notes")
    assert str(caught.value).startswith(f"The Qdrant server at {named} cannot be reached (")


def test_a_server_that_goes_away_is_out_of_reach() -> None:
    with qdrant_server() as server:
        index = ServerIndex.connect(server.url, "", "notes")
    calls: list[Callable[[], object]] = [
        lambda: index.upsert([POINT]),
        lambda: index.remove([POINT.id]),
        lambda: index.search(POINT.lexical, 3),
        lambda: index.rarity([5]),
        index.ids,
        index.count,
    ]
    for call in calls:
        with pytest.raises(IndexUnreachableError):
            call()
    index.close()


def test_an_error_of_the_server_is_told_with_its_status() -> None:
    with qdrant_server() as server, ServerIndex.connect(server.url, "", "notes") as index:
        server.faults.append((507, b'{"status": {"error": "No space left"}}'))
        with pytest.raises(IndexRequestFailedError) as caught:
            index.upsert([POINT])
        assert index.count() == 0
    assert str(caught.value) == (
        f"The Qdrant server at {address(server.url)} could not do what was asked "
        "(it answers 507 Insufficient Storage). "
        "Its log says more; check that FOOTNOTE_QDRANT_URL leads to a Qdrant server."
    )


def test_a_collection_removed_on_the_server_is_told() -> None:
    with qdrant_server() as server, ServerIndex.connect(server.url, "", "notes") as index:
        server.forget("notes")
        with pytest.raises(IndexRequestFailedError, match="it answers 404"):
            index.count()


def test_a_server_that_is_no_qdrant_is_told() -> None:
    with qdrant_server() as server:
        server.faults.append((200, b"<html>Welcome</html>"))
        with pytest.raises(IndexRequestFailedError, match="its answer cannot be read"):
            ServerIndex.connect(server.url, "", "notes")


def test_an_overloaded_server_is_told() -> None:
    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(429)
            self.send_header("retry-after", "1")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.handle_request).start()
        with pytest.raises(IndexRequestFailedError, match="it is overloaded"):
            ServerIndex.connect(f"http://127.0.0.1:{server.server_address[1]}", "", "notes")


@pytest.mark.parametrize("modifier", [None, models.Modifier.NONE])
def test_a_collection_of_someone_else_is_left_alone(modifier: models.Modifier | None) -> None:
    client = QdrantClient(":memory:")
    client.create_collection(
        "notes",
        vectors_config={},
        sparse_vectors_config={"lexical": models.SparseVectorParams(modifier=modifier)},
    )
    client.create_collection(
        "pictures", vectors_config=models.VectorParams(size=4, distance=models.Distance.DOT)
    )
    for collection in ("notes", "pictures"):
        with pytest.raises(ForeignCollectionError) as caught:
            ServerIndex(client, collection)
        assert str(caught.value) == (
            f"The collection {collection} of the Qdrant server at memory was not made by "
            "Footnote. Rename or remove it there, or use another server."
        )
        assert isinstance(caught.value, IndexUnusableError)
    client.close()
