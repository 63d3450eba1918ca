"""The names by which notes speak of each other. Pure.

A name is a path with or without its ending, a file's name alone, a title, or an alias. Case does
not count, nor whether an accent is a character of its own. Among several notes of one name, the
one nearest to the note that speaks is meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ingest.linking import folded, folder_named_by, without_ending


@dataclass(frozen=True, slots=True)
class Named:
    """A note with everything it may be called."""

    id: UUID
    path: str
    """Relative to the notes folder, with forward slashes."""
    title: str
    aliases: tuple[str, ...] = ()


class NameTable:
    """Finds notes by name."""

    def __init__(self, notes: Iterable[Named]) -> None:
        """Learn the names of ``notes``."""
        self._paths: dict[str, list[Named]] = defaultdict(list)
        self._files: dict[str, list[Named]] = defaultdict(list)
        self._titles: dict[str, list[Named]] = defaultdict(list)
        for note in notes:
            path = folded(note.path)
            for name in {path, without_ending(path)}:
                self._paths[name].append(note)
            if opened := folder_named_by(path):
                self._paths[opened].append(note)
            for name in {path, without_ending(path)}:
                self._files[_last(name)].append(note)
            for name in set(map(folded, (note.title, *note.aliases))):
                self._titles[name].append(note)

    def note(self, name: str, near: str = "") -> UUID | None:
        """Return the note that ``name`` means, None when there is none.

        Args:
            name: As a note writes it.
            near: Path of the note that writes it, relative to the notes folder.
        """
        wanted = folded(name)
        if not wanted or "\x00" in wanted:
            return None
        if wanted.startswith("/"):
            return self._of_site(wanted.strip("/"), near)
        beside = _beside(wanted, near)
        below = f"/{wanted.lstrip('./')}"
        for found in (
            self._paths.get(beside, ()),
            self._paths.get(wanted, ()),
            [note for note in self._files.get(_last(wanted), ()) if _ends(note.path, below)],
            self._titles.get(wanted, ()),
        ):
            if found:
                return min(found, key=lambda note: _distance(note.path, near)).id
        return None

    def _of_site(self, path: str, near: str) -> UUID | None:
        """Return the note at a path that begins at the top of the notes, or one folder above it.

        Pages of a site lead to each other so, and the notes folder may be a part of the site.
        """
        for wanted in (path, path.partition("/")[2]):
            if found := self._paths.get(wanted) if wanted else None:
                return min(found, key=lambda note: _distance(note.path, near)).id
        return None


def _beside(wanted: str, near: str) -> str:
    """Return the path that ``wanted`` names, seen from the folder of ``near``."""
    parts = list(_folders(folded(near)))
    for part in wanted.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _ends(path: str, below: str) -> bool:
    whole = "/" + folded(path)
    return whole.endswith(below) or without_ending(whole).endswith(below)


def _distance(path: str, near: str) -> tuple[int, int, str]:
    """How many folders lie between two notes; shorter paths first among equals."""
    there, here = _folders(path), _folders(near)
    shared = 0
    while shared < min(len(there), len(here)) and there[shared] == here[shared]:
        shared += 1
    return len(there) + len(here) - 2 * shared, len(path), path


def _folders(path: str) -> Sequence[str]:
    return path.split("/")[:-1]
