"""The folder of the database and the index."""

import stat
import sys
from pathlib import Path

DATABASE = "footnote.db"
INDEX = "index"
BACKUPS = "backups"
"""Folder of the backups that nobody asked for."""
QUESTIONS = "questions"
"""Folder of the question sets."""
EVALUATIONS = "evaluations"
"""Folder of what evaluations found."""
_PRIVATE = 0o700
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def prepared(home: Path) -> Path:
    """Make the home when it is not there, and see that it is private.

    Raises:
        HomeError: It cannot be made or used.
    """
    try:
        home.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise HomeNotAFolderError(home) from error
    except OSError as error:
        raise HomeUnusableError(home, error.strerror or str(error)) from error
    if sys.platform != "win32" and home.stat().st_mode & _OTHERS_MAY_WRITE:
        raise HomeOpenToOthersError(home)
    return home


def existing(home: Path) -> Path:
    """Return the home for a command that only reads.

    Raises:
        HomeError: It is not there or cannot be used.
    """
    if not (home / DATABASE).exists() and not has_been_used(home):
        raise EmptyHomeError(home)
    return prepared(home)


def has_backups(home: Path) -> bool:
    """Whether backups lie in the home."""
    return any(home.glob(f"{BACKUPS}/*.zip"))


def has_been_used(home: Path) -> bool:
    """Whether files beside the database tell that it held something before."""
    return has_backups(home) or any(home.glob(f"{INDEX}*/segments"))


class HomeError(RuntimeError):
    """The home cannot be used."""


class EmptyHomeError(HomeError):
    """Nothing has been taken in yet."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"There are no notes in {home} yet. "
            "Take some in first: `footnote --notes FOLDER ingest`."
        )


class HomeNotAFolderError(HomeError):
    """The home's path is a file."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"The home {home} is a file. Name a folder with --home.")


class HomeUnusableError(HomeError):
    """The home cannot be made."""

    def __init__(self, home: Path, reason: str) -> None:
        super().__init__(f"The home {home} cannot be made ({reason}). Name another with --home.")


class HomeOpenToOthersError(HomeError):
    """Other users could put files into the home."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"Other users of this machine may write to the home {home}. "
            f"Make it private first: chmod 700 {home}"
        )
