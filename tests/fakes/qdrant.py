"""A Qdrant server over HTTP for tests: the client's own in-memory engine behind the wire format."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from pydantic_core import to_jsonable_python
from qdrant_client import QdrantClient, models

Body = Mapping[str, Any]


class FakeQdrant:
    """The collections of one server, and how it misbehaves."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.payload_indexes: list[str] = []
        self.faults: list[tuple[int, bytes]] = []
        """Status and body of the next answers, whatever is asked."""
        self.asked: list[tuple[str, Body]] = []
        """Method and path of every request, with its body."""
        self.url = ""
        self._engine = QdrantClient(":memory:")
        self._lock = Lock()

    def answer(self, method: str, path: str, body: Body) -> tuple[int, bytes]:
        """Answer one request."""
        with self._lock:
            self.asked.append((f"{method} {path.partition('?')[0]}", body))
            if self.faults:
                return self.faults.pop(0)
            if path.partition("?")[0] in ("/aliases", "/collections/aliases", "/collections"):
                listed = path.startswith("/collections") and method == "GET"
                every = self._engine.get_collections()
                return 200, _reply(every if listed else self._aliases(method, body))
            _, collections, name, *rest = path.partition("?")[0].split("/")
            operation = " ".join([method, *rest])
            if collections != "collections" or operation not in _OPERATIONS:
                return 404, b""
            if operation not in ("GET exists", "PUT") and not self._engine.collection_exists(name):
                return 404, b'{"status": {"error": "no such collection"}}'
            if operation == "PUT" and self._engine.collection_exists(name):
                return 409, b'{"status": {"error": "it exists"}}'
            result = _OPERATIONS[operation](self, name, body)
        return 200, _reply(result)

    def forget(self, name: str) -> None:
        """Lose a collection, as when somebody deletes it."""
        with self._lock:
            self._engine.delete_collection(name)

    def names(self) -> list[str]:
        """Return the names of all collections."""
        with self._lock:
            return sorted(each.name for each in self._engine.get_collections().collections)

    def aliases(self) -> dict[str, str]:
        """Return the collection that each alias leads to."""
        with self._lock:
            found = self._engine.get_aliases().aliases
        return {each.alias_name: each.collection_name for each in found}

    def _aliases(self, method: str, body: Body) -> object:
        if method == "GET":
            return self._engine.get_aliases()
        asked = models.ChangeAliasesOperation.model_validate(body)
        return self._engine.update_collection_aliases(asked.actions)

    def drop(self, name: str, _: Body) -> object:
        return self._engine.delete_collection(name)

    def exists(self, name: str, _: Body) -> object:
        return {"exists": self._engine.collection_exists(name)}

    def describe(self, name: str, _: Body) -> object:
        return self._engine.get_collection(name)

    def create(self, name: str, body: Body) -> object:
        asked = models.CreateCollection.model_validate(body)
        return self._engine.create_collection(
            name,
            vectors_config=asked.vectors or {},
            sparse_vectors_config=asked.sparse_vectors,
        )

    def index_field(self, _: str, body: Body) -> object:
        self.payload_indexes.append(body["field_name"])
        return _DONE

    def upsert(self, name: str, body: Body) -> object:
        asked = models.PointsList.model_validate(body)
        self._engine.upsert(name, asked.points)
        return _DONE

    def delete(self, name: str, body: Body) -> object:
        self._engine.delete(name, models.PointIdsList.model_validate(body))
        return _DONE

    def query(self, name: str, body: Body) -> object:
        return self._query(name, models.QueryRequest.model_validate(body))

    def query_batch(self, name: str, body: Body) -> object:
        asked = models.QueryRequestBatch.model_validate(body)
        return [self._query(name, search) for search in asked.searches]

    def scroll(self, name: str, body: Body) -> object:
        asked = models.ScrollRequest.model_validate(body)
        points, after = self._engine.scroll(
            name, limit=asked.limit or 10, offset=asked.offset, with_payload=False
        )
        return {"points": points, "next_page_offset": after}

    def retrieve(self, name: str, body: Body) -> object:
        asked = models.PointRequest.model_validate(body)
        return self._engine.retrieve(
            name,
            asked.ids,
            with_payload=asked.with_payload or False,
            with_vectors=asked.with_vector or False,
        )

    def count(self, name: str, _: Body) -> object:
        return self._engine.count(name)

    def _query(self, name: str, asked: models.QueryRequest) -> models.QueryResponse:
        assert asked.query is None or not isinstance(asked.query, list)
        assert isinstance(asked.query, models.NearestQuery)
        return self._engine.query_points(
            name,
            query=asked.query,
            using=asked.using,
            query_filter=asked.filter,
            limit=asked.limit or 10,
            with_payload=False,
            with_vectors=asked.with_vector or False,
        )


_DONE = {"operation_id": 1, "status": "completed"}
_OPERATIONS: Mapping[str, Callable[[FakeQdrant, str, Body], object]] = {
    "GET exists": FakeQdrant.exists,
    "GET": FakeQdrant.describe,
    "PUT": FakeQdrant.create,
    "DELETE": FakeQdrant.drop,
    "POST points": FakeQdrant.retrieve,
    "PUT index": FakeQdrant.index_field,
    "PUT points": FakeQdrant.upsert,
    "POST points delete": FakeQdrant.delete,
    "POST points query": FakeQdrant.query,
    "POST points query batch": FakeQdrant.query_batch,
    "POST points scroll": FakeQdrant.scroll,
    "POST points count": FakeQdrant.count,
}


def _reply(result: object) -> bytes:
    reply = {"result": to_jsonable_python(result), "status": "ok", "time": 0.0}
    return json.dumps(reply).encode()


@contextmanager
def qdrant_server(key: str = "") -> Iterator[FakeQdrant]:
    """Serve an empty Qdrant on loopback; it asks for ``key`` when one is given."""
    qdrant = FakeQdrant(key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(qdrant))
    server.daemon_threads = True
    qdrant.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield qdrant
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(qdrant: FakeQdrant) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length") or 0))
            if qdrant.key and self.headers.get("api-key") != qdrant.key:
                status, reply = 401, b"Must provide an API key"
            else:
                status, reply = qdrant.answer(self.command, self.path, json.loads(data or b"{}"))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_PUT = do_POST = do_DELETE = _reply  # noqa: N815 - the names that the base class calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    return Handler
