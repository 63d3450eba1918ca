"""A home held by one process, on one machine.

A lock of the system tells processes of one machine apart, and often those of several. On a network
drive it may not; so whoever holds the home also writes a lease beside the lock, and renews it. A
lease of another machine that is not older than `LEASE_S` is respected.
"""

import json
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from app.home import HomeError
from retrieval.folder_lock import FolderLock
from retrieval.index import IndexInUseError

LOCKED = "home"
"""Name beside which the lock file stands: ``home.lock``."""
LEASE = "home.lease"
LEASE_S = 60.0
_RENEWED_EVERY_S = 15.0
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a home."""

    host: str
    boot: str
    """Id of the running system; containers of one machine share it. Empty when unknown."""
    pid: int

    def is_elsewhere(self, other: "Holder") -> bool:
        """Whether ``other`` runs on another machine, which this one's locks do not reach."""
        same_boot = bool(self.boot) and self.boot == other.boot
        return self.host != other.host and not same_boot


def this_process() -> Holder:
    """Return this process as a holder."""
    boot = ""
    with suppress(OSError):
        boot = _BOOT.read_text(encoding="ascii").strip()
    return Holder(platform.node(), boot, os.getpid())


@contextmanager
def held(home: Path, holder: Holder | None = None) -> Iterator[None]:
    """Hold ``home`` for as long as the block runs.

    Args:
        home: The folder of database and index.
        holder: Who holds it; this process when None.

    Raises:
        IndexInUseError: Another process holds it.
        HeldElsewhereError: Another machine holds it.
    """
    try:
        lock = FolderLock.take(home / LOCKED)
    except BlockingIOError as error:
        raise IndexInUseError(str(home)) from error
    try:
        with _leased(home / LEASE, holder or this_process()):
            yield
    finally:
        lock.free()


@contextmanager
def _leased(lease: Path, holder: Holder) -> Iterator[None]:
    other = _read(lease)
    if other is not None and holder.is_elsewhere(other) and _age_s(lease) < LEASE_S:
        raise HeldElsewhereError(lease, other)
    lease.write_text(json.dumps(asdict(holder)), encoding="utf-8")
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(lease, ended), name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        lease.unlink(missing_ok=True)


def _renew(lease: Path, ended: threading.Event) -> None:
    while not ended.wait(_RENEWED_EVERY_S):
        with suppress(OSError):
            os.utime(lease)


def _read(lease: Path) -> Holder | None:
    try:
        values = json.loads(lease.read_text(encoding="utf-8"))
        return Holder(str(values["host"]), str(values["boot"]), int(values["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _age_s(lease: Path) -> float:
    """Return how old the lease is, by the clock of the disk it lies on."""
    now = lease.with_name(f"{lease.name}.{os.getpid()}")
    try:
        now.touch()
        return now.stat().st_mtime - lease.stat().st_mtime
    finally:
        now.unlink(missing_ok=True)


class HeldElsewhereError(HomeError):
    """A process of another machine holds the home."""

    def __init__(self, lease: Path, other: Holder) -> None:
        super().__init__(
            f"The home {lease.parent} is held by process {other.pid} of the machine {other.host}. "
            f"Stop it there; if it died, wait {LEASE_S:.0f} seconds. A home belongs on a disk of "
            "one machine.",
        )
