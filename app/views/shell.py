"""What every page has around it: the rail with conversations, notes, sync, language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from app.rendering import label
from app.texts import Texts
from app.views.moments import age_group, count
from app.views.status import Rebuilt, warning
from ingest.report import Progress

Section = Literal["ask", "notes", "lab", "eval", "sync", "none"]


class ConversationLine(Protocol):
    """A stored conversation, as far as the rail shows it."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...

    @property
    def title(self) -> str:
        """Its name."""
        ...

    @property
    def updated(self) -> datetime:
        """Time of its last turn, aware."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is true of the whole program while a page is drawn."""

    conversations: Sequence[ConversationLine]
    """The latest ones, newest first."""
    notes: int
    failures: int
    """Notes that could not be read."""
    progress: Progress | None
    """How far a running sync is; None when none runs."""
    model: str
    """Name of the connected language model; empty when there is none."""
    rebuild: Rebuilt | None = None
    """How a rebuild of the index stands."""


@dataclass(frozen=True, slots=True)
class ConversationLink:
    """A line of the rail."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ConversationGroup:
    """Conversations of one day, or of a longer time that is past."""

    label: str
    links: tuple[ConversationLink, ...]


@dataclass(frozen=True, slots=True)
class ShellView:
    """Everything around a page's own content."""

    texts: Texts
    section: Section
    path: str
    """Where the language form returns to; begins with one slash."""
    groups: tuple[ConversationGroup, ...]
    notes: str
    sync: str
    """One or two words: up to date, a share while one runs, how many failed."""
    syncing: bool
    failing: bool
    model: str
    warning: str = ""
    """What the reader must know on every page."""


def shell_view(
    texts: Texts,
    around: Surroundings,
    now: datetime,
    *,
    section: Section = "none",
    path: str = "/",
    current: UUID | None = None,
) -> ShellView:
    """Arrange what surrounds a page.

    Args:
        texts: The words of the page's language.
        around: What is true of the program now.
        now: The reader's time, aware.
        section: The part of the program that the page belongs to.
        path: Path of the page, with its query.
        current: The conversation that is open, if one is.
    """
    return ShellView(
        texts=texts,
        section=section,
        path=path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/",
        groups=_groups(texts, around.conversations, now, current),
        notes=count(around.notes),
        sync=_sync_words(texts, around),
        syncing=around.progress is not None,
        failing=around.failures > 0,
        model=label(around.model),
        warning=warning(texts, around.rebuild),
    )


def _groups(
    texts: Texts,
    conversations: Sequence[ConversationLine],
    now: datetime,
    current: UUID | None,
) -> tuple[ConversationGroup, ...]:
    grouped: dict[str, list[ConversationLink]] = {}
    for line in conversations:
        name = label(line.title) or texts("ask.untitled")
        link = ConversationLink(name, f"/c/{line.id}", line.id == current)
        grouped.setdefault(age_group(texts, line.updated, now), []).append(link)
    return tuple(ConversationGroup(name, tuple(links)) for name, links in grouped.items())


def _sync_words(texts: Texts, around: Surroundings) -> str:
    if around.progress is not None:
        total = around.progress.total
        return f"{around.progress.done * 100 // total} %" if total else texts("rail.syncing")
    if around.failures:
        return texts("rail.failures", n=around.failures)
    return texts("rail.up_to_date") if around.notes else ""
