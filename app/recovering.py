"""A damaged database replaced by one with everything that could be saved."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app.backup import BackupError, manifest_of, unpacked
from app.db.recovery import Recovery, recover
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from app.home import BACKUPS, DATABASE
from app.home_lock import held
from app.settings import Settings


def recovered(settings: Settings) -> Recovery:
    """Set the damaged database of a home aside and save what can be saved.

    Raises:
        IndexInUseError: Another process holds the home.
    """
    with held(settings.home):
        return recover(settings.home / DATABASE, _backups(settings.home))


def told(recovery: Recovery) -> str:
    """Return the sentences that say what was saved and what was lost."""
    filled = recovery.filled.get("conversation", 0), recovery.filled.get("turn", 0)
    parts = [
        f"The damaged database is kept as {recovery.aside}.",
        f"{recovery.conversations} conversations with {recovery.questions} questions were saved"
        + (
            f", {filled[0]} and {filled[1]} of them from the newest backup." if any(filled) else "."
        ),
        _loss(recovery),
        "The notes are read again.",
    ]
    return " ".join(parts)


def _loss(recovery: Recovery) -> str:
    if recovery.unreadable:
        return "Nothing in the file itself could be read."
    lost = sorted({*recovery.lost, *recovery.open_ended})
    if not lost:
        return "Nothing was lost."
    rows = [f"{_number(recovery, name)} of {name}" for name in lost]
    return f"Rows that could not be read: {', '.join(rows)}."


def _number(recovery: Recovery, name: str) -> str:
    known = recovery.lost.get(name, 0)
    if name not in recovery.open_ended:
        return str(known)
    return f"at least {known}" if known else "an unknown number"


def _backups(home: Path) -> Iterator[Database]:
    """Yield the databases of the backups in the home, the newest first."""
    found: list[tuple[str, Path]] = []
    for file in home.glob(f"{BACKUPS}/*.zip"):
        try:
            found.append((manifest_of(file).made, file))
        except BackupError:
            continue
    for _, file in sorted(found, reverse=True):
        try:
            with unpacked(file, home) as backup, closing(_opened(backup.database)) as database:
                yield database
        except BackupError:
            continue


def _opened(file: Path) -> Database:
    database = Database(sqlite_url(file))
    migrate(database)
    return database
