"""The work of a command, done by the server that holds the home, over loopback."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from app.replies import AnswerReply, SearchReply
from app.run_replies import PlanReply, ReportReply, RunReply
from app.server_file import Server
from ingest.report import Progress
from serving.answer import Turn

_PATIENCE_S = 600.0
_FIRST_ERROR = 400
_EVENTS = "text/event-stream"
_JSON = "application/json"


class Remote:
    """Asks a running server. No proxy is used: the address is this machine's own."""

    def __init__(self, home: Path, server: Server) -> None:
        self._home = home
        self._server = server

    @classmethod
    def reached(cls, home: Path, server: Server | None) -> Self:
        """Return the backend of a server that really runs.

        Raises:
            HomeHeldError: There is no such server.
        """
        if server is None or not server.alive:
            raise HomeHeldError(home, None)
        remote = cls(home, server)
        remote._json("GET", "/healthz")
        return remote

    def search(self, question: str, limit: int, previous: str = "") -> SearchReply:
        """Find passages."""
        query = urlencode({"q": question, "limit": limit, "previous": previous})
        return SearchReply.model_validate(self._json("GET", f"/api/search?{query}"))

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> AnswerReply:
        """Answer a question, telling the text as it comes; the turn is not stored."""
        earlier = [{"question": turn.question, "answer": turn.answer} for turn in history]
        body = {"question": question, "history": earlier, "keep": False}
        for event, data in self._events("POST", "/api/ask", body):
            if event == "token" and on_text is not None:
                on_text(data["text"])
            elif event in {"done", "error"} and "answer" in data:
                reply = {key: data[key] for key in AnswerReply.model_fields}
                return AnswerReply.model_validate(reply)
            elif event == "error":
                raise ServerRefusedError(data["message"])
        raise ServerGoneError(self._server.url)

    def plan(self) -> PlanReply:
        """Say what a sync would do."""
        return PlanReply.model_validate(self._json("GET", "/api/ingest/plan"))

    def sync(self, on_progress: Callable[[Progress], None]) -> ReportReply:
        """Take the notes in."""
        run = self._json("POST", "/api/ingest", {})["run"]
        for event, data in self._events("GET", f"/api/ingest/{run}", None):
            if event == "progress":
                on_progress(Progress(**data))
            elif event == "error":
                raise ServerRefusedError(data["message"])
        reply = RunReply.model_validate(self._json("GET", f"/api/ingest/{run}"))
        if reply.report is None:
            raise ServerRefusedError(reply.error or f"The sync is {reply.state}.")
        return reply.report

    def _json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
        with self._answered(method, path, body, _JSON) as response:
            return json.loads(response.read())

    def _events(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        event = ""
        with self._answered(method, path, body, _EVENTS) as response:
            for line in response:
                name, _, value = line.decode("utf-8").rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    yield event, json.loads(value)

    @contextmanager
    def _answered(
        self, method: str, path: str, body: Mapping[str, Any] | None, accept: str
    ) -> Iterator[http.client.HTTPResponse]:
        address = urlsplit(self._server.url)
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=_PATIENCE_S
        )
        headers = {"Authorization": f"Bearer {self._server.token}", "Accept": accept}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = _JSON
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            if response.status >= _FIRST_ERROR:
                raise ServerRefusedError(_sentence(response.read()))
            yield response
        except ConnectionRefusedError as error:
            raise HomeHeldError(self._home, self._server) from error
        except (OSError, http.client.HTTPException) as error:
            raise ServerGoneError(self._server.url) from error
        finally:
            connection.close()


def _sentence(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return "The server could not do it; its log says more."


class RemoteError(RuntimeError):
    """The server that holds the home did not do the work."""


class HomeHeldError(RemoteError):
    """Another process holds the home and is no server that can be asked."""

    def __init__(self, home: Path, server: Server | None) -> None:
        who = "another process" if server is None else f"process {server.pid} ({server.url})"
        super().__init__(
            f"The home {home} is held by {who}, which cannot be asked. Wait until it is done, or "
            "stop it."
        )


class ServerRefusedError(RemoteError):
    """The server answered with a sentence of its own."""


class ServerGoneError(RemoteError):
    """The server stopped in the middle."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The server at {url} stopped in the middle. Start it again, and retry.")
