"""Where a text to be rendered comes from, and what it may point to."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.texts import Texts
from retrieval.span import Span


def no_asset(path: str) -> str | None:
    """Know no local file."""
    del path
    return None


def no_note(name: str) -> UUID | None:
    """Know no other note."""
    del name
    return None


@dataclass(frozen=True, slots=True)
class Origin:
    """The note or answer that a text belongs to, as far as its links and images need it."""

    texts: Texts
    note_id: UUID | None = None
    """The note whose folder local images are taken from; None when there is none."""
    asset: Callable[[str], str | None] = no_asset
    """From an image path as the note writes it (percent signs decoded, forward slashes) to the
    name under ``/assets/{note_id}/``; None when the file is missing or outside the folder."""
    note: Callable[[str], UUID | None] = no_note
    """From a wikilink's title, or a relative path, to the note it names; None when unknown."""
    scope: str = ""
    """Put into the ids of headings and footnotes, so that two texts of one page cannot clash."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rendered text stands in its note; block elements then carry their offsets."""

    offset: int
    """Offset of the text's first character in the note."""
    cited: Span | None = None
    """The stretch of the note that is to be shown; blocks that overlap it are marked."""
