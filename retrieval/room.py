"""The room on a disk that an index needs before it is written."""

import shutil
from collections.abc import Callable
from pathlib import Path

from retrieval.index import IndexWithoutRoomError

LEAST_FREE = 64 * 2**20
"""Bytes. The engine maps its files: a page for which the disk has no room ends the process."""
Free = Callable[[Path], int]
"""Gives the bytes that are free where a path lies or is to lie."""


def free_bytes(place: Path) -> int:
    """Return the bytes that are free where ``place`` lies, or is to lie."""
    there = next(path for path in (place, *place.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def require_room(place: Path, free: Free) -> None:
    """Refuse to write below `LEAST_FREE`.

    Raises:
        IndexWithoutRoomError: The disk of ``place`` is nearly full.
    """
    left = free(place)
    if left < LEAST_FREE:
        raise IndexWithoutRoomError(str(place), LEAST_FREE, left)
