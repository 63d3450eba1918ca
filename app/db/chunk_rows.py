"""Chunks as rows of their table, both ways, without the cost of mapped objects."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Row, Table, and_, bindparam, delete, insert, or_, select, update

from app.db.models import ChunkRow
from app.db.session import WriteSession
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span

CHUNK = cast("Table", ChunkRow.__table__)

_BATCH = 400
"""Values of one IN: far below what any SQLite takes as variables, also when they are pairs."""

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

Value = TypeVar("Value")


def batches(values: Iterable[Value], size: int = _BATCH) -> Iterator[list[Value]]:
    """Split values into lists that fit one statement."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


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


def swap_chunks(session: WriteSession, note_id: UUID, chunks: Sequence[Chunk]) -> None:
    """Make exactly ``chunks`` live; rows that say the same already are not touched."""
    rows = session.execute(select(CHUNK).where(CHUNK.c.note_id == note_id))
    before = {chunk.id: chunk for chunk in map(chunk_of, rows)}
    after = {chunk.id for chunk in chunks}
    for gone in batches(before.keys() - after):
        session.execute(delete(CHUNK).where(CHUNK.c.id.in_(gone)))
    changed = [chunk for chunk in chunks if chunk.id in before and before[chunk.id] != chunk]
    if changed:
        by_key = update(CHUNK).where(CHUNK.c.id == bindparam("key"))
        session.execute(by_key, [_columns_of(chunk) | {"key": chunk.id} for chunk in changed])
    new = [chunk for chunk in chunks if chunk.id not in before]
    if new:
        session.execute(insert(CHUNK), [_columns_of(chunk) for chunk in new])


def _columns_of(chunk: Chunk) -> dict[str, object]:
    return {
        "id": chunk.id,
        "point": chunk.point,
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
