"""Server-sent events over one reply: whole frames, a sign of life, and an end when nobody reads."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HEARTBEAT_S = 15.0
_HEARTBEAT = b": still here\n\n"
_MOST_WAITING = 64


def frame(event: str, data: Mapping[str, Any]) -> bytes:
    """Return one event as it is sent; JSON keeps every line break inside the data line."""
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()


class EventStream(Response):
    """Sends frames as they come.

    The generator runs in one task from its first step to its last. When the reader leaves, the
    task is cancelled and the generator closed before the reply ends.
    """

    media_type = "text/event-stream"

    def __init__(
        self, frames: AsyncGenerator[bytes, None], heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers({"x-accel-buffering": "no"})
        self._frames = frames
        self._heartbeat_s = heartbeat_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the frames, and stop making them when the connection closes."""
        del scope
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_MOST_WAITING)
        making = asyncio.create_task(self._make(queue))
        leaving = asyncio.create_task(_left(receive))
        try:
            await send(start)
            await self._send(queue, leaving, send)
        finally:
            leaving.cancel()
            making.cancel()
            await asyncio.gather(making, leaving, return_exceptions=True)
        if not making.cancelled():
            making.result()

    async def _make(self, queue: asyncio.Queue[bytes | None]) -> None:
        try:
            async with aclosing(self._frames) as frames:
                async for ready in frames:
                    await queue.put(ready)
        finally:
            # Cancelled means that nobody reads: then nobody waits for the end either.
            if not _cancelled():
                await queue.put(None)

    async def _send(
        self, queue: asyncio.Queue[bytes | None], leaving: asyncio.Task[None], send: Send
    ) -> None:
        while True:
            waiting = asyncio.create_task(queue.get())
            done, _ = await asyncio.wait(
                {waiting, leaving},
                timeout=self._heartbeat_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if leaving in done:
                waiting.cancel()
                return
            if waiting in done:
                ready = waiting.result()
            else:
                waiting.cancel()
                ready = _HEARTBEAT
            if ready is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            await send({"type": "http.response.body", "body": ready, "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
