"""A model hub on this machine: as much of a hub's HTTP as a download needs."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

_MODEL = re.compile(r"^/api/models/([^/]+/[^/]+)(?:/revision/(.+))?$")
_TREE = re.compile(r"^/api/models/([^/]+/[^/]+)/tree/([^/]+)$")
_FILE = re.compile(r"^/([^/]+/[^/]+)/resolve/([^/]+)/(.+)$")
_RANGE = re.compile(r"bytes=(\d+)-")


class FakeHub:
    """Has ``models``: files by path, by id.

    ``asked`` lists what was asked for, ``keys`` the tokens that came along. While
    ``breaks_after`` is not None, the connection ends after so many bytes of a weights file.
    ``lies`` makes weights come with other bytes.
    """

    def __init__(self, models: Mapping[str, Mapping[str, bytes]]) -> None:
        self.models = models
        self.asked: list[str] = []
        self.keys: list[str] = []
        self.breaks_after: int | None = None
        self.lies = False
        self.url = ""

    def revision(self, model: str) -> str:
        """Return the commit of a model: other files make another one."""
        digest = hashlib.sha1(usedforsecurity=False)
        for path, content in sorted(self.models[model].items()):
            digest.update(path.encode() + content)
        return digest.hexdigest()

    @contextmanager
    def running(self) -> Iterator["FakeHub"]:
        hub = self

        class Handler(_Handler):
            served = hub

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, name="fake hub")
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: FakeHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.served.asked.append(f"{self.command} {path}")
        self.served.keys += self.headers.get_all("Authorization", [])
        described, file, tree = _MODEL.match(path), _FILE.match(path), _TREE.match(path)
        if tree and tree[1] in self.served.models:
            self._list(tree[1])
        elif described and described[1] in self.served.models:
            self._describe(described[1], described[2])
        elif file and file[3] in self.served.models.get(file[1], {}):
            self._send_file(file[1], file[3])
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _describe(self, model: str, revision: str | None) -> None:
        commit = self.served.revision(model)
        if revision not in {None, "main", commit}:
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            return
        siblings = [
            {"rfilename": path, "size": len(content), **_lfs(path, content)}
            for path, content in self.served.models[model].items()
        ]
        described = {"id": model, "sha": commit, "private": False, "siblings": siblings}
        described |= {"downloads": 0, "likes": 0, "tags": []}
        self._send(200, json.dumps(described).encode(), {"Content-Type": "application/json"})

    def _list(self, model: str) -> None:
        rows = [
            {"type": "file", "oid": _oid(content), "size": len(content), "path": path}
            | _lfs(path, content)
            for path, content in self.served.models[model].items()
        ]
        self._send(200, json.dumps(rows).encode(), {"Content-Type": "application/json"})

    def _send_file(self, model: str, path: str) -> None:
        content = self.served.models[model][path]
        if self.served.lies and path.endswith(".safetensors"):
            content = content[:-1] + bytes([content[-1] ^ 1])
        asked = _RANGE.match(self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        etag = _oid(self.served.models[model][path])
        headers = {
            "ETag": f'"{etag}"',
            "X-Repo-Commit": self.served.revision(model),
            "Accept-Ranges": "bytes",
        }
        if asked:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        weights = path.endswith(".safetensors")
        breaks = self.served.breaks_after if weights and self.command == "GET" else None
        self._send(206 if asked else 200, content[start:], headers, breaks)

    def _send(
        self, status: int, body: bytes, headers: Mapping[str, str], breaks: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if breaks is None else body[:breaks])
        if breaks is not None:
            self.close_connection = True


def _lfs(path: str, content: bytes) -> dict[str, object]:
    if not path.endswith(".safetensors"):
        return {}
    digest = _oid(content)
    pointer = {"sha256": digest, "oid": digest, "size": len(content), "pointerSize": 130}
    return {"lfs": pointer}


def _oid(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
