"""A backup: one zip of a manifest, settings, question sets and a database of its own."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from app.db.schema import HEAD, migrate
from app.db.session import Database, sqlite_url
from app.db.transfer import OF_CONVERSATIONS, copy
from app.home import QUESTIONS
from app.question_sets import is_set_file, set_files
from app.version import VERSION

FORMAT = 1
DATABASE = "footnote.db"
SETTINGS = "footnote.toml"
MANIFEST = "manifest.json"
_PRIVATE = 0o600
_BLOCK = 1 << 20
Extent = Literal["everything", "conversations"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    extent: Extent
    footnote: str
    """Version of the program that made it."""
    schema: str
    """Schema of its database."""
    made: str
    """ISO 8601, UTC."""
    counts: Mapping[str, int]
    """Rows of each table."""
    digests: Mapping[str, str]
    """SHA-256 of each file in it, hexadecimal."""


def write_backup(
    database: Database,
    home: Path,
    file: Path,
    extent: Extent = "everything",
    *,
    force: bool = False,
) -> Manifest:
    """Write a backup; the database may be read and written meanwhile.

    Args:
        database: What is copied, as of one moment.
        home: Where the settings file may be.
        file: What is written; it is there whole or not at all.
        extent: All tables, or only those that no sync can make again.
        force: Whether an existing file may be replaced.

    Raises:
        BackupExistsError: The file is there.
        BackupUnwritableError: It cannot be written.
    """
    if file.exists() and not force:
        raise BackupExistsError(file)
    try:
        with tempfile.TemporaryDirectory(prefix=".footnote-backup-", dir=file.parent) as folder:
            return _written(database, home, file, extent, Path(folder))
    except OSError as error:
        raise BackupUnwritableError(file, error.strerror or str(error)) from error


def _written(database: Database, home: Path, file: Path, extent: Extent, folder: Path) -> Manifest:
    names = OF_CONVERSATIONS if extent == "conversations" else ()
    target = Database(sqlite_url(folder / DATABASE))
    try:
        migrate(target)
        counts = copy(database, target, names)
    finally:
        target.close()
    if (home / SETTINGS).is_file():
        shutil.copyfile(home / SETTINGS, folder / SETTINGS)
    (folder / QUESTIONS).mkdir()
    for path in set_files(home / QUESTIONS):
        shutil.copyfile(path, folder / QUESTIONS / path.name)
    parts = [part for part in (folder / DATABASE, folder / SETTINGS) if part.exists()]
    parts += set_files(folder / QUESTIONS)
    manifest = Manifest(
        format=FORMAT,
        extent=extent,
        footnote=VERSION,
        schema=HEAD,
        made=datetime.now(UTC).isoformat(),
        counts=counts,
        digests={part.relative_to(folder).as_posix(): _digest(part) for part in parts},
    )
    draft = folder / file.name
    _zip(draft, manifest, parts)
    draft.replace(file)
    _flush_folder(file.parent)
    return manifest


def _zip(draft: Path, manifest: Manifest, parts: list[Path]) -> None:
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "w+b") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            for part in parts:
                archive.write(part, part.relative_to(draft.parent).as_posix())
        raw.flush()
        os.fsync(raw.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a renaming last; not every platform opens folders."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(part: Path) -> str:
    with part.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup whose digests are right, in a folder of its own."""

    manifest: Manifest
    database: Path
    settings: Path | None
    questions: tuple[Path, ...]
    """Files of question sets."""


@contextmanager
def unpacked(file: Path, beside: Path) -> Iterator[Unpacked]:
    """Unpack a backup for as long as the block runs.

    Args:
        file: The backup.
        beside: Folder in which it is unpacked.

    Raises:
        BackupUnreadableError: It is no backup, or damaged.
        BackupTooNewError: A later version of the program made it.
    """
    with tempfile.TemporaryDirectory(prefix=".footnote-restore-", dir=beside) as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                manifest = _manifest_in(archive, file)
                for name in manifest.digests:
                    _extract(archive, name, Path(folder))
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            if isinstance(error, BackupError):
                raise
            raise BackupUnreadableError(file, str(error) or type(error).__name__) from error
        for name, digest in manifest.digests.items():
            if _digest(Path(folder, name)) != digest:
                raise BackupUnreadableError(file, f"{name} in it is damaged")
        yield Unpacked(
            manifest,
            database=Path(folder, DATABASE),
            settings=next(iter(Path(folder).glob(SETTINGS)), None),
            questions=tuple(set_files(Path(folder, QUESTIONS))),
        )


def manifest_of(file: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        BackupUnreadableError: It is no backup.
        BackupTooNewError: A later version of the program made it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _manifest_in(archive, file)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise BackupUnreadableError(file, str(error) or type(error).__name__) from error


def _manifest_in(archive: zipfile.ZipFile, file: Path) -> Manifest:
    manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    if manifest.format > FORMAT or manifest.schema > HEAD:
        raise BackupTooNewError(file, manifest)
    sets = {name for name in manifest.digests if _is_question_set(name)}
    if not {DATABASE} <= manifest.digests.keys() <= {DATABASE, SETTINGS, *sets}:
        raise BackupUnreadableError(file, "its manifest names other files than a backup has")
    return manifest


def _is_question_set(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder == QUESTIONS and is_set_file(file)


def _extract(archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with archive.open(name) as packed, os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(packed, target, _BLOCK)


class BackupError(RuntimeError):
    """A backup cannot be written or used."""


class BackupExistsError(BackupError):
    """Something stands where the backup is to be written."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already. Name another file, or replace it with --force.")


class BackupUnwritableError(BackupError):
    """The backup cannot be written."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"The backup {file} cannot be written ({reason}). Nothing was left there; "
            "check free space and permissions of its folder and try again."
        )


class BackupUnreadableError(BackupError):
    """The file is no backup that can be used."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"{file} is no backup of Footnote that can be used ({reason}). Nothing was changed; "
            "name another one."
        )


class BackupTooNewError(BackupError):
    """A later version of the program made the backup."""

    def __init__(self, file: Path, manifest: Manifest) -> None:
        super().__init__(
            f"{file} was made by a newer Footnote ({manifest.footnote}, schema {manifest.schema}; "
            f"this one is {VERSION} and knows up to {HEAD}). Nothing was changed; install the "
            "newer Footnote."
        )
