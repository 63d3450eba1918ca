"""Which files of a notes folder are no notes: patterns as git has them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

NAME = ".footnoteignore"
"""A file of patterns, in any folder; it holds below that folder."""
_FOLDERS = frozenset({"node_modules", "__pycache__", "__MACOSX", "$RECYCLE.BIN", "site-packages"})
_BEGINNINGS = ("~$", "._")
_ENDINGS = (".swp", ".tmp", ".bak", "~")
_CONFLICT = ".sync-conflict-"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of one place."""

    below: str
    """Path of its folder with a slash at the end, empty at the top."""
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Rules:
    """Patterns that decide, the deepest and the last one first; then what is usual.

    Usually ignored are hidden files and folders, leftovers of editors and synchronisers, and
    folders of programs. A pattern that begins with ``!`` takes them in all the same.
    """

    include: GitIgnoreSpec | None = None
    """When set, only files that match are notes."""
    patterns: tuple[_Patterns, ...] = field(default=())

    @classmethod
    def of(cls, ignore: Sequence[str] = (), include: Sequence[str] = ()) -> "Rules":
        """Make the rules of the settings."""
        patterns = (_Patterns("", _spec(ignore)),) if ignore else ()
        return cls(_spec(include) if include else None, patterns)

    def below(self, folder: str, relative: str) -> "Rules":
        """Return the rules inside a folder, its own file of patterns included.

        Args:
            folder: The folder.
            relative: Its path with a slash at the end, empty at the top.

        Raises:
            OSError: Its file of patterns cannot be read.
        """
        try:
            lines = Path(folder, NAME).read_text(encoding="utf-8-sig", errors="replace")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return self
        return Rules(self.include, (*self.patterns, _Patterns(relative, _spec(lines.splitlines()))))

    def ignores(self, path: str, name: str, *, folder: bool) -> bool:
        """Whether an entry is no note.

        Args:
            path: Its path below the notes folder, with forward slashes.
            name: Its last part.
            folder: Whether it is a folder.
        """
        for each in reversed(self.patterns):
            inside = path[len(each.below) :] + ("/" if folder else "")
            decided = each.spec.check_file(inside).include
            if decided is not None:
                return decided
        if _is_usually_ignored(name, folder=folder):
            return True
        return not folder and self.include is not None and not self.include.match_file(path)


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """Make patterns of lines; like git, it passes over a line that is none."""
    return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _is_usually_ignored(name: str, *, folder: bool) -> bool:
    if name.startswith("."):
        return True
    if folder:
        return name in _FOLDERS
    return name.startswith(_BEGINNINGS) or name.endswith(_ENDINGS) or is_conflict_copy(name)


def is_conflict_copy(name: str) -> bool:
    """Whether a synchroniser made the file because two machines had changed it."""
    return _CONFLICT in name
