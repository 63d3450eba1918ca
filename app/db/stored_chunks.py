"""The chunks that exist, as a search reads them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, func, select

from app.db.batches import batches
from app.db.chunk_rows import CHUNK, IN_RANGES, chunk_of, ranges
from app.db.links import led_to
from app.db.models import NameTermRow
from app.db.note_rows import NOTE, text_at
from app.db.session import Database
from app.db.text_cache import TextCache
from retrieval.chunk import Chunk
from retrieval.span import Span
from retrieval.store import COPIES, NoteLabel

_NAME = cast("Table", NameTermRow.__table__)
_PLACE = (CHUNK.c.note_id, CHUNK.c.ordinal, CHUNK.c.id)


class StoredChunks:
    """Keeps `retrieval.store.ChunkStore` in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts = TextCache()

    def by_point(self, points: Collection[UUID]) -> Mapping[UUID, Sequence[Chunk]]:
        """Return the live chunks of each point, at most `COPIES` of one, in a stable order."""
        found: dict[UUID, list[Chunk]] = {}
        with self._database.read() as session:
            for some in batches(points):
                here = CHUNK.c.point.in_(some)
                most = 2 * COPIES * len(some)
                rows = session.execute(select(CHUNK).where(here).limit(most)).all()
                if len(rows) == most:  # a text with very many copies: let SQL choose among them
                    rows = session.execute(_few_of_each(here)).all()
                for row in sorted(rows, key=_place_of):
                    copies = found.setdefault(row.point, [])
                    if len(copies) < COPIES:
                        copies.append(chunk_of(row))
        return found

    def named(self, terms: Collection[int], limit: int) -> Mapping[UUID, frozenset[int]]:
        """Return notes whose file names hold most of ``terms``, with all terms of their names."""
        shared = func.count().label("shared")
        best = (
            select(_NAME.c.note_id, shared)
            .where(_NAME.c.term.in_(list(terms)))
            .group_by(_NAME.c.note_id)
            .order_by(shared.desc(), _NAME.c.note_id)
            .limit(limit)
            .subquery()
        )
        query = (
            select(_NAME.c.note_id, _NAME.c.term)
            .join(best, best.c.note_id == _NAME.c.note_id)
            .order_by(best.c.shared.desc(), _NAME.c.note_id)
        )
        found: dict[UUID, set[int]] = {}
        with self._database.read() as session:
            for note_id, term in session.execute(query).all():
                found.setdefault(note_id, set()).add(term)
        return {note_id: frozenset(name) for note_id, name in found.items()}

    def around(self, places: Sequence[tuple[UUID, int]], reach: int) -> list[Chunk]:
        """Return the chunks at most ``reach`` ordinals from any (note id, ordinal), in order."""
        found: dict[UUID, Chunk] = {}
        with self._database.read() as session:
            for values in ranges(places, reach):
                chunks = map(chunk_of, session.execute(IN_RANGES, values).all())
                found.update((chunk.id, chunk) for chunk in chunks)
        return sorted(found.values(), key=_place)

    def led_to(self, places: Sequence[tuple[UUID, Span]]) -> Sequence[Collection[UUID]]:
        """Return, for each stretch of a note, the other notes that links inside it lead to."""
        with self._database.read() as session:
            return led_to(session, places)

    def points(self, note_ids: Collection[UUID]) -> set[UUID]:
        """Return the points of these notes' chunks."""
        found: set[UUID] = set()
        with self._database.read() as session:
            for some in batches(note_ids):
                points = select(CHUNK.c.point).where(CHUNK.c.note_id.in_(some)).distinct()
                found.update(session.scalars(points))
        return found

    def labels(self, note_ids: Collection[UUID]) -> Mapping[UUID, NoteLabel]:
        """Return the label of each live note among ``note_ids``."""
        columns = select(NOTE.c.id, NOTE.c.path, NOTE.c.title)
        found: dict[UUID, NoteLabel] = {}
        with self._database.read() as session:
            for some in batches(note_ids):
                rows = session.execute(columns.where(NOTE.c.id.in_(some))).all()
                found.update((row[0], NoteLabel(*row)) for row in rows)
        return found

    def text(self, note_id: UUID, span: Span) -> str:
        """Return the characters of a note that ``span`` covers; none of an unknown note."""
        with self._database.read() as session:
            return text_at(session, note_id, span)

    def texts(self, places: Sequence[tuple[UUID, Span]]) -> list[str]:
        """Return the characters of each place, in the order asked."""
        notes = {note_id for note_id, _ in places}
        digests = select(NOTE.c.id, NOTE.c.digest).where(NOTE.c.id.in_(notes))
        found: dict[UUID, str] = {}
        with self._database.read() as session:
            for note_id, digest in session.execute(digests).all():
                key = (note_id, digest)
                text = self._texts.text(key)
                if text is None:
                    text = session.scalar(select(NOTE.c.text).where(NOTE.c.id == note_id)) or ""
                    self._texts.keep(key, text)
                found[note_id] = text
        return [span.of(found.get(note_id, "")) for note_id, span in places]


def _few_of_each(here: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select at most `COPIES` chunks of each point."""
    copy = func.row_number().over(partition_by=CHUNK.c.point, order_by=_PLACE).label("copy")
    places = select(CHUNK.c.id, copy).where(here).subquery()
    return select(CHUNK).join(places, places.c.id == CHUNK.c.id).where(places.c.copy <= COPIES)


def _place_of(row: Row[*tuple[Any, ...]]) -> tuple[UUID, int, UUID]:
    return (row.note_id, row.ordinal, row.id)


def _place(chunk: Chunk) -> tuple[UUID, int, UUID]:
    return (chunk.note_id, chunk.ordinal, chunk.id)
