"""Server-sent events over a real socket."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncGenerator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message

from app.event_stream import EventStream, frame
from tests.app.live_server import live, raw


class Frames:
    """Makes frames and remembers how it ended."""

    def __init__(self, *pauses: float, count: int = 3, error: bool = False) -> None:
        self.pauses = pauses
        self.count = count
        self.error = error
        self.ended = ""

    async def make(self) -> AsyncGenerator[bytes, None]:
        self.ended = "left"
        try:
            for number in range(self.count):
                yield frame("token", {"n": number})
                for pause in self.pauses:
                    await asyncio.sleep(pause)
            if self.error:
                raise ValueError("broken")
            self.ended = "done"
        finally:
            await asyncio.sleep(0)
            self.ended += ", closed"


def application(frames: Frames, heartbeat_s: float = 15.0) -> Starlette:
    async def stream(request: Request) -> EventStream:
        del request
        return EventStream(frames.make(), heartbeat_s)

    return Starlette(routes=[Route("/", stream)])


def test_frame_keeps_line_breaks_and_every_character_inside_its_data_line() -> None:
    data = {"text": "a\nb\r\n\u2028 甲 \ud800"}
    lines = frame("token", data).split(b"\n")
    assert lines[0] == b"event: token"
    assert json.loads(lines[1].removeprefix(b"data: ")) == data
    assert lines[2:] == [b"", b""]


def test_frames_arrive_whole_and_the_reply_ends() -> None:
    frames = Frames()
    with live(application(frames)) as port:
        reply = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert "content-length" not in reply.headers
    assert reply.content == b"".join(frame("token", {"n": number}) for number in range(3))
    assert frames.ended == "done, closed"


def test_silence_is_filled_with_signs_of_life() -> None:
    with live(application(Frames(0.12, count=2), heartbeat_s=0.05)) as port:
        content = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).content
    comments = content.count(b": still here\n\n")
    assert comments >= 2
    assert content.replace(b": still here\n\n", b"") == b"".join(
        frame("token", {"n": number}) for number in range(2)
    )


@pytest.mark.parametrize("pause", [30.0, 0.0])
def test_reader_who_leaves_closes_the_generator_at_once(pause: float) -> None:
    frames = Frames(pause, count=10_000_000)
    with live(application(frames)) as port:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(100)
        connection.close()
        until = time.monotonic() + 2
        while "closed" not in frames.ended and time.monotonic() < until:
            time.sleep(0.01)
        assert frames.ended == "left, closed"


def test_generator_that_breaks_ends_the_reply() -> None:
    frames = Frames(error=True)
    with live(application(frames)) as port:
        content = raw(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert content.count(b"event: token") == 3
    assert frames.ended == "left, closed"


def test_cancelled_reply_with_a_full_queue_does_not_hang() -> None:
    frames = Frames(count=1_000_000)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) > 2:
            await asyncio.Event().wait()

    async def scenario() -> None:
        reply = asyncio.create_task(EventStream(frames.make())({"type": "http"}, receive, send))
        await asyncio.sleep(0.05)
        reply.cancel()
        await asyncio.wait({reply}, timeout=2)
        assert reply.cancelled()

    asyncio.run(scenario())
    assert frames.ended == "left, closed"
