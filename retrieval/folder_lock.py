"""A folder held by one process at a time, until it lets go or dies."""

import os
import sys
from pathlib import Path
from typing import Self


class FolderLock:
    """An open lock file beside a folder. The system frees it when the process ends."""

    def __init__(self, descriptor: int) -> None:
        """Keep an open, locked file; use `take`."""
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Lock ``folder`` without waiting. The file beside it stays when the lock is gone.

        Raises:
            BlockingIOError: Another process, or another lock of this one, holds it.
        """
        path = folder.with_name(f"{folder.name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise BlockingIOError(str(path)) from error
        return cls(descriptor)

    def free(self) -> None:
        """Let go; a second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
