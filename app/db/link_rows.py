"""Links between notes as rows of their table, both ways."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row, Table, delete, insert, select

from app.db.batches import batches
from app.db.models import LinkRow
from app.db.session import WriteSession
from ingest.catalog import CutNote
from ingest.linking import link_name
from ingest.note import NoteLink
from retrieval.span import Span

LINK = cast("Table", LinkRow.__table__)
LINKS = select(LINK).order_by(LINK.c.note_id, LINK.c.ordinal)
"""All links, those of a note together and in order."""


def swap_links(session: WriteSession, notes: Sequence[CutNote]) -> None:
    """Make the rows of the notes' links exactly so."""
    for some in batches([each.note.id for each in notes]):
        session.execute(delete(LINK).where(LINK.c.note_id.in_(some)))
    rows = [
        {
            "note_id": each.note.id,
            "ordinal": ordinal,
            "start": link.span.start,
            "end": link.span.end,
            "name": link_name(link.target),
            "target": link.target,
        }
        for each in notes
        for ordinal, link in enumerate(each.links)
    ]
    if rows:
        session.execute(insert(LINK), rows)


def link_of(row: Row[*tuple[Any, ...]]) -> NoteLink:
    """Return the link that a whole row of the table holds."""
    return NoteLink(row.target, Span(row.start, row.end))
