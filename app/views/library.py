"""The list of notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from app.rendering import label, note_address
from app.texts import Texts
from app.views.excerpts import Segment, opening
from app.views.moments import Moment, count, moment
from retrieval.chunk import Kind

_MOST_TAGS = 12
"""Tags that are offered as filters, the most used ones."""


class Summary(Protocol):
    """A note as the catalogue lists it; `app.db.library.NoteSummary` is one."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...

    @property
    def path(self) -> str:
        """Its path in the notes folder."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def kind(self) -> Kind:
        """Its kind."""
        ...

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        ...

    @property
    def characters(self) -> int:
        """Length of its text."""
        ...

    @property
    def modified(self) -> datetime:
        """Time of its file's last change, aware."""
        ...

    @property
    def snippet(self) -> str:
        """A few words of it."""
        ...


class Failed(Protocol):
    """A file that could not be read; `app.db.library.FailedNote` is one."""

    @property
    def path(self) -> str:
        """Its path in the notes folder."""
        ...

    @property
    def reason(self) -> str:
        """A sentence that says why."""
        ...


@dataclass(frozen=True, slots=True)
class Search:
    """What the reader asked the list for."""

    query: str = ""
    kind: str = ""
    tag: str = ""
    offset: int = 0

    def url(self, **changed: str | int) -> str:
        """Return the address of the list with some of it changed."""
        values = {"q": self.query, "kind": self.kind, "tag": self.tag, **changed}
        given = {name: value for name, value in values.items() if value not in {"", 0}}
        return f"/notes?{urlencode(given)}" if given else "/notes"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the catalogue answered."""

    total: int
    rows: Sequence[Summary]
    kinds: Sequence[tuple[str, int]]
    tags: Sequence[tuple[str, int]]
    failures: Sequence[Failed] = ()
    folder: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note in the list."""

    title: tuple[Segment, ...]
    url: str
    path: str
    kind: str
    kind_name: str
    tags: tuple[str, ...]
    size: str
    modified: Moment
    snippet: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that can be switched on or off."""

    name: str
    count: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A file that could not be read."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class LibraryView:
    """The list of notes, with its filters."""

    query: str
    kind: str
    tag: str
    filtered: bool
    empty: bool
    """Whether there are no notes at all."""
    folder: str
    heading: str
    rows: tuple[NoteRow, ...]
    kinds: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    failures: tuple[FailureRow, ...]
    before_url: str
    after_url: str


def library_view(texts: Texts, search: Search, shelf: Shelf, now: datetime) -> LibraryView:
    """Arrange the list of notes."""
    filtered = bool(search.query or search.kind or search.tag)
    after = search.offset + len(shelf.rows)
    size = max(len(shelf.rows), 1)
    key = "library.found" if filtered else "library.all"
    return LibraryView(
        query=label(search.query),
        kind=search.kind,
        tag=label(search.tag),
        filtered=filtered,
        empty=shelf.total == 0 and not filtered,
        folder=label(shelf.folder),
        heading=texts(key, n=shelf.total, number=count(shelf.total)),
        rows=tuple(_row(texts, search, note, now) for note in shelf.rows),
        kinds=tuple(
            _choice(texts.either(f"kind.{kind}", label(kind)), number, search, "kind", kind)
            for kind, number in shelf.kinds
        ),
        tags=tuple(
            _choice(label(tag), number, search, "tag", tag)
            for place, (tag, number) in enumerate(shelf.tags)
            if place < _MOST_TAGS or tag == search.tag
        ),
        failures=tuple(failure_row(note.path, note.reason) for note in shelf.failures),
        before_url=search.url(offset=max(0, search.offset - size)) if search.offset else "",
        after_url=search.url(offset=after) if after < shelf.total else "",
    )


def failure_row(path: str, reason: str) -> FailureRow:
    """Set a file that could not be read; its path stands before the reason, and only there."""
    shown = label(path)
    said = label(reason)
    return FailureRow(shown, said.removeprefix(shown).lstrip() or said)


def found(text: str, query: str) -> tuple[Segment, ...]:
    """Cut ``text`` where ``query`` occurs, in whatever case, and mark it there."""
    wanted = query.strip().lower()
    lowered = text.lower()
    if not wanted or len(lowered) != len(text):
        return (Segment(text),)
    segments: list[Segment] = []
    position = 0
    while (at := lowered.find(wanted, position)) >= 0:
        segments += [Segment(text[position:at]), Segment(text[at : at + len(wanted)], marked=True)]
        position = at + len(wanted)
    segments.append(Segment(text[position:]))
    return tuple(segment for segment in segments if segment.text)


def _row(texts: Texts, search: Search, note: Summary, now: datetime) -> NoteRow:
    return NoteRow(
        title=found(label(note.title) or label(note.path), search.query),
        url=note_address(note.id),
        path=label(note.path),
        kind=note.kind.value,
        kind_name=texts(f"kind.{note.kind.value}"),
        tags=tuple(label(tag) for tag in note.tags[:4]),
        size=texts("note.characters", n=note.characters, number=count(note.characters)),
        modified=moment(texts, note.modified, now),
        snippet=found(opening(note.snippet, label(note.title))[:240], search.query),
    )


def _choice(name: str, number: int, search: Search, field: str, value: str) -> Choice:
    active = (search.kind if field == "kind" else search.tag) == value
    return Choice(name, count(number), search.url(**{field: "" if active else value}), active)
