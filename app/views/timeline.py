"""People and tags: everybody, every tag, and the time line of one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from app.db.library import NotePage, NoteSummary
from app.db.people import Appearance, Appearances, Person
from app.rendering import label, note_address
from app.texts import Texts
from app.views.excerpts import flat_words, opening
from app.views.moments import count

PAGE = 50
"""Entries of one page."""
_YEAR = 4
_MONTH = 7
_SNIPPET = 120
_FOLDERS = (".", "..")
"""Names that a browser takes for folders; in an address a slash follows them."""


@dataclass(frozen=True, slots=True)
class NameView:
    """A person or a tag in the list of all."""

    name: str
    url: str
    count: str
    years: str
    """From when to when; empty when no date is known."""


@dataclass(frozen=True, slots=True)
class NamesView:
    """All people, or all tags."""

    title: str
    about: str
    names: tuple[NameView, ...]
    origin: str
    """Where such names come from; empty when there are some."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A note, or what somebody says in one on one day."""

    title: str
    url: str
    heading: str
    kind: str
    day: str
    snippet: str
    count: str


@dataclass(frozen=True, slots=True)
class MonthView:
    """Entries of one month."""

    name: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The time line of a person or a tag."""

    title: str
    above: str
    """What the list of all is called."""
    above_url: str
    about: str
    filter_url: str
    """Where the same is searched; empty when it cannot be."""
    filter_name: str
    months: tuple[MonthView, ...]
    before_url: str
    after_url: str


def person_address(name: str) -> str:
    """Return the address of a person's page."""
    return f"/people/{_step(name)}"


def tag_address(tag: str) -> str:
    """Return the address of a tag's page."""
    return f"/tags/{_step(tag)}"


def name_in(step: str) -> str:
    """Return the name of a person or a tag that an address holds."""
    return step[:-1] if step[:-1] in _FOLDERS and step.endswith("/") else step


def _step(name: str) -> str:
    slash = "/" if name in _FOLDERS else ""
    return quote(name + slash, safe="", errors="replace")


def people_view(texts: Texts, people: Sequence[Person]) -> NamesView:
    """Arrange everybody."""
    return NamesView(
        title=texts("people.title"),
        about=texts("people.all", n=len(people), number=count(len(people))),
        names=tuple(
            NameView(
                label(each.name),
                person_address(each.name),
                texts("people.passages", n=each.passages, number=count(each.passages)),
                _years(each.first, each.last),
            )
            for each in people
        ),
        origin="" if people else texts("people.origin"),
    )


def tags_view(texts: Texts, tags: Sequence[tuple[str, int]]) -> NamesView:
    """Arrange every tag."""
    return NamesView(
        title=texts("tags.title"),
        about=texts("tags.all", n=len(tags), number=count(len(tags))),
        names=tuple(
            NameView(
                f"#{label(tag)}",
                tag_address(tag),
                texts("library.all", n=notes, number=count(notes)),
                "",
            )
            for tag, notes in tags
        ),
        origin="" if tags else texts("tags.origin"),
    )


def person_view(texts: Texts, name: str, found: Appearances, offset: int) -> TimelineView:
    """Arrange what somebody says, the newest first."""
    address = person_address(name)
    return TimelineView(
        title=label(name),
        above=texts("people.title"),
        above_url="/people",
        about=texts("people.days", n=found.total, number=count(found.total)),
        filter_url="",
        filter_name="",
        months=_months(texts, ((row.day, _said(texts, row)) for row in found.rows)),
        before_url=_page(address, offset - PAGE) if offset else "",
        after_url=_page(address, offset + PAGE) if offset + PAGE < found.total else "",
    )


def tag_view(texts: Texts, tag: str, found: NotePage, offset: int) -> TimelineView:
    """Arrange the notes of a tag, the newest first."""
    address = tag_address(tag)
    return TimelineView(
        title=f"#{label(tag)}",
        above=texts("tags.title"),
        above_url="/tags",
        about=texts("library.all", n=found.total, number=count(found.total)),
        filter_url=f"/notes?tag={quote(tag, safe='', errors='replace')}",
        filter_name=texts("tags.in_library"),
        months=_months(
            texts, ((row.modified.date().isoformat(), _note(texts, row)) for row in found.rows)
        ),
        before_url=_page(address, offset - PAGE) if offset else "",
        after_url=_page(address, offset + PAGE) if offset + PAGE < found.total else "",
    )


def _page(address: str, offset: int) -> str:
    return f"{address}?offset={offset}" if offset > 0 else address


def _said(texts: Texts, row: Appearance) -> EntryView:
    title = label(row.note.title) or label(row.note.path)
    headings = [label(flat_words(each)) for each in row.headings]
    heading = " › ".join(each for each in headings if each != title)
    return EntryView(
        title=title,
        url=note_address(row.note.id, row.span.start, row.span.end),
        heading=heading,
        kind=row.kind.value,
        day=row.day,
        snippet=flat_words(row.snippet)[:_SNIPPET],
        count=texts("people.passages", n=row.passages, number=count(row.passages)),
    )


def _note(texts: Texts, row: NoteSummary) -> EntryView:
    title = label(row.title) or label(row.path)
    return EntryView(
        title=title,
        url=note_address(row.id),
        heading="",
        kind=row.kind.value,
        day=row.modified.date().isoformat(),
        snippet=opening(row.snippet, title)[:_SNIPPET],
        count=texts("note.characters", n=row.characters, number=count(row.characters)),
    )


def _months(texts: Texts, entries: Iterable[tuple[str, EntryView]]) -> tuple[MonthView, ...]:
    found: dict[str, list[EntryView]] = {}
    for day, entry in entries:
        found.setdefault(_month(texts, day), []).append(entry)
    return tuple(MonthView(name, tuple(some)) for name, some in found.items())


def _month(texts: Texts, day: str) -> str:
    if not day:
        return texts("people.undated")
    if len(day) < _MONTH or not day[5:7].isdigit() or not 1 <= int(day[5:7]) <= 12:  # noqa: PLR2004  # months
        return day[:_YEAR]
    return texts("time.year_month", year=day[:_YEAR], month=texts(f"time.month_{int(day[5:7])}"))


def _years(first: str, last: str) -> str:
    years = dict.fromkeys(day[:_YEAR] for day in (first, last) if day)
    return "–".join(years)
