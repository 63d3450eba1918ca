"""What leads to a note and from it, and what says much of the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.links import Backlink, OutgoingLink
from app.rendering import label, note_address
from app.texts import Texts
from app.views.excerpts import Segment, words, words_between
from ingest.linking import may_be_a_note
from retrieval.related import Related
from retrieval.store import NoteLabel

_MOST = 12
"""Links that the margin lists; the others fold."""


@dataclass(frozen=True, slots=True)
class RelatedNote:
    """A note that says much of the same."""

    note: NoteLabel
    related: Related


@dataclass(frozen=True, slots=True)
class Bearings:
    """What lies around a note."""

    outgoing: Sequence[OutgoingLink] = ()
    backlinks: Sequence[Backlink] = ()
    related: Sequence[RelatedNote] = ()


@dataclass(frozen=True, slots=True)
class LinkView:
    """Another note."""

    title: str
    url: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place that leads here, with its sentence."""

    url: str
    words: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class BacklinkView:
    """A note that leads here."""

    title: str
    url: str
    places: tuple[PlaceView, ...]


@dataclass(frozen=True, slots=True)
class BearingsView:
    """What lies around a note, arranged."""

    outgoing: tuple[LinkView, ...] = ()
    more_outgoing: tuple[LinkView, ...] = ()
    missing: tuple[str, ...] = ()
    """Names of notes that are linked and are not there."""
    backlinks: tuple[BacklinkView, ...] = ()
    related: tuple[LinkView, ...] = ()


def bearings_view(texts: Texts, around: Bearings) -> BearingsView:
    """Arrange what lies around a note; each other note once in each list."""
    outgoing = {each.note.id: _link(each.note) for each in around.outgoing if each.note}
    linked = tuple(outgoing.values())
    return BearingsView(
        outgoing=linked[:_MOST],
        more_outgoing=linked[_MOST:],
        missing=_missing(around.outgoing),
        backlinks=_backlinks(around.backlinks),
        related=tuple(
            _link(each.note, texts("note.both", words=_listed(texts, each.related.shared)))
            for each in around.related
        ),
    )


def _link(note: NoteLabel, why: str = "") -> LinkView:
    return LinkView(label(note.title) or label(note.path), note_address(note.id), why)


def _listed(texts: Texts, shared: Sequence[str]) -> str:
    return texts("note.comma").join(map(label, shared))


def _missing(outgoing: Sequence[OutgoingLink]) -> tuple[str, ...]:
    """Name what could be a note and is none; other files and paths of a site are left aside."""
    names = (
        label(each.link.target)
        for each in outgoing
        if each.note is None
        and may_be_a_note(each.link.target)
        and not each.link.target.startswith("/")
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _backlinks(backlinks: Sequence[Backlink]) -> tuple[BacklinkView, ...]:
    places: dict[NoteLabel, list[PlaceView]] = {}
    for each in backlinks:
        url = note_address(each.note.id, each.span.start, each.span.end)
        shown = (
            Segment(words_between(each.before).lstrip()),
            Segment(words(each.written) or label(each.written), marked=True),
            Segment(words_between(each.after).rstrip()),
        )
        place = PlaceView(url, tuple(part for part in shown if part.text))
        places.setdefault(each.note, []).append(place)
    return tuple(
        BacklinkView(label(note.title) or label(note.path), note_address(note.id), tuple(found))
        for note, found in places.items()
    )
