"""The notes folder: which files are notes, and their bytes. It never writes."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ingest.formats import SUFFIXES

_ATTEMPTS = 3
"""Times a file that changes while it is read is read again."""
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
)
"""No link is followed, and no pipe waited for; not every platform has each of these."""
_FARTHEST_NS = 2**63 - 1
"""Farthest time from 1970 that is told apart: a file may carry one of the year 30000."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is a note."""

    path: str
    """Relative to the folder, with forward slashes; undecodable bytes written as ``\\xNN``."""
    file: Path
    size: int
    modified_ns: int
    """Between the years 1677 and 2262, whatever the file carries."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A file's bytes as they were at one moment."""

    data: bytes
    modified_ns: int


class UnreadableNoteError(OSError):
    """A file that is a note cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}. Mend the file, then sync again.")


class NotesFolderError(OSError):
    """The notes folder itself cannot be read."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The notes folder {folder} cannot be read: {reason}. "
            "Nothing was changed; name another folder with --notes or FOOTNOTE_NOTES."
        )


class NotesFolderEmptiedError(NotesFolderError):
    """The notes folder holds nothing where notes were: its disk may not be there."""

    def __init__(self, folder: Path, known: int) -> None:
        super().__init__(
            folder,
            f"it holds no notes, though {known} were taken in before. If they are gone for good, "
            "begin with a new home; if a disk is missing, put it back and sync again",
        )


class Source:
    """A folder of notes. Hidden entries, links and special files are passed over."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Read ``folder``; files over ``most_bytes`` are refused when they are read."""
        self.folder = folder
        self._most_bytes = most_bytes

    def found(self) -> list[Found]:
        """List the notes, by path.

        Raises:
            NotesFolderError: The folder, or one below it, cannot be listed; a folder that cannot be
                seen must not be taken for one whose notes were deleted.
        """
        try:
            found = sorted(self._walk(self.folder), key=lambda each: (each.path, each.file))
        except OSError as error:
            raise NotesFolderError(self.folder, error.strerror or str(error)) from error
        return _told_apart(found)

    def read(self, found: Found) -> Contents:
        """Read a note's bytes, all from one version of the file.

        Raises:
            UnreadableNoteError: It is gone, not permitted, too large, a link by now, or it changed
                each time it was read.
        """
        for _ in range(_ATTEMPTS):
            contents = self._attempt(found)
            if contents is not None:
                return contents
        raise UnreadableNoteError(found.path, "it keeps changing while it is read")

    def _walk(self, folder: Path) -> Iterator[Found]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(Path(entry.path))
                elif (
                    entry.is_file(follow_symlinks=False)
                    and Path(entry.name).suffix.lower() in SUFFIXES
                ):
                    status = entry.stat(follow_symlinks=False)
                    yield Found(
                        self._key(entry.path), Path(entry.path), status.st_size, _time_of(status)
                    )

    def _key(self, path: str) -> str:
        relative = os.fsencode(os.path.relpath(path, self.folder))
        return relative.decode("utf-8", "backslashreplace").replace(os.sep, "/")

    def _attempt(self, found: Found) -> Contents | None:
        """Read the file once; None when it changed meanwhile."""
        with _opened(found) as file:
            before = os.fstat(file.fileno())
            if before.st_size > self._most_bytes:
                raise UnreadableNoteError(
                    found.path,
                    f"it has {before.st_size:,} bytes and the limit is {self._most_bytes:,} "
                    "(FOOTNOTE_MAX_NOTE_BYTES)",
                )
            try:
                data = file.read(self._most_bytes + 1)
            except OSError as error:
                raise UnreadableNoteError(found.path, error.strerror or str(error)) from error
            after = os.fstat(file.fileno())
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return Contents(data, _time_of(after)) if same and len(data) == after.st_size else None


def _told_apart(found: list[Found]) -> list[Found]:
    """Give each file a path of its own: a name with bytes written out may spell another's."""
    paths = {each.path for each in found}
    if len(paths) == len(found):
        return found
    apart, taken = [], set[str]()
    for each in found:
        path = each.path
        while path in taken or (path != each.path and path in paths):
            path += "\\"
        taken.add(path)
        apart.append(replace(each, path=path))
    return sorted(apart, key=lambda each: each.path)


def _opened(found: Found) -> BinaryIO:
    """Open a plain file to be read; by now it may be a link, a folder or a pipe."""
    try:
        descriptor = os.open(found.file, _FLAGS)
    except OSError as error:
        raise UnreadableNoteError(found.path, error.strerror or str(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableNoteError(found.path, "it is not a plain file")
    return os.fdopen(descriptor, "rb")


def _time_of(status: os.stat_result) -> int:
    return min(max(status.st_mtime_ns, -_FARTHEST_NS), _FARTHEST_NS)
