"""The notes folders as a sync reads them. It never writes."""

import os
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.ignoring import NAME, Rules
from ingest.listing import Found, Listing, NotesFolder, Walk, time_of, told_apart

_ATTEMPTS = 3
"""Times a file that changes while it is read is read again."""
_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
)
"""No link is followed, and no pipe waited for; not every platform has each of these."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A file's bytes as they were at one moment."""

    data: bytes
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """What lies at some places."""

    listing: Listing
    paths: frozenset[str]
    """Paths that notes at these places have, or had."""


class UnreadableNoteError(OSError):
    """A file that is a note cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}. Mend the file, then sync again.")


class NotesFolderError(OSError):
    """The notes folder itself cannot be read."""

    def __init__(self, folder: Path | str, reason: str) -> None:
        super().__init__(
            f"The notes folder {folder} cannot be read: {reason}. "
            "Nothing was changed; name another folder with --notes or FOOTNOTE_NOTES."
        )


class NotesFolderEmptiedError(NotesFolderError):
    """The notes folder holds nothing where notes were: its disk may not be there."""

    def __init__(self, folder: Path | str, known: int) -> None:
        super().__init__(
            folder,
            f"it holds no notes, though {known} were taken in before. If they are gone for good, "
            "say so with `footnote ingest --accept-deletions`; if a disk is missing, put it back "
            "and sync again",
        )


class Source:
    """Folders of notes. Ignored entries, links and special files are passed over."""

    def __init__(
        self,
        folders: Sequence[NotesFolder],
        most_bytes: int,
        rules: Rules | None = None,
        apart: Collection[Path] = (),
    ) -> None:
        """Read ``folders``.

        Args:
            folders: Where the notes are.
            most_bytes: Larger files are refused when they are read.
            rules: Which files are ignored, besides what the folders' own files say.
            apart: Folders that hold no notes although they may lie in a notes folder.
        """
        self.folders = tuple(folders)
        self._most_bytes = most_bytes
        self._rules = rules or Rules()
        self._roots = {each.folder.resolve() for each in folders}
        self._closed = self._roots | {each.resolve() for each in apart}

    @property
    def name(self) -> str:
        """The folders as a sentence names them."""
        return ", ".join(str(each.folder) for each in self.folders)

    def found(self) -> Listing:
        """List the notes.

        A folder that cannot be seen must not be taken for one whose notes were deleted: with
        several folders it is told in the listing, as one below a folder always is.

        Raises:
            NotesFolderError: None of the folders can be listed.
        """
        walk = Walk(self._rules, self._closed)
        for each in self.folders:
            walk.enter(each)
        if len(walk.lost) == len(self.folders):
            raise NotesFolderError(self.name, walk.lost[0])
        found = sorted(walk.found, key=lambda each: (each.path, each.file))
        return Listing(
            told_apart(found), tuple(walk.unseen), tuple(walk.passed_over), tuple(walk.emptied)
        )

    def look(self, changed: Collection[Path]) -> Look | None:
        """List what lies at some changed places only.

        Returns:
            None when that cannot be told from them alone: one is a folder, decides what is
            ignored, or cannot be looked at.
        """
        walk = Walk(self._rules, self._closed)
        paths: set[str] = set()
        try:
            if not all(each.folder.is_dir() for each in self.folders):
                return None
            for place in changed:
                holders = [each for each in self.folders if place.is_relative_to(each.folder)]
                if not holders:
                    continue
                if place.name == NAME or place.is_dir():
                    return None
                # A notes folder may lie in another one.
                holder = max(holders, key=lambda each: len(each.folder.parts))
                paths.add(walk.only(holder, place))
        except OSError:
            return None
        found = sorted(walk.found, key=lambda each: each.path)
        return Look(Listing(tuple(found)), frozenset(paths))

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

    def beside(self, found: Found, relative: str) -> bytes | None:
        """Return the bytes of another file of the same notes folder; None when there is none.

        Args:
            found: A note.
            relative: Path relative to the note's folder, with forward slashes.
        """
        wanted = (found.file.parent / relative).resolve()
        if not any(wanted.is_relative_to(root) for root in self._roots):
            return None
        try:
            return self.read(Found(relative, wanted, 0, 0)).data
        except OSError:
            return None

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
        return Contents(data, time_of(after)) if same and len(data) == after.st_size else None


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
