"""Rows that refer to others, and the pages they stand on: found broken, and mended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, delete, insert, select, text, update

from app.db.batches import batches
from app.db.chunk_rows import CHUNK
from app.db.models import (
    CitationRow,
    ConversationRow,
    LinkRow,
    NameTermRow,
    RunRow,
    SourceRow,
    TagRow,
    TraceRow,
    TurnRow,
    VerdictRow,
)
from app.db.note_name_rows import NOTE_NAME
from app.db.note_rows import NOTE
from app.db.runs import RunState
from app.db.session import Database, ReadSession, WriteSession
from ingest.mismatch import Mismatch, MismatchKind, named
from retrieval.chunk import Kind

_TAG = cast("Table", TagRow.__table__)
_LINK = cast("Table", LinkRow.__table__)
_VERDICT = cast("Table", VerdictRow.__table__)
_TRACE = cast("Table", TraceRow.__table__)
_NAME = cast("Table", NameTermRow.__table__)
_CONVERSATION = cast("Table", ConversationRow.__table__)
_TURN = cast("Table", TurnRow.__table__)
_SOURCE = cast("Table", SourceRow.__table__)
_CITATION = cast("Table", CitationRow.__table__)
_RUN = cast("Table", RunRow.__table__)
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class _Alone:
    """Rows whose parent is not there."""

    kind: MismatchKind
    table: Table
    missing: ColumnElement[bool]
    told: Callable[[Row[*tuple[Any, ...]]], str]


_OF_NO_CONVERSATION = _TURN.c.conversation_id.not_in(select(_CONVERSATION.c.id))
_ALONE = (
    _Alone(
        MismatchKind.CHUNK_ALONE,
        CHUNK,
        CHUNK.c.note_id.not_in(select(NOTE.c.id)),
        lambda row: f"chunk {row.id} is of note {row.note_id}, which is not there",
    ),
    _Alone(
        MismatchKind.TAG_ALONE,
        _TAG,
        _TAG.c.note_id.not_in(select(NOTE.c.id)),
        lambda row: f"the tag {named(row.tag)} is of note {row.note_id}, which is not there",
    ),
    _Alone(
        MismatchKind.LINK_ALONE,
        _LINK,
        _LINK.c.note_id.not_in(select(NOTE.c.id)),
        lambda row: f"the link {named(row.target)} is of note {row.note_id}, which is not there",
    ),
    _Alone(
        MismatchKind.NAME_ALONE,
        _NAME,
        _NAME.c.note_id.not_in(select(NOTE.c.id)),
        lambda row: f"term {row.term} of a name is of note {row.note_id}, which is not there",
    ),
    _Alone(
        MismatchKind.NAME_ALONE,
        NOTE_NAME,
        NOTE_NAME.c.note_id.not_in(select(NOTE.c.id)),
        lambda row: f"the name {named(row.name)} is of note {row.note_id}, which is not there",
    ),
    _Alone(
        MismatchKind.TURN_ALONE,
        _TURN,
        _OF_NO_CONVERSATION,
        lambda row: f"turn {row.id} is of conversation {row.conversation_id}, which is not there",
    ),
    _Alone(
        MismatchKind.SOURCE_ALONE,
        _SOURCE,
        _SOURCE.c.turn_id.not_in(select(_TURN.c.id)),
        lambda row: f"source {row.number} is of turn {row.turn_id}, which is not there",
    ),
    _Alone(
        MismatchKind.CITATION_ALONE,
        _CITATION,
        _CITATION.c.turn_id.not_in(select(_TURN.c.id)),
        lambda row: f"citation {row.ordinal} is of turn {row.turn_id}, which is not there",
    ),
    _Alone(
        MismatchKind.VERDICT_ALONE,
        _VERDICT,
        _VERDICT.c.turn_id.not_in(select(_TURN.c.id)),
        lambda row: f"a verdict is of turn {row.turn_id}, which is not there",
    ),
    _Alone(
        MismatchKind.TRACE_ALONE,
        _TRACE,
        _TRACE.c.turn_id.not_in(select(_TURN.c.id)),
        lambda row: f"a trace is of turn {row.turn_id}, which is not there",
    ),
)
_NUMBERED = (
    select(_SOURCE.c.number)
    .where(_SOURCE.c.turn_id == _CITATION.c.turn_id, _SOURCE.c.number == _CITATION.c.number)
    .exists()
)
_UNSOURCED = select(_CITATION).where(_CITATION.c.turn_id.in_(select(_TURN.c.id)), ~_NUMBERED)


class Structure:
    """Examines and mends one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mismatches(self) -> list[Mismatch]:
        """Return what is broken; a run counts as abandoned, so none may be going on."""
        with self._database.read() as session:
            return [
                *_broken_pages(session),
                *_alone(session),
                *_unsourced(session),
                *_disordered(session),
                *_abandoned(session),
            ]

    def mend(self) -> None:
        """Mend everything that `mismatches` names, pages only where writing indexes anew does.

        No question and no answer is taken out: a turn without a conversation gets one.
        """
        with self._database.write() as session:
            if session.get_bind().dialect.name == "sqlite" and any(_broken_pages(session)):
                session.execute(text("REINDEX"))
            _give_conversations(session)
            for each in _ALONE:
                session.execute(delete(each.table).where(each.missing))
            _give_sources(session)
            _renumber(session)


def _broken_pages(session: ReadSession) -> Iterator[Mismatch]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for line in session.scalars(text("PRAGMA integrity_check(20)")):
        if line != "ok":
            told = " ".join(str(line).split())
            yield Mismatch(MismatchKind.DATABASE_PAGES, f"the database says: {told}")


def _alone(session: ReadSession) -> Iterator[Mismatch]:
    for each in _ALONE:
        for row in session.execute(select(each.table).where(each.missing)):
            yield Mismatch(each.kind, each.told(row))


def _unsourced(session: ReadSession) -> Iterator[Mismatch]:
    for row in session.execute(_UNSOURCED):
        yield Mismatch(
            MismatchKind.CITATION_SOURCE,
            f"citation {row.ordinal} of turn {row.turn_id} names source {row.number}, which is "
            f"not there ({named(row.path)})",
        )


def _disordered(session: ReadSession) -> Iterator[Mismatch]:
    for conversation, _ in _orders(session):
        yield Mismatch(
            MismatchKind.TURN_ORDER,
            f"the turns of conversation {conversation} are not numbered from 0 without gaps",
        )


def _orders(session: ReadSession) -> Iterator[tuple[object, Sequence[Row[*tuple[Any, ...]]]]]:
    """Yield conversations with gaps in the numbers of their turns, and these in order."""
    columns = select(_TURN.c.conversation_id, _TURN.c.ordinal, _TURN.c.id)
    turns: dict[object, list[Row[*tuple[Any, ...]]]] = {}
    for row in session.execute(columns.order_by(_TURN.c.ordinal)):
        turns.setdefault(row.conversation_id, []).append(row)
    for conversation, rows in turns.items():
        if [row.ordinal for row in rows] != list(range(len(rows))):
            yield conversation, rows


def _abandoned(session: ReadSession) -> Iterator[Mismatch]:
    running = select(_RUN.c.id, _RUN.c.started).where(_RUN.c.state == RunState.RUNNING.value)
    for row in session.execute(running):
        yield Mismatch(
            MismatchKind.RUN_ABANDONED,
            f"run {row.id} of {row.started:%Y-%m-%d %H:%M} is said to go on, and no sync does",
        )


def _give_conversations(session: WriteSession) -> None:
    """Give every turn without a conversation its own one back, named by its first question."""
    lost = select(_TURN).where(_OF_NO_CONVERSATION).order_by(_TURN.c.ordinal)
    made: dict[object, dict[str, object]] = {}
    for row in session.execute(lost):
        title = " ".join(row.question.split())[:_LONGEST_TITLE]
        conversation = made.setdefault(
            row.conversation_id,
            {"id": row.conversation_id, "title": title, "created": row.asked},
        )
        conversation["updated"] = row.asked
    if made:
        session.execute(insert(_CONVERSATION), list(made.values()))


def _give_sources(session: WriteSession) -> None:
    """Make a source of a citation's own words where the one it names is not there."""
    made: dict[tuple[object, int], dict[str, object]] = {}
    for row in session.execute(_UNSOURCED):
        made[row.turn_id, row.number] = {
            "turn_id": row.turn_id,
            "number": row.number,
            "note_id": row.note_id,
            "path": row.path,
            "title": PurePosixPath(row.path).stem or row.path,
            "kind": Kind.ARTICLE.value,
            "start": row.start,
            "end": row.end,
            "page": 0,
            "score": 0.0,
            "headings": (),
            "speakers": (),
            "when": "",
            "link": "",
            "digest": "",
            "text": row.quote,
        }
    for some in batches(made.values()):
        session.execute(insert(_SOURCE), some)


def _renumber(session: WriteSession) -> None:
    """Number turns from 0, by way of numbers that none has."""
    for _, rows in list(_orders(session)):
        free = max(0, *(row.ordinal for row in rows)) + 1
        for base in (free, 0):
            for ordinal, row in enumerate(rows):
                values = {"ordinal": base + ordinal}
                session.execute(update(_TURN).where(_TURN.c.id == row.id).values(values))
