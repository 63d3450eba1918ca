"""The notes folders and the files in them that are notes."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.formats import SUFFIXES
from ingest.ignoring import Rules, is_conflict_copy
from ingest.report import Failure

_FARTHEST_NS = 2**63 - 1
"""Farthest time from 1970 that is told apart: a file may carry one of the year 30000."""
_PARTS = ("_files", ".files", "_文件")
"""What browsers add to a page's name for the folder of its frames, pictures and scripts."""
_DEEPEST = 200
"""Folders below each other that are read; deeper ones are reported."""


@dataclass(frozen=True, slots=True)
class NotesFolder:
    """One folder of notes."""

    folder: Path
    label: str = ""
    """What the paths of its notes begin with; empty when it is the only folder."""

    def path(self, relative: str) -> str:
        """Return the path of a note by its path inside the folder."""
        return f"{self.label}/{relative}" if self.label else relative


def notes_folders(folders: Sequence[Path]) -> tuple[NotesFolder, ...]:
    """Name each folder: one alone needs no label, several have their names, made distinct."""
    distinct = tuple(dict.fromkeys(folders))
    if len(distinct) == 1:
        return (NotesFolder(distinct[0]),)
    found: list[NotesFolder] = []
    taken: set[str] = set()
    for folder in distinct:
        name = os.fsencode(folder.name or "notes").decode("utf-8", "backslashreplace")
        label, number = name, 1
        while label in taken:
            number += 1
            label = f"{name}-{number}"
        taken.add(label)
        found.append(NotesFolder(folder, label))
    return tuple(found)


def holder(folders: Sequence[NotesFolder], path: str) -> tuple[Path, str] | None:
    """Return the folder that holds a note or a file beside it, and its path in there."""
    for each in folders:
        if not each.label:
            return each.folder, path
        if path.startswith(f"{each.label}/"):
            return each.folder, path[len(each.label) + 1 :]
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is a note."""

    path: str
    """Relative to its notes folder, with forward slashes; undecodable bytes written as ``\\xNN``.
    With several folders, the folder's label stands before it."""
    file: Path
    size: int
    modified_ns: int
    """Between the years 1677 and 2262, whatever the file carries."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the notes folders hold."""

    found: tuple[Found, ...] = ()
    """By path."""
    unseen: tuple[Failure, ...] = ()
    """Folders that could not be listed: what is known below them stays."""
    passed_over: tuple[Failure, ...] = ()
    """Links and special files where a note could stand."""
    emptied: tuple[str, ...] = ()
    """What the paths of a notes folder begin with, for each one that holds no note: its disk may be
    missing."""


class Walk:
    """Collects what the folders hold."""

    def __init__(self, rules: Rules, closed: Collection[Path]) -> None:
        self._rules = rules
        self._closed = closed
        self.found: list[Found] = []
        self.unseen: list[Failure] = []
        self.passed_over: list[Failure] = []
        self.emptied: list[str] = []
        self.lost: list[str] = []
        """Why a notes folder itself could not be listed."""

    def enter(self, place: NotesFolder) -> None:
        """List one notes folder."""
        before, found = len(self.unseen), len(self.found)
        self._list(place, str(place.folder), self._rules, 0)
        if len(self.found) == found:
            self.emptied.append(place.path(""))
        for failure in self.unseen[before:]:
            if failure.path == place.path(""):
                self.lost.append(failure.reason)

    def only(self, place: NotesFolder, file: Path) -> str:
        """List one file, if it is a note; return the path that a note there has.

        Raises:
            OSError: It cannot be looked at.
        """
        rules, depth = self._rules, 0
        path = place.path(_relative(str(file), place.folder))
        folder = place.folder
        rules = rules.below(str(folder), "")
        for part in file.relative_to(folder).parts[:-1]:
            folder, depth = folder / part, depth + 1
            relative = _relative(str(folder), place.folder)
            if folder.is_symlink() or rules.ignores(relative, part, folder=True):
                return path
            if depth > _DEEPEST or folder.resolve() in self._closed:
                return path
            if belongs_to_a_page(str(folder)):
                return path
            rules = rules.below(str(folder), f"{relative}/")
        if file.is_symlink() or not file.is_file() or _ending(file.name) not in SUFFIXES:
            return path
        if not rules.ignores(_relative(str(file), place.folder), file.name, folder=False):
            status = file.lstat()
            self.found.append(Found(path, file, status.st_size, time_of(status)))
        return path

    def _list(self, place: NotesFolder, folder: str, rules: Rules, depth: int) -> None:
        relative = "" if depth == 0 else _relative(folder, place.folder) + "/"
        try:
            if depth > _DEEPEST:
                raise OSError(f"it lies more than {_DEEPEST} folders deep")  # noqa: TRY301
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
            rules = rules.below(folder, relative)
        except OSError as error:
            reason = error.strerror or str(error)
            self.unseen.append(Failure(place.path(relative), reason))
            return
        for entry in entries:
            try:
                self._look(place, entry, rules, depth)
            except OSError as error:
                path = place.path(_relative(entry.path, place.folder))
                self.unseen.append(Failure(path, error.strerror or str(error)))

    def _look(self, place: NotesFolder, entry: os.DirEntry[str], rules: Rules, depth: int) -> None:
        folder = entry.is_dir(follow_symlinks=False)
        linked = not folder and entry.is_symlink() and entry.is_dir()
        if not folder and not linked and _ending(entry.name) not in SUFFIXES:
            return
        relative = _relative(entry.path, place.folder)
        if rules.ignores(relative, entry.name, folder=folder or linked):
            if is_conflict_copy(entry.name):
                self._pass_over(place.path(relative), "it is a synchroniser's conflict copy")
            return
        if folder:
            if belongs_to_a_page(entry.path):
                self._pass_over(f"{place.path(relative)}/", "it is a part of the page saved beside")
            elif Path(entry.path).resolve() not in self._closed:
                self._list(place, entry.path, rules, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            path = place.path(relative)
            self.found.append(Found(path, Path(entry.path), status.st_size, time_of(status)))
        else:
            what = "a link, and links are not followed" if entry.is_symlink() else "no plain file"
            self._pass_over(place.path(relative), f"it is {what}")

    def _pass_over(self, path: str, reason: str) -> None:
        self.passed_over.append(Failure(path, reason))


def belongs_to_a_page(folder: str) -> bool:
    """Whether a browser made a folder for the parts of a page that it saved beside it."""
    page = next((folder[: -len(end)] for end in _PARTS if folder.endswith(end)), "")
    return bool(page) and any(Path(f"{page}{ending}").is_file() for ending in (".html", ".htm"))


def _relative(path: str, folder: Path) -> str:
    """Return a path below ``folder``, which it begins with, as a note's."""
    relative = path[len(str(folder)) :].lstrip(os.sep)
    if not relative.isascii():
        relative = os.fsencode(relative).decode("utf-8", "backslashreplace")
    return relative.replace(os.sep, "/")


def _ending(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def told_apart(found: list[Found]) -> tuple[Found, ...]:
    """Give each file a path of its own: a name with bytes written out may spell another's."""
    paths = {each.path for each in found}
    if len(paths) == len(found):
        return tuple(found)
    apart, taken = [], set[str]()
    for each in found:
        path = each.path
        while path in taken or (path != each.path and path in paths):
            path += "\\"
        taken.add(path)
        apart.append(replace(each, path=path))
    return tuple(sorted(apart, key=lambda each: each.path))


def time_of(status: os.stat_result) -> int:
    """Return when a file was last changed, in nanoseconds, within what is told apart."""
    return min(max(status.st_mtime_ns, -_FARTHEST_NS), _FARTHEST_NS)
