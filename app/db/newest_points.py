"""The points that there are, by the age of their notes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.chunk_rows import CHUNK
from app.db.note_rows import NOTE
from app.db.session import Database


class NewestPoints:
    """Reads points in the order in which a reader misses them most."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self) -> Sequence[UUID]:
        """Return the points that have a chunk, those of the newest notes first, each once."""
        rows = (
            select(CHUNK.c.point)
            .join(NOTE, NOTE.c.id == CHUNK.c.note_id)
            .order_by(NOTE.c.modified.desc(), NOTE.c.id, CHUNK.c.ordinal)
        )
        with self._database.read() as session:
            return list(dict.fromkeys(session.scalars(rows)))
