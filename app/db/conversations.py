"""Questions, their answers, and what became of the notes they cite."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import delete, func, or_, select, update

from app.db.answer_rows import answer_of, citation_row, source_row, turn_columns
from app.db.matching import holding
from app.db.models import CitationRow, ConversationRow, NoteRow, SourceRow, TurnRow
from app.db.note_rows import text_at
from app.db.session import Database, ReadSession
from app.db.standing import Quoted, Standing, standings
from app.db.trace_rows import trace_row
from app.missing import NoSuchConversationError
from retrieval.failpoint import reach
from retrieval.passage import Passage
from retrieval.span import Span
from retrieval.trace import Trace
from serving.answer import Answer, Finish, Turn

Snapshot = TypeVar("Snapshot", SourceRow, CitationRow)


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation as a list shows it."""

    id: UUID
    title: str
    created: datetime
    updated: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """A question with its answer as it was given, and how its sources stand today."""

    id: UUID
    question: str
    standalone: str
    """The question that was searched."""
    asked: datetime
    answer: Answer
    """As recorded; its passages carry no hits."""
    sources: tuple[Standing, ...]
    """One for each of the answer's sources, in their order."""
    citations: tuple[Standing, ...]
    """One for each of the answer's citations, in their order."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions asked one after another."""

    id: UUID
    title: str
    created: datetime
    updated: datetime
    turns: tuple[RecordedTurn, ...]


@dataclass(frozen=True, slots=True)
class Citing:
    """A question whose answer cites a note."""

    conversation_id: UUID
    title: str
    question: str


class Conversations:
    """Records conversations and gives them back."""

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = clock or _utc_now

    def begin(self, title: str) -> UUID:
        """Start a conversation."""
        conversation_id, now = uuid4(), self._now()
        with self._database.write(durable=True) as session:
            session.add(ConversationRow(id=conversation_id, title=title, created=now, updated=now))
        return conversation_id

    def record(
        self,
        conversation_id: UUID,
        question: str,
        standalone: str,
        answer: Answer,
        trace: Trace | None = None,
    ) -> UUID:
        """Add a turn, its sources as they stand in the notes now; return the turn's id.

        Raises:
            NoSuchConversationError: The conversation is not there.
        """
        turn_id, now = uuid4(), self._now()
        with self._database.write(durable=True) as session:
            # Two replicas may record at once; the second waits for this row.
            conversation = session.get(ConversationRow, conversation_id, with_for_update=True)
            if conversation is None:
                raise NoSuchConversationError
            conversation.updated = now
            turns = select(func.count()).where(TurnRow.conversation_id == conversation_id)
            session.add(
                TurnRow(
                    id=turn_id,
                    conversation_id=conversation_id,
                    ordinal=session.scalar(turns),
                    asked=now,
                    question=question,
                    standalone=standalone,
                    **turn_columns(answer),
                )
            )
            session.flush()
            reach("mid turn")
            for source in answer.sources:
                digest = _digest_of_holder(session, source.passage)
                session.add(source_row(turn_id, source, digest))
            for ordinal, citation in enumerate(answer.citations):
                session.add(citation_row(turn_id, ordinal, citation))
            if trace is not None:
                session.add(trace_row(session, turn_id, trace))
        reach("after turn")
        return turn_id

    def list(self, limit: int = 100, query: str = "") -> tuple[ConversationSummary, ...]:
        """Return conversations, the last used first.

        Args:
            limit: Most conversations.
            query: Words that all stand in the title, or all in one turn; empty means any.
        """
        turns = (
            select(func.count())
            .where(TurnRow.conversation_id == ConversationRow.id)
            .scalar_subquery()
        )
        inside = select(TurnRow.conversation_id).where(
            holding(query, TurnRow.question, TurnRow.text)
        )
        matches = or_(holding(query, ConversationRow.title), ConversationRow.id.in_(inside))
        newest = (
            select(
                ConversationRow.id,
                ConversationRow.title,
                ConversationRow.created,
                ConversationRow.updated,
                turns,
            )
            .where(matches)
            .order_by(ConversationRow.updated.desc(), ConversationRow.id)
            .limit(max(0, limit))
        )
        with self._database.read() as session:
            return tuple(ConversationSummary(*row) for row in session.execute(newest))

    def load(self, conversation_id: UUID) -> Conversation | None:
        """Return a conversation with all its turns, None when there is none."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                return None
            return Conversation(
                id=row.id,
                title=row.title,
                created=row.created,
                updated=row.updated,
                turns=_turns(session, conversation_id),
            )

    def exists(self, conversation_id: UUID) -> bool:
        """Whether there is such a conversation."""
        with self._database.read() as session:
            return session.get(ConversationRow, conversation_id) is not None

    def history(self, conversation_id: UUID) -> tuple[Turn, ...]:
        """Return the questions with complete answers, oldest first; what a model is shown."""
        complete = (
            select(TurnRow.question, TurnRow.text)
            .where(
                TurnRow.conversation_id == conversation_id,
                TurnRow.finish == Finish.COMPLETE.value,
            )
            .order_by(TurnRow.ordinal)
        )
        with self._database.read() as session:
            return tuple(Turn(*row) for row in session.execute(complete))

    def rename(self, conversation_id: UUID, title: str) -> None:
        """Give a conversation another title; an unknown id is ignored."""
        with self._database.write(durable=True) as session:
            session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation_id)
                .values(title=title)
            )

    def delete(self, conversation_id: UUID) -> None:
        """Take a conversation out with all its turns; an unknown id is ignored."""
        with self._database.write(durable=True) as session:
            session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))

    def citing(self, note_id: UUID) -> tuple[Citing, ...]:
        """Return the questions whose answers cite a note, newest first."""
        cited = select(CitationRow.turn_id).where(CitationRow.note_id == note_id)
        columns = (
            select(ConversationRow.id, ConversationRow.title, TurnRow.question)
            .join(TurnRow, TurnRow.conversation_id == ConversationRow.id)
            .where(TurnRow.id.in_(cited))
            .order_by(TurnRow.asked.desc(), TurnRow.id)
        )
        with self._database.read() as session:
            return tuple(Citing(*row) for row in session.execute(columns))


def _digest_of_holder(session: ReadSession, passage: Passage) -> str:
    """Return the digest of the note if it still holds the passage, else nothing.

    A sync may have replaced the note between the search and now.
    """
    if text_at(session, passage.note_id, passage.span) != passage.text:
        return ""
    return session.scalar(select(NoteRow.digest).where(NoteRow.id == passage.note_id)) or ""


def _turns(session: ReadSession, conversation_id: UUID) -> tuple[RecordedTurn, ...]:
    of_this = select(TurnRow.id).where(TurnRow.conversation_id == conversation_id)
    turns = select(TurnRow).where(TurnRow.conversation_id == conversation_id)
    sources = select(SourceRow).where(SourceRow.turn_id.in_(of_this))
    citations = select(CitationRow).where(CitationRow.turn_id.in_(of_this))
    sources_of = _by_turn(session.scalars(sources.order_by(SourceRow.number)))
    citations_of = _by_turn(session.scalars(citations.order_by(CitationRow.ordinal)))
    return tuple(
        _recorded(session, turn, sources_of.get(turn.id, []), citations_of.get(turn.id, []))
        for turn in session.scalars(turns.order_by(TurnRow.ordinal))
    )


def _by_turn(rows: Iterable[Snapshot]) -> dict[UUID, list[Snapshot]]:
    found: dict[UUID, list[Snapshot]] = {}
    for row in rows:
        found.setdefault(row.turn_id, []).append(row)
    return found


def _recorded(
    session: ReadSession,
    turn: TurnRow,
    sources: Sequence[SourceRow],
    citations: Sequence[CitationRow],
) -> RecordedTurn:
    digests = {row.number: row.digest for row in sources}
    quoted = [
        Quoted(row.note_id, Span(row.start, row.end), row.text, row.digest) for row in sources
    ]
    quoted += [
        Quoted(row.note_id, Span(row.start, row.end), row.quote, digests.get(row.number, ""))
        for row in citations
    ]
    found = standings(session, quoted)
    return RecordedTurn(
        id=turn.id,
        question=turn.question,
        standalone=turn.standalone,
        asked=turn.asked,
        answer=answer_of(turn, sources, citations),
        sources=found[: len(sources)],
        citations=found[len(sources) :],
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
