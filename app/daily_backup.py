"""A backup a day of what no sync can make again, while the server runs."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.backup import BackupError, manifest_of, write_backup
from app.db.errors import DatabaseError
from app.db.session import Database
from app.db.transfer import counted
from app.home import BACKUPS

_LOG = logging.getLogger(__name__)
KEPT = 7
EVERY = timedelta(days=1)
_BETWEEN_LOOKS_S = 600.0
_NAME = "auto-"


class DailyBackups:
    """Writes backups into the home and keeps the newest ones."""

    def __init__(
        self, database: Database, home: Path, clock: Callable[[], datetime] | None = None
    ) -> None:
        """Back ``database`` up into ``home``."""
        self._database = database
        self._home = home
        self._now = clock or _utc_now
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def files(self) -> list[Path]:
        """The backups that are there, the newest first."""
        return sorted((self._home / BACKUPS).glob(f"{_NAME}*.zip"), reverse=True)

    @property
    def latest(self) -> datetime | None:
        """When the newest usable backup was made; None when there is none."""
        for file in self.files:
            try:
                return datetime.fromisoformat(manifest_of(file).made)
            except (BackupError, ValueError):
                continue
        return None

    def write_if_due(self) -> bool:
        """Write a backup when a day has passed since the last; return whether one was written.

        Without any conversation there is nothing to lose.
        """
        latest, now = self.latest, self._now()
        if latest is not None and now - latest < EVERY:
            return False
        if not counted(self._database, ("conversation",))["conversation"]:
            return False
        folder = self._home / BACKUPS
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"{_NAME}{now:%Y%m%dT%H%M%S}.zip"
        write_backup(self._database, self._home, file, "conversations", force=True)
        for old in self.files[KEPT:]:
            old.unlink(missing_ok=True)
        return True

    def start(self) -> None:
        """Begin to look, now and every few minutes, whether a backup is due."""
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking, and wait for a backup that is being written."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self.write_if_due()
            except (BackupError, DatabaseError, OSError):
                # The next look tries again, and the page says how old the last one is.
                _LOG.exception("The daily backup could not be written.")
            if self._ended.wait(_BETWEEN_LOOKS_S):
                return


def _utc_now() -> datetime:
    return datetime.now(UTC)
