"""What is logged: one line per request without its query, and no secret anywhere."""

import logging
import sys
import time
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ACCESS = logging.getLogger("footnote.access")
_HIDDEN = "[hidden]"
_SHORTEST_SECRET = 4


class Redaction(logging.Formatter):
    """Formats a record, traceback included, with every known secret blotted out."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        # A secret of one or two letters would blot out half of the words.
        usable = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        self._secrets = sorted(usable, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line that is written."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return line


def configure(level: str, secrets: Collection[str]) -> None:
    """Send the program's log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redaction(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Libraries that tell every request they make, with its address.
    quiet = max(logging.WARNING, logging.getLogger().level)
    for chatty in ("httpx", "httpcore", "openai", "alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(quiet)


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
