"""Where a running server says how commands reach it: ``server.json`` in the home."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "server.json"
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Server:
    """A server that holds a home."""

    url: str
    """Its address on this machine, without a slash at the end."""
    pid: int
    token: str
    """Secret by which it knows the commands of this user."""
    notes: tuple[str, ...] = ()
    """Folders it takes notes from."""

    @property
    def alive(self) -> bool:
        """Whether a process of that number exists."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


@contextmanager
def announced(home: Path, server: Server) -> Iterator[None]:
    """Write the file for as long as the block runs; only its owner can read it."""
    path, draft = home / NAME, home / f"{NAME}.{server.pid}"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(server), file)
    draft.replace(path)
    try:
        yield
    finally:
        if announcement(home) == server:
            with suppress(FileNotFoundError):
                path.unlink()


def announcement(home: Path) -> Server | None:
    """Return what the file says; None when there is none, or none that can be read."""
    try:
        values = json.loads((home / NAME).read_text(encoding="utf-8"))
        url, pid, token = str(values["url"]), int(values["pid"]), str(values["token"])
        notes = tuple(str(folder) for folder in values.get("notes", ()))
        return Server(url, pid, token, notes)
    except (OSError, ValueError, KeyError, TypeError):
        return None
