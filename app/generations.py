"""Which index is in use: the one that the catalogue names. Others are built beside it."""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from app.home import INDEX
from app.leftovers import leftovers, remove
from retrieval.edge import EdgeIndex
from retrieval.index import ChunkIndex, IndexDamagedError

_FOLDER = "index.folder"
"""State of the catalogue: name of the folder of the index in use."""


class State(Protocol):
    """Values that the catalogue remembers."""

    def state(self, key: str) -> str | None:
        """Return a remembered value."""
        ...

    def remember(self, key: str, value: str) -> None:
        """Store a value."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """The index in use."""

    index: ChunkIndex
    damage: str = ""
    """Why the one before was set aside; this one is then empty."""


@dataclass(frozen=True, slots=True)
class Built:
    """An index that is built beside the one in use."""

    name: str
    index: ChunkIndex


class Generations(Protocol):
    """The index in use, and the ones that follow it."""

    @property
    def live(self) -> str:
        """Name of the index in use."""
        ...

    def open(self) -> Opened:
        """Open the index in use; a damaged one is set aside, and a new one is there instead."""
        ...

    def begin(self) -> Built:
        """Make an empty index beside the one in use."""
        ...

    def adopt(self, built: Built) -> None:
        """Make ``built`` the index in use, for now and for whoever opens it later."""
        ...

    def drop(self, name: str) -> None:
        """Take an index away that is not in use."""
        ...


class EmbeddedGenerations:
    """Folders in the home; one process holds them all."""

    def __init__(
        self, home: Path, catalog: State, clock: Callable[[], datetime] | None = None
    ) -> None:
        """Keep indexes in ``home``, and the name of the one in use in ``catalog``."""
        self._home = home
        self._catalog = catalog
        self._now = clock or _utc_now

    @property
    def live(self) -> str:
        """Name of the folder in use."""
        return self._catalog.state(_FOLDER) or INDEX

    def open(self) -> Opened:
        """Open the folder in use; a damaged one is set aside, and a new one is there instead.

        Raises:
            IndexInUseError: Another process holds it.
        """
        folder = self._home / self.live
        remove(leftovers(self._home, self.live))
        if folder.exists() and not folder.is_dir():
            self._set_aside(folder)
            return Opened(EdgeIndex.open(folder), "a file stood in its place")
        try:
            return Opened(EdgeIndex.open(folder))
        except IndexDamagedError as error:
            self._set_aside(folder)
            return Opened(EdgeIndex.open(folder), error.reason)

    def begin(self) -> Built:
        """Make an empty folder beside the one in use."""
        name = f"{INDEX}-{secrets.token_hex(4)}"
        return Built(name, EdgeIndex.open(self._home / name))

    def adopt(self, built: Built) -> None:
        """Make ``built`` the folder in use."""
        self._catalog.remember(_FOLDER, built.name)

    def drop(self, name: str) -> None:
        """Take a folder away that is not in use."""
        shutil.rmtree(self._home / name, ignore_errors=True)
        (self._home / f"{name}.lock").unlink(missing_ok=True)

    def _set_aside(self, folder: Path) -> None:
        """Keep a damaged folder under another name, and no earlier one."""
        remove(self._home.glob(f"{INDEX}.damaged-*"))
        moment = self._now().strftime("%Y%m%dT%H%M%S")
        folder.rename(self._home / f"{INDEX}.damaged-{moment}")


def _utc_now() -> datetime:
    return datetime.now(UTC)
