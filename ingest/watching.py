"""Tells which places of the notes folders changed. The only door to `watchfiles`."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from watchfiles import Change, watch

_LOG = logging.getLogger(__name__)
_QUIET_MS = 60
"""So long nothing may change before changes are told."""
_LONGEST_MS = 400
"""Changes that go on are told this often."""
_LOOK_MS = 2_000
"""How often it is seen whether the folders are still the same ones."""
_POLL_MS = 2_000
"""How often folders are looked through where the system tells of no changes."""
_AGAIN_S = 2.0
"""Wait before a folder that could not be watched is tried again."""
_EVERYTHING_S = 600.0
"""How often everything is looked at all the same: network drives tell nothing."""

Identity = tuple[int, int] | None


class Watch:
    """Follows folders in a thread of its own, from `start` until `close`."""

    def __init__(
        self,
        folders: Sequence[Path],
        on_change: Callable[[frozenset[Path]], None],
        apart: Collection[Path] = (),
    ) -> None:
        """Follow ``folders``.

        Args:
            folders: The notes folders.
            on_change: Told the places that changed, many at a time; none means that anything may
                have. It is called from the thread and must not block for long.
            apart: Folders whose changes concern nobody, such as the home.
        """
        self._folders = tuple(folders)
        self._on_change = on_change
        self._real = {folder.resolve(): folder for folder in folders}
        self._apart = [str(each.resolve()) for each in apart]
        self._stop = threading.Event()
        self._polling: bool | None = None
        self._thread = threading.Thread(target=self._follow, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to follow, if there is a folder to follow."""
        if self._folders:
            self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _follow(self) -> None:
        before = self._identities()
        while not self._stop.is_set():
            there = [folder for folder in self._folders if folder.is_dir()]
            now = self._identities()
            if there and now != before:
                self._on_change(frozenset())
            before = now
            try:
                if there:
                    self._watch(there)
            except (OSError, RuntimeError) as error:
                _LOG.warning("Folders cannot be watched (%s); they are looked through.", error)
                self._polling = True
                self._on_change(frozenset())
            self._stop.wait(_AGAIN_S)

    def _watch(self, folders: Sequence[Path]) -> None:
        """Follow ``folders`` until one of the notes folders comes, goes or is another one."""
        before = self._identities()
        everything = time.monotonic() + _EVERYTHING_S
        for changes in watch(
            *folders,
            watch_filter=self._concerns,
            debounce=_LONGEST_MS,
            step=_QUIET_MS,
            stop_event=self._stop,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=self._polling,
            poll_delay_ms=_POLL_MS,
            ignore_permission_denied=True,
        ):
            if changes:
                self._on_change(frozenset(self._as_given(Path(place)) for _, place in changes))
            if self._identities() != before:
                return
            if time.monotonic() > everything:
                everything = time.monotonic() + _EVERYTHING_S
                self._on_change(frozenset())

    def _identities(self) -> list[Identity]:
        return [_identity(folder) for folder in self._folders]

    def _concerns(self, change: Change, place: str) -> bool:
        del change
        return not any(place.startswith(folder) for folder in self._apart)

    def _as_given(self, place: Path) -> Path:
        """Name a place by the folder as it was given: a system may tell its real path."""
        for real, given in self._real.items():
            if place.is_relative_to(real):
                return given / place.relative_to(real)
        return place


def _identity(folder: Path) -> Identity:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
