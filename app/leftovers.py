"""Files and folders in the home that a process which was killed left behind."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from app.home import INDEX

_DRAFTS = (f"{INDEX}*.new", "server.json.*", "footnote.db.draft*", "backups/*.part")
_SET_ASIDE = ".damaged-"


def leftovers(home: Path, live: str) -> list[Path]:
    """Return what is of no use any more, in order.

    Args:
        home: The folder of database and index.
        live: Name of the index folder in use.
    """
    found = {each for pattern in _DRAFTS for each in home.glob(pattern)}
    for each in home.glob(f"{INDEX}*"):
        folder = each.name.removesuffix(".lock")
        if folder != live and _SET_ASIDE not in folder:
            found.add(each)
    return sorted(found)


def remove(paths: Iterable[Path]) -> None:
    """Take files and folders away; what is gone already is passed over."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
