"""A note as it was read."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from retrieval.chunk import Kind
from retrieval.span import Span


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of a note that is not indexed."""

    span: Span
    reason: str
    """A short key: ``navigation``, ``advertising``, ``sharing``, ``related``, ..."""


@dataclass(frozen=True, slots=True)
class NoteLink:
    """A link of a note to another one."""

    target: str
    """Name or path of the other note, as the note writes it, without the section."""
    span: Span
    """Where the whole link stands."""


@dataclass(frozen=True, slots=True)
class Note:
    """One file's text and what its head says about it."""

    id: UUID
    """Random; it survives renames and edits."""
    path: str
    """Relative to the notes folder, with forward slashes."""
    title: str
    """From its text, or its file's name."""
    kind: Kind
    """The kind of most of its text."""
    text: str
    """As decoded; line ends as in the file."""
    digest: str
    """SHA-256 of the file's bytes, hexadecimal."""
    encoding: str
    size: int
    """Bytes."""
    modified: datetime
    """Time of the file's last change, aware UTC."""
    format: str = "markdown"
    """Name of the format that read it; its `parse` cuts the text again without the file."""
    named: bool = False
    """Whether the title is only the file's name. Its words are then found by way of the catalogue:
    in the index, a renamed file would have to be written again."""
    tags: tuple[str, ...] = ()
    lossy: bool = False
    """Whether some bytes could not be decoded and stand as U+FFFD."""
    left_out: tuple[LeftOut, ...] = field(default=())
