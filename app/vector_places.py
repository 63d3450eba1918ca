"""Where the vectors of each model lie: a folder of the home for each fingerprint."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.leftovers import remove
from retrieval.index import IndexDamagedError
from retrieval.room import Free, free_bytes
from retrieval.vector_index import VectorIndex

VECTORS = "vectors"
_SET_ASIDE = f"{VECTORS}.damaged-"


@dataclass(frozen=True, slots=True)
class OpenedVectors:
    """The vectors of one model."""

    vectors: VectorIndex
    damage: str = ""
    """Why those before were set aside; these are then none."""


class VectorPlaces(Protocol):
    """The vectors of several models, each under its fingerprint."""

    def open(self, fingerprint: str, dimension: int) -> OpenedVectors:
        """Open the vectors of a model, none at first; damaged ones are set aside.

        Raises:
            IndexUnusableError: They cannot be used now.
        """
        ...

    def adopt(self, fingerprint: str) -> None:
        """Say that these are the ones that answer."""
        ...

    def others(self, kept: Collection[str]) -> list[str]:
        """Name what is there of models other than ``kept``."""
        ...

    def drop_others(self, kept: Collection[str]) -> None:
        """Take away what `others` names."""
        ...


class HomeVectors:
    """Folders in the home; one process holds them all."""

    def __init__(
        self,
        home: Path,
        clock: Callable[[], datetime] | None = None,
        free: Free = free_bytes,
    ) -> None:
        """Keep vectors in ``home``, on whose disk ``free`` tells the room."""
        self._home = home
        self._free = free
        self._now = clock or _utc_now

    def open(self, fingerprint: str, dimension: int) -> OpenedVectors:
        """Open a folder; a damaged one is set aside, and an empty one is there instead.

        Raises:
            IndexInUseError: Another process holds it.
            IndexWithoutRoomError: The disk is nearly full.
        """
        # A program without a model does without numpy.
        from retrieval.edge_vectors import EdgeVectors  # noqa: PLC0415

        folder = self._home / _name(fingerprint)
        if folder.exists() and not folder.is_dir():
            self._set_aside(folder)
            return OpenedVectors(
                EdgeVectors.open(folder, dimension, self._free), "a file stood in its place"
            )
        try:
            return OpenedVectors(EdgeVectors.open(folder, dimension, self._free))
        except IndexDamagedError as error:
            self._set_aside(folder)
            return OpenedVectors(EdgeVectors.open(folder, dimension, self._free), error.reason)

    def adopt(self, fingerprint: str) -> None:
        """Do nothing: the catalogue remembers which folder answers."""

    def others(self, kept: Collection[str]) -> list[str]:
        """Name folders, their locks, and drafts that a crash left."""
        return [str(path) for path in self._others(kept)]

    def drop_others(self, kept: Collection[str]) -> None:
        """Take away what `others` names."""
        remove(self._others(kept))

    def _others(self, kept: Collection[str]) -> list[Path]:
        wanted = {_name(fingerprint) for fingerprint in kept}
        return [
            path
            for path in sorted(self._home.glob(f"{VECTORS}-*"))
            if path.name.removesuffix(".lock") not in wanted
        ]

    def _set_aside(self, folder: Path) -> None:
        """Keep damaged vectors under another name, and no earlier ones."""
        remove(self._home.glob(f"{_SET_ASIDE}*"))
        folder.rename(self._home / f"{_SET_ASIDE}{self._now().strftime('%Y%m%dT%H%M%S')}")


def _name(fingerprint: str) -> str:
    return f"{VECTORS}-{fingerprint}"


def _utc_now() -> datetime:
    return datetime.now(UTC)
