"""The pages on which one asks: the empty home, and a conversation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.rendering import label, note_address, showable
from app.texts import Texts
from app.views.excerpts import words
from app.views.moments import Moment, count, moment
from app.views.turn import TurnRecord, TurnView, turn_view

_MOST = 6
"""Suggestions, and lately changed notes, that the home page lists."""
_DATE = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}")


class NoteLine(Protocol):
    """A note, as far as the home page lists it."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def modified(self) -> datetime:
        """Time of its file's last change, aware."""
        ...


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the notes, for a home page without a conversation."""

    notes: int
    characters: int
    newest: Sequence[NoteLine]
    suggestions: Sequence[str]
    """Headings of the notes, as they are written there."""
    folder: str
    """The notes folder; empty when none is set."""
    syncing: bool = False


@dataclass(frozen=True, slots=True)
class NewNote:
    """A line of the home page's list."""

    title: str
    url: str
    modified: Moment


@dataclass(frozen=True, slots=True)
class HomeView:
    """The home page before the first question."""

    empty: bool
    """Whether there are no notes yet."""
    syncing: bool
    folder: str
    summary: str
    newest: tuple[NewNote, ...]
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation with all its turns."""

    id: str
    title: str
    turns: tuple[TurnView, ...]
    rename_url: str
    delete_url: str


@dataclass(frozen=True, slots=True)
class AskView:
    """The page with the question box."""

    title: str
    home: HomeView | None
    conversation: ConversationView | None
    question: str
    """What stands in the box already, after a question that was refused."""
    problem: str
    """Why the question in the box was refused; empty when it was not."""
    no_model: str
    """The quiet line that says that no model is connected; empty when one is."""
    longest: int
    """Characters that a question may have."""


def home_view(texts: Texts, contents: Contents, now: datetime) -> HomeView:
    """Arrange what the home page shows before the first question."""
    return HomeView(
        empty=contents.notes == 0,
        syncing=contents.syncing,
        folder=label(contents.folder),
        summary=texts(
            "home.summary", n=contents.notes, notes=count(contents.notes),
            characters=count(contents.characters),
        ),
        newest=tuple(
            NewNote(label(note.title), note_address(note.id), moment(texts, note.modified, now))
            for note in contents.newest[:_MOST]
        ),
        suggestions=_suggestions(contents.suggestions),
    )  # fmt: skip


def _suggestions(headings: Sequence[str]) -> tuple[str, ...]:
    """Choose what reads as something to ask; a day in a diary does not."""
    plain = [words(heading)[:60] for heading in headings]
    return tuple(heading for heading in plain if heading and not _DATE.search(heading))[:_MOST]


def conversation_view(
    texts: Texts,
    conversation: UUID,
    title: str,
    records: Sequence[TurnRecord],
    now: datetime,
) -> ConversationView:
    """Arrange a stored conversation."""
    return ConversationView(
        id=str(conversation),
        title=label(title) or texts("ask.untitled"),
        turns=tuple(turn_view(texts, record, now) for record in records),
        rename_url=f"/c/{conversation}/rename",
        delete_url=f"/c/{conversation}/delete",
    )


def ask_view(
    texts: Texts,
    shown: HomeView | ConversationView,
    *,
    model: bool,
    longest: int,
    question: str = "",
    problem: str = "",
) -> AskView:
    """Arrange the page with the question box.

    Args:
        texts: The words of the page's language.
        shown: What stands above the box: the home, or a conversation.
        model: Whether a language model is connected.
        longest: Characters that a question may have.
        question: What stands in the box already.
        problem: Why that was refused.
    """
    conversation = shown if isinstance(shown, ConversationView) else None
    home = shown if isinstance(shown, HomeView) else None
    return AskView(
        title=conversation.title if conversation else texts("ask.title"),
        home=home,
        conversation=conversation,
        question=showable(question),
        problem=problem,
        no_model="" if model else texts("ask.no_model"),
        longest=longest,
    )
