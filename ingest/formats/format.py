"""What a file format is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.decoding import Decoded
from ingest.parsing import Parsed


def _nothing_beside(path: str) -> bytes | None:
    del path
    return None


def _any(data: bytes) -> bool:
    del data
    return True


@dataclass(frozen=True, slots=True)
class FileBytes:
    """A file to be read as a note."""

    path: str
    """Relative to its notes folder, with forward slashes."""
    data: bytes
    beside: Callable[[str], bytes | None] = _nothing_beside
    """Bytes of another file of the notes folder by its path relative to this one's folder, such as
    ``../users.json``; None when there is none that may be read."""

    @property
    def name(self) -> str:
        """The file's name without folder and suffix."""
        return PurePosixPath(self.path).stem

    @property
    def suffix(self) -> str:
        """The ending of the file's name, in lower case, with its dot."""
        # A path that another file's spells too has backslashes added to it.
        return PurePosixPath(self.path.rstrip("\\")).suffix.lower()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to read files. Both steps are pure: the same bytes always give the same note."""

    name: str
    """Stored with each note, so that its text can be cut again without the file."""
    suffixes: frozenset[str]
    """Endings of file names, in lower case, with their dot."""
    text: Callable[[FileBytes], Decoded]
    """Makes the note's text, in which all offsets count. Raises `NotANoteError` when the file is
    none of the person's notes, and any other error when it is one that cannot be read."""
    parse: Callable[[str, str], Parsed]
    """Makes blocks of that text; the second argument is the file's name without suffix."""
    recognises: Callable[[bytes], bool] = _any
    """Whether a file with one of the suffixes is of this format."""


class NotANoteError(ValueError):
    """A file with a note's ending is no note; it is passed over, which is no failure."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} is passed over: {reason}.")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type["NotANoteError"], tuple[str, str]]:
        """Take both values along to another process."""
        return type(self), (self.path, self.reason)
