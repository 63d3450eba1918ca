"""Whether words that were quoted once still stand in their note."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from app.db.batches import batches
from app.db.models import NoteRow
from app.db.session import ReadSession
from retrieval.span import Span


class Status(StrEnum):
    """What became of a quoted passage."""

    CURRENT = "current"
    CHANGED = "changed"
    """The note was edited and the words no longer stand at their place."""
    REMOVED = "removed"
    """The note is gone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a quoted passage, and where it is now."""

    status: Status
    span: Span | None
    """Where the same words stand now; None when they stand nowhere in the note."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words as they stood in a note."""

    note_id: UUID
    span: Span
    text: str
    digest: str
    """Digest of the note that held them; empty when it is not known."""


def standings(session: ReadSession, quoted: Sequence[Quoted]) -> tuple[Standing, ...]:
    """Return what became of each quoted passage, in the same order.

    The text of a note is read only when its digest is another than it was.
    """
    digests: dict[UUID, str] = {}
    columns = select(NoteRow.id, NoteRow.digest)
    for some in batches({words.note_id for words in quoted}):
        digests.update(session.execute(columns.where(NoteRow.id.in_(some))).all())
    edited = {
        words.note_id
        for words in quoted
        if words.note_id in digests and digests[words.note_id] != words.digest
    }
    texts: dict[UUID, str] = {}
    for some in batches(edited):
        found = select(NoteRow.id, NoteRow.text).where(NoteRow.id.in_(some))
        texts.update(session.execute(found).all())
    return tuple(_standing(words, digests, texts) for words in quoted)


def _standing(words: Quoted, digests: dict[UUID, str], texts: dict[UUID, str]) -> Standing:
    if words.note_id not in digests:
        return Standing(Status.REMOVED, None)
    if digests[words.note_id] == words.digest:
        return Standing(Status.CURRENT, words.span)
    text = texts[words.note_id]
    if words.span.of(text) == words.text:
        return Standing(Status.CURRENT, words.span)
    return Standing(Status.CHANGED, nearest(text, words.text, words.span.start))


def nearest(text: str, words: str, place: int) -> Span | None:
    """Return where ``words`` stand in ``text`` closest to ``place``, None when nowhere."""
    after = text.find(words, place)
    before = text.rfind(words, 0, place + len(words))
    found = [start for start in (before, after) if start >= 0]
    if not found or not words:
        return None
    start = min(found, key=lambda start: abs(start - place))
    return Span(start, start + len(words))
