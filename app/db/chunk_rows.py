"""Chunks as rows of their table, both ways, without the cost of mapped objects."""

from collections.abc import Iterator, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, and_, bindparam, delete, insert, or_, select, update

from app.db.batches import batches
from app.db.models import ChunkRow
from app.db.session import WriteSession
from ingest.catalog import CutNote
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span

CHUNK = cast("Table", ChunkRow.__table__)

_RANGES = 20
"""Ranges of one `IN_RANGES`."""

# One statement of a fixed shape is prepared once; a list of pairs would not use the index.
IN_RANGES = select(CHUNK).where(
    or_(
        *(
            and_(
                CHUNK.c.note_id == bindparam(f"note_{number}", type_=CHUNK.c.note_id.type),
                CHUNK.c.ordinal.between(bindparam(f"low_{number}"), bindparam(f"high_{number}")),
            )
            for number in range(_RANGES)
        )
    )
)
"""The chunks inside any of `_RANGES` ranges of ordinals; `ranges` gives the values."""


def ranges(places: Sequence[tuple[UUID, int]], reach: int) -> Iterator[dict[str, object]]:
    """Yield the values of `IN_RANGES`, as often as it must run to cover all places."""
    for some in batches(dict.fromkeys(places), _RANGES):
        values: dict[str, object] = {}
        for number in range(_RANGES):
            note_id, middle = some[min(number, len(some) - 1)]
            values |= {
                f"note_{number}": note_id,
                f"low_{number}": middle - reach,
                f"high_{number}": middle + reach,
            }
        yield values


def chunk_of(row: Row[*tuple[Any, ...]]) -> Chunk:
    """Return the chunk that a whole row of the table holds."""
    return Chunk(
        id=row.id,
        note_id=row.note_id,
        ordinal=row.ordinal,
        kind=Kind(row.kind),
        header=row.header,
        text=row.text,
        span=Span(row.start, row.end),
        headings=row.headings,
        speakers=row.speakers,
        when=row.when,
        link=row.link,
        page=row.page,
        section=row.section,
    )


def swap_chunks(session: WriteSession, notes: Sequence[CutNote], before: set[UUID]) -> None:
    """Make exactly the notes' chunks live; rows that say the same already are not touched.

    Args:
        session: The transaction.
        notes: The notes, whose own rows are there.
        before: Ids of those that may have chunks already.
    """
    old = {chunk.id: chunk for chunk in _chunks_of(session, before)}
    chunks = [pointed for each in notes for pointed in each.pointed]
    after = {chunk.id for chunk, _ in chunks}
    for gone in batches(old.keys() - after):
        session.execute(delete(CHUNK).where(CHUNK.c.id.in_(gone)))
    changed = [
        chunk_columns(chunk, point) | {"key": chunk.id}
        for chunk, point in chunks
        if chunk.id in old and old[chunk.id] != chunk
    ]
    if changed:
        session.execute(update(CHUNK).where(CHUNK.c.id == bindparam("key")), changed)
    new = [chunk_columns(chunk, point) for chunk, point in chunks if chunk.id not in old]
    if new:
        session.execute(insert(CHUNK), new)


def _chunks_of(session: WriteSession, note_ids: set[UUID]) -> Iterator[Chunk]:
    for some in batches(note_ids):
        yield from map(chunk_of, session.execute(select(CHUNK).where(CHUNK.c.note_id.in_(some))))


def chunk_columns(chunk: Chunk, point: UUID) -> dict[str, object]:
    """Return the row of a chunk."""
    return {
        "id": chunk.id,
        "point": point,
        "note_id": chunk.note_id,
        "ordinal": chunk.ordinal,
        "kind": chunk.kind.value,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "page": chunk.page,
        "section": chunk.section,
        "headings": chunk.headings,
        "speakers": chunk.speakers,
        "when": chunk.when,
        "link": chunk.link,
        "header": chunk.header,
        "text": chunk.text,
    }
