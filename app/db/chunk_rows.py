"""Chunks as rows of their table, both ways, without the cost of mapped objects."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update

from app.db.models import ChunkRow
from app.db.session import WriteSession
from retrieval.chunk import Chunk, Kind
from retrieval.span import Span

CHUNK = cast("Table", ChunkRow.__table__)

_BATCH = 400
"""Values of one IN: far below what any SQLite takes as variables, also when they are pairs."""

Value = TypeVar("Value")


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Split values into lists that fit one statement."""
    rest = iter(values)
    while some := list(islice(rest, _BATCH)):
        yield some


def chunk_of(row: Row[tuple[Any, ...]]) -> Chunk:
    """Return the chunk that a whole row of the table holds."""
    (key, note_id, ordinal, kind, start, end, section, headings, speakers, when, link,
     header, text) = row  # fmt: skip
    return Chunk(
        id=key,
        note_id=note_id,
        ordinal=ordinal,
        kind=Kind(kind),
        header=header,
        text=text,
        span=Span(start, end),
        headings=headings,
        speakers=speakers,
        when=when,
        link=link,
        section=section,
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
        "note_id": chunk.note_id,
        "ordinal": chunk.ordinal,
        "kind": chunk.kind.value,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "section": chunk.section,
        "headings": chunk.headings,
        "speakers": chunk.speakers,
        "when": chunk.when,
        "link": chunk.link,
        "header": chunk.header,
        "text": chunk.text,
    }
