"""What a query line restricts a search to."""

from dataclasses import dataclass
from datetime import date

from retrieval.chunk import Kind


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions on notes and chunks: all must hold, and of several in one field any."""

    tags: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """Paths relative to the notes folder; a note lies in one or anywhere below."""
    kinds: tuple[Kind, ...] = ()
    speakers: tuple[str, ...] = ()
    """Parts of names, in any case and script."""
    notes: tuple[str, ...] = ()
    """Titles, names or paths, as `[[note]]` gives them."""
    after: date | None = None
    """First day, inclusive."""
    before: date | None = None
    """First day that is too late."""

    def __bool__(self) -> bool:
        """Whether there is any restriction."""
        return self != Filters()
