"""The work of a command, done by the server that holds the home, over loopback."""

import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from app.embedding_replies import EmbeddingReply
from app.examination import ExaminationReply
from app.question import QuestionError, asked
from app.rebuild_replies import RebuildReply
from app.replies import MOST_TURNS, AnswerReply
from app.run_replies import PlanReply, ReportReply, RunReply
from app.search_body import SearchSettingsBody
from app.search_replies import TracedSearchReply
from app.server_file import Server
from ingest.report import Progress
from serving.answer import Turn

_PATIENCE_S = 600.0
_BETWEEN_LOOKS_S = 0.2
_FIRST_ERROR = 400
_UNUSABLE = 422
_LONGEST_PREVIOUS = 2_000
"""Characters of the question before that are sent with a search."""
_LONGEST_HISTORY = 200_000
"""Characters of earlier turns that are sent with a question."""
_ANY = sys.maxsize
"""The server knows how long a question may be."""
_EVENTS = "text/event-stream"
_JSON = "application/json"
_ANY_TYPE = "*/*"


class Remote:
    """Asks a running server. No proxy is used: the address is this machine's own."""

    def __init__(self, home: Path, server: Server, notes: Sequence[Path] = ()) -> None:
        """Ask ``server``; it must read ``notes``, if any are named, to take notes in."""
        self._home = home
        self._server = server
        self._notes = notes

    @classmethod
    def reached(cls, home: Path, server: Server | None, notes: Sequence[Path] = ()) -> Self:
        """Return the backend of a server that really runs.

        Raises:
            HomeHeldError: There is no such server.
        """
        if server is None or not server.alive:
            raise HomeHeldError(home, None)
        remote = cls(home, server, notes)
        remote._json("GET", "/healthz")
        return remote

    def search(
        self,
        question: str,
        limit: int,
        previous: str = "",
        settings: SearchSettingsBody | None = None,
        *,
        trace: bool = False,
    ) -> TracedSearchReply:
        """Find passages, with settings of this search alone; tell how when asked to."""
        values = {
            "q": asked(question, _ANY),
            "limit": limit,
            "previous": previous[:_LONGEST_PREVIOUS],
            "trace": trace,
            **(settings or SearchSettingsBody()).named,
        }
        query = urlencode(values, errors="replace")
        return TracedSearchReply.model_validate(self._json("GET", f"/api/search?{query}"))

    def question_set(self, name: str) -> str:
        """Return the lines of a question set of the home."""
        path = f"/api/question-sets/{quote(name, safe='')}"
        with self._answered("GET", path, None, _ANY_TYPE) as response:
            return response.read().decode("utf-8")

    def ask(
        self,
        question: str,
        history: tuple[Turn, ...] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> AnswerReply:
        """Answer a question, telling the text as it comes; the turn is not stored."""
        earlier = [{"question": turn.question, "answer": turn.answer} for turn in _latest(history)]
        body = {"question": asked(question, _ANY), "history": earlier, "keep": False}
        for event, data in self._events("POST", "/api/ask", body):
            if event == "token" and on_text is not None:
                on_text(data["text"])
            elif event in {"done", "error"} and "answer" in data:
                reply = {key: data[key] for key in AnswerReply.model_fields}
                return AnswerReply.model_validate(reply)
            elif event == "error":
                raise ServerRefusedError(data["message"])
        raise ServerGoneError(self._server.url)

    def plan(self, *, accept_deletions: bool) -> PlanReply:
        """Say what a sync would do."""
        self._check_notes()
        return PlanReply.model_validate(
            self._json("GET", f"/api/ingest/plan?accept_deletions={accept_deletions}")
        )

    def sync(
        self,
        on_progress: Callable[[Progress], None],
        on_embedded: Callable[[Progress], None],
        *,
        accept_deletions: bool,
    ) -> ReportReply:
        """Take the notes in; the server embeds them in the background."""
        del on_embedded
        self._check_notes()
        run = self._json("POST", "/api/ingest", {"accept_deletions": accept_deletions})["run"]
        for event, data in self._events("GET", f"/api/ingest/{run}", None):
            if event == "progress":
                on_progress(Progress(**data))
            elif event == "error":
                raise ServerRefusedError(data["message"])
        reply = RunReply.model_validate(self._json("GET", f"/api/ingest/{run}"))
        if reply.report is None:
            raise ServerRefusedError(reply.error or f"The sync is {reply.state}.")
        return reply.report

    def embedding(self) -> EmbeddingReply:
        """Say how far the notes are embedded."""
        return EmbeddingReply.model_validate(self._json("GET", "/api/embedding"))

    def choose_model(self) -> None:
        """Have the server look again which model is chosen."""
        self._json("POST", "/api/embedding", {"action": "choose"})

    def examine(self, *, fix: bool, accept_deletions: bool = False) -> ExaminationReply:
        """Compare files, catalogue and index, and mend them when asked."""
        asked = {"accept_deletions": accept_deletions}
        reply = (
            self._json("POST", "/api/doctor", asked) if fix else self._json("GET", "/api/doctor")
        )
        return ExaminationReply.model_validate(reply)

    def rebuild(self, on_progress: Callable[[Progress], None]) -> None:
        """Have a second index built beside the one in use, and wait until that is used."""
        reply = RebuildReply.model_validate(self._json("POST", "/api/index", {}))
        while reply.running:
            on_progress(Progress(reply.done, reply.total, reply.done, ""))
            time.sleep(_BETWEEN_LOOKS_S)
            reply = RebuildReply.model_validate(self._json("GET", "/api/index"))
        if reply.error or reply.cancelled:
            raise ServerRefusedError(reply.error or "The rebuild was stopped on the server.")

    def _check_notes(self) -> None:
        theirs = [os.path.realpath(folder) for folder in self._server.notes]
        if self._notes and theirs != [os.path.realpath(folder) for folder in self._notes]:
            raise OtherNotesError(self._server, self._notes)

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
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
            headers["Content-Type"] = _JSON
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            if response.status == _UNUSABLE:
                raise QuestionRefusedError(_sentence(response.read()))
            if response.status >= _FIRST_ERROR:
                raise ServerRefusedError(_sentence(response.read()))
            yield response
        except ConnectionRefusedError as error:
            raise HomeHeldError(self._home, self._server) from error
        except (OSError, http.client.HTTPException) as error:
            raise ServerGoneError(self._server.url) from error
        finally:
            connection.close()


def _latest(history: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Return the latest turns, as many as a server takes."""
    lengths = accumulate(len(turn.question) + len(turn.answer) for turn in reversed(history))
    fitting = sum(length <= _LONGEST_HISTORY for length in lengths)
    return history[max(0, len(history) - min(fitting, MOST_TURNS)) :]


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


class QuestionRefusedError(ServerRefusedError, QuestionError):
    """The server does not take the question."""


class OtherNotesError(RemoteError):
    """The server takes notes from another folder than the one named."""

    def __init__(self, server: Server, notes: Sequence[Path]) -> None:
        theirs = ", ".join(server.notes) or "no folder"
        super().__init__(
            f"The server at {server.url} takes notes from {theirs}, not from "
            f"{', '.join(map(str, notes))}. Stop it, then take these notes in."
        )


class ServerGoneError(RemoteError):
    """The server stopped in the middle."""

    def __init__(self, url: str) -> None:
        super().__init__(f"The server at {url} stopped in the middle. Start it again, and retry.")
