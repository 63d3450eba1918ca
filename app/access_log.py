"""One line in the log for each request."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ACCESS = logging.getLogger("footnote.access")


class AccessLog:
    """ASGI middleware: method, path, status and time of each request; never its query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, then log how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            ms = (time.perf_counter() - began) * 1000
            # A path may hold line breaks; quoted, it stays one line.
            _ACCESS.info("%s %r %d %.0f ms", scope["method"], scope["path"], status, ms)
