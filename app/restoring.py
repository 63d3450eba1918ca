"""A home made again from a backup."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.backup import SETTINGS, Manifest, Unpacked, unpacked, write_backup
from app.db.schema import migrate
from app.db.session import Database, sqlite_url
from app.db.soundness import IDENTITY
from app.db.transfer import OF_CONVERSATIONS, copy, counted
from app.home import BACKUPS, DATABASE, QUESTIONS, prepared
from app.home_lock import held
from app.settings import Settings
from app.wiring import Services, build
from ingest.report import Progress, Report
from ingest.source import NotesFolderError

_OF_THE_HOME = (
    IDENTITY,
    "index.folder",
    "qdrant_collection",
    "vectors.fingerprint",
    "vectors.model",
    "vectors.settled",
    "vectors.weights",
)
"""State of the place, and not of what is kept there."""
_OF_THE_INDEX = (
    "lexical.average_length",
    "lexical.terms",
    "lexical.version",
    "lexical.counting",
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    saved: Path | None
    """Backup of what was there before."""
    report: Report | None
    """The sync afterwards; None when no notes folder could be read."""
    missing: str
    """Why the notes folders could not be read; empty when they could."""


def restore(
    settings: Settings,
    file: Path,
    on_progress: Callable[[Progress], None],
    *,
    force: bool = False,
) -> Restored:
    """Put what a backup holds into the home, make the index again, and take the notes in.

    Notes whose files were deleted since the backup are taken out again, however many they are.

    Args:
        settings: Where the home is, and which databases it uses.
        file: The backup.
        on_progress: Told how far the index and the sync are.
        force: Replace what is in the home, once a backup of it is made.

    Raises:
        BackupError: The file cannot be used, or the home holds something.
        IndexInUseError: Another process holds the home.
    """
    home = prepared(settings.home)
    with unpacked(file, home) as backup:
        saved = _put_back(settings, home, backup, force=force)
    with build(settings) as services:
        total = services.catalog.totals().points
        services.rebuilding.beside(lambda done: on_progress(Progress(done, total, done, "")))
        report, missing = _taken_in(services, on_progress)
    return Restored(backup.manifest, saved, report, missing)


def _put_back(settings: Settings, home: Path, backup: Unpacked, *, force: bool) -> Path | None:
    saved = None
    with held(home) if not settings.qdrant_url else nullcontext():
        with _database(settings) as target, _read(backup) as source:
            if any(counted(target, (*OF_CONVERSATIONS[:-1], "note")).values()):
                if not force:
                    raise HomeNotEmptyError(home)
                saved = _saved(target, home)
            partial = backup.manifest.extent == "conversations"
            copy(
                source,
                target,
                OF_CONVERSATIONS if partial else (),
                (*_OF_THE_HOME, *_OF_THE_INDEX) if partial else _OF_THE_HOME,
            )
        if backup.settings is not None:
            _put_file_back(backup.settings, home / SETTINGS, force=force)
        for questions in backup.questions:
            (home / QUESTIONS).mkdir(mode=0o700, exist_ok=True)
            _put_file_back(questions, home / QUESTIONS / questions.name, force=force)
    return saved


def _put_file_back(file: Path, place: Path, *, force: bool) -> None:
    if place.exists() and not force:
        return
    draft = place.with_name(f"{place.name}.draft")
    shutil.copyfile(file, draft)
    draft.chmod(0o600)
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.replace(place)


def _saved(database: Database, home: Path) -> Path:
    folder = home / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    file = folder / f"before-restore-{moment}.zip"
    write_backup(database, home, file, force=True)
    return file


def _taken_in(
    services: Services, on_progress: Callable[[Progress], None]
) -> tuple[Report | None, str]:
    if services.source() is None:
        return None, "no notes folder is known"
    try:
        # Asked for first, because it refuses folders that are empty for want of a disk.
        services.sync().plan()
        return services.sync().run(on_progress, accept_deletions=True), ""
    except NotesFolderError as error:
        return None, str(error)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url or sqlite_url(settings.home / DATABASE))
    try:
        migrate(database)
        yield database
    finally:
        database.close()


@contextmanager
def _read(backup: Unpacked) -> Iterator[Database]:
    """Open the unpacked database, brought to the newest schema."""
    database = Database(sqlite_url(backup.database))
    try:
        migrate(database)
        yield database
    finally:
        database.close()


class HomeNotEmptyError(RuntimeError):
    """A restore would replace what is there."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"The home {home} holds notes or conversations already. Restore into an empty one "
            "(--home DIR), or replace what is there with --force: a backup of it is made first."
        )
