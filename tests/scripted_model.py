"""An OpenAI-compatible server that follows a script, over real sockets.

Run ``python -m tests.scripted_model --port N`` for one that cites the sources it is shown.
"""

import argparse
import asyncio
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All messages, one after the other."""
        return "\n".join(str(message["content"]) for message in self.body.get("messages", ()))


@dataclass(frozen=True)
class Say:
    """Text of the answer, or of the reasoning when ``field`` says so."""

    text: str
    field: str = "content"


@dataclass(frozen=True)
class Pause:
    """A silence."""

    seconds: float


@dataclass(frozen=True)
class Raw:
    """Bytes of the body, exactly so; with ``step``, that many at a time."""

    data: bytes
    step: int = 0


@dataclass(frozen=True)
class Reset:
    """The connection is reset."""


@dataclass(frozen=True)
class Vanish:
    """The connection is closed in the middle of the body."""


Step = Say | Pause | Raw | Reset | Vanish


@dataclass(frozen=True)
class Reply:
    """What the server answers to one request."""

    steps: tuple[Step, ...] = ()
    finish: str | None = "stop"
    """The ``finish_reason`` at the end; None sends none."""
    done: bool = True
    """Whether ``[DONE]`` ends the stream."""
    status: int = 200
    content_type: str = EVENT_STREAM
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = True


def spoken(text: str, *, finish: str | None = "stop", pause: float = 0.0, size: int = 3) -> Reply:
    """Answer with ``text``, ``size`` characters at a time."""
    steps: list[Step] = []
    for start in range(0, len(text), size):
        steps.append(Say(text[start : start + size]))
        if pause:
            steps.append(Pause(pause))
    return Reply(steps=tuple(steps), finish=finish)


def whole(body: str, *, status: int = 200, content_type: str = JSON_TYPE, **headers: str) -> Reply:
    """Answer with a body that is no stream."""
    return Reply(
        steps=(Raw(body.encode()),),
        finish=None,
        done=False,
        status=status,
        content_type=content_type,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def failure(status: int, message: str, **headers: str) -> Reply:
    """Answer with an error as such endpoints write it."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": status}})
    return whole(body, status=status, **headers)


def quoting(request: Request) -> Reply:
    """Answer with two sentences of the sources in the prompt, cited, at a reader's pace."""
    shown = re.findall(
        r"^<<<source (\d+) (\w+)\n(.*?)^>>>source \1 \2$", request.prompt, re.DOTALL | re.MULTILINE
    )
    sentences = []
    for number, _, source in shown[:2]:
        text = source.partition("\ntext:\n")[2]
        lines = [line.strip("#*->| ") for line in re.split(r"[\n。！？]", text)]
        best = max(lines, key=lambda line: min(len(line), 80), default="")
        sentences.append(f"{best[:200]}[{number}]。")
    return spoken("".join(sentences) or "没有来源。", pause=0.03)


Script = Callable[[Request], Reply] | Sequence[Reply]


@dataclass
class _Watch:
    """What the tests look at, from their own thread."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    running: int = 0
    disconnects: int = 0
    requests: list[Request] = field(default_factory=list)


class ScriptedModel:
    """A server in a thread; ``with ScriptedModel(script) as server`` gives ``server.url``.

    A sequence of replies is used up in order, its last one for ever; a function is asked for
    each request. ``models`` is what ``/v1/models`` lists.
    """

    def __init__(
        self,
        script: Script = quoting,
        *,
        models: Sequence[str] = ("scripted",),
        port: int = 0,
    ) -> None:
        self.models = list(models)
        self._script = script
        self._replies = 0
        self._port = port
        self._watch = _Watch()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    @property
    def url(self) -> str:
        """Base address, with ``/v1``."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def requests(self) -> list[Request]:
        """The chat requests so far."""
        with self._watch.lock:
            return [r for r in self._watch.requests if r.path.endswith("/chat/completions")]

    @property
    def running(self) -> int:
        """Requests being answered now."""
        with self._watch.lock:
            return self._watch.running

    @property
    def disconnects(self) -> int:
        """Requests whose client went away before the end."""
        with self._watch.lock:
            return self._watch.disconnects

    def wait_until_idle(self, seconds: float = 2.0) -> bool:
        """Whether no request is being answered any more within ``seconds``."""
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            time.sleep(0.01)
        return not self.running

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        connections: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._connection(reader, writer))
            connections.add(task)
            task.add_done_callback(connections.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            if request is None:
                return
            with self._watch.lock:
                self._watch.requests.append(request)
                self._watch.running += 1
            try:
                await self._answer(request, reader, writer)
            finally:
                with self._watch.lock:
                    self._watch.running -= 1
        except (ConnectionError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer, unless the client goes away first."""
        reply = self._reply(request)
        answering = asyncio.create_task(_Answering(writer, reply).run())
        leaving = asyncio.create_task(reader.read())
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            with self._watch.lock:
                self._watch.disconnects += 1
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)

    def _reply(self, request: Request) -> Reply:
        if request.path.endswith("/models"):
            data = [{"id": name, "object": "model", "created": 0} for name in self.models]
            return whole(json.dumps({"object": "list", "data": data}))
        if callable(self._script):
            return self._script(request)
        reply = self._script[min(self._replies, len(self._script) - 1)]
        self._replies += 1
        return reply


@dataclass
class _Answering:
    """One reply on its way out."""

    writer: asyncio.StreamWriter
    reply: Reply

    async def run(self) -> None:
        await self._head()
        for step in self.reply.steps:
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            elif isinstance(step, Raw):
                await self._raw(step)
            elif isinstance(step, Say):
                await self._event({step.field: step.text}, None)
            else:
                self._break_off(step)
                return
        if self.reply.finish is not None:
            await self._event({}, self.reply.finish)
        if self.reply.done:
            await self._send(b"data: [DONE]\n\n")
        if self.reply.chunked:
            self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def _head(self) -> None:
        lines = [
            f"HTTP/1.1 {self.reply.status} Scripted",
            f"Content-Type: {self.reply.content_type}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.reply.headers),
        ]
        if self.reply.chunked:
            lines.append("Transfer-Encoding: chunked")
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        await self.writer.drain()

    async def _raw(self, step: Raw) -> None:
        size = step.step or max(1, len(step.data))
        for start in range(0, len(step.data), size):
            await self._send(step.data[start : start + size])
            if step.step:
                await asyncio.sleep(0)

    async def _event(self, delta: dict[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {
            "id": "chatcmpl-0",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "scripted",
            "choices": [choice],
        }
        await self._send(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    async def _send(self, data: bytes) -> None:
        if self.reply.chunked:
            data = f"{len(data):x}\r\n".encode() + data + b"\r\n"
        self.writer.write(data)
        await self.writer.drain()

    def _break_off(self, step: Reset | Vanish) -> None:
        if isinstance(step, Reset):
            plug = self.writer.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    """Read one request; None when the client leaves without one."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {
        name.lower(): value.strip()
        for name, separator, value in (line.partition(":") for line in lines)
        if separator
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, json.loads(body) if body else {})


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    with ScriptedModel(port=parser.parse_args().port) as server:
        print(f"Scripted model: {server.url}", flush=True)  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
