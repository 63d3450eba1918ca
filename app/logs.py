"""Where the log goes, and that no secret stands in it."""

import logging
import sys
from collections.abc import Collection

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
    # Libraries that tell every request they make, with its address, or every change of a file.
    quiet = max(logging.WARNING, logging.getLogger().level)
    for chatty in ("httpx", "httpcore", "openai", "alembic", "uvicorn.error", "watchfiles"):
        logging.getLogger(chatty).setLevel(quiet)
