"""A person's folder of notes as the person knows it, and the changes a person makes to it."""

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

MOST_BYTES = 200_000
"""Larger files are bad notes."""
_DRAFT = ".draft"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the folder."""

    what: str
    """``write``, ``replace`` (by a new file that takes the name), ``append``, ``rename``,
    ``move folder``, ``swap``, ``delete`` or ``touch``."""
    path: str
    other: str = ""
    """The second path of those that have one; of ``touch``, the time in nanoseconds."""
    content: str = ""
    """What is written; characters U+DC80 to U+DCFF are bytes that are no UTF-8."""
    marker: str = ""
    """A word that stands in this version of the note and in no other."""

    @property
    def bytes(self) -> bytes:
        """What is written."""
        return self.content.encode("utf-8", "surrogateescape")

    def as_json(self) -> dict[str, str]:
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Doc:
    """A note as its owner thinks of it: the same one after a rename."""

    number: int
    marker: str
    content: bytes

    @property
    def bad(self) -> bool:
        """Whether it cannot be taken in."""
        return len(self.content) > MOST_BYTES


@dataclass(slots=True)
class Folder:
    """What stands at each path."""

    docs: dict[str, Doc] = field(default_factory=dict)
    born: int = 0

    def apply(self, edit: Edit) -> None:
        """Make a change."""
        match edit.what:
            case "write" | "replace":
                before = self.docs.get(edit.path)
                number = before.number if before else self._next()
                self.docs[edit.path] = Doc(number, edit.marker, edit.bytes)
            case "append":
                before = self.docs[edit.path]
                self.docs[edit.path] = replace(before, content=before.content + edit.bytes)
            case "copy":
                self.docs[edit.other] = replace(self.docs[edit.path], number=self._next())
            case "rename":
                self.docs[edit.other] = self.docs.pop(edit.path)
            case "move folder":
                for path in self.below(edit.path):
                    moved = edit.other + path[len(edit.path) :]
                    self.docs[moved] = self.docs.pop(path)
            case "swap":
                docs = self.docs
                docs[edit.path], docs[edit.other] = docs[edit.other], docs[edit.path]
            case "delete":
                del self.docs[edit.path]
            case "touch":
                pass

    def below(self, folder: str) -> list[str]:
        """Return the paths inside a folder."""
        return sorted(path for path in self.docs if path.startswith(f"{folder}/"))

    def _next(self) -> int:
        self.born += 1
        return self.born


def perform(edit: Edit, root: Path) -> None:
    """Make a change on the disk, as an editor or a file manager does."""
    file, other = root / edit.path, root / edit.other
    for target in (file, other):
        target.parent.mkdir(parents=True, exist_ok=True)
    match edit.what:
        case "write":
            file.write_bytes(edit.bytes)
        case "replace":
            draft = root / _DRAFT
            draft.write_bytes(edit.bytes)
            draft.replace(file)
        case "append":
            with file.open("ab") as end:
                end.write(edit.bytes)
        case "copy":
            other.write_bytes(file.read_bytes())
        case "rename" | "move folder":
            file.rename(other)
        case "swap":
            draft = root / _DRAFT
            file.rename(draft)
            other.rename(file)
            draft.rename(other)
        case "delete":
            file.unlink()
        case "touch":
            os.utime(file, ns=(0, int(edit.other)))


Tree = dict[str, tuple[bytes, int, int]]


def tree(root: Path) -> Tree:
    """Return each file's bytes, time and mode."""
    found: Tree = {}
    for file in sorted(root.rglob("*")):
        status = file.stat()
        content = file.read_bytes() if file.is_file() else b""
        found[str(file.relative_to(root))] = (content, status.st_mtime_ns, status.st_mode)
    return found


def edits_of(stored: Iterable[dict[str, Any]]) -> tuple[Edit, ...]:
    """Return edits from JSON."""
    return tuple(Edit(**each) for each in stored)
