"""What readers think of answers, and the questions that come of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import delete, select

from app.db.models import CitationRow, NoteRow, TurnRow, VerdictRow
from app.db.note_rows import text_at
from app.db.session import Database, ReadSession
from app.missing import NoSuchNoteError, NoSuchTurnError
from app.verdict import MOST_REMARK, Evidence, Judged, Reason, Verdict
from retrieval.span import Span
from serving.answer import Finish, Mode

Telling = Callable[[str, str], Span]


class Verdicts:
    """Keeps verdicts. Any thread may call it."""

    def __init__(self, database: Database, clock: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = clock or _utc_now

    def give(
        self, conversation: UUID, turn: UUID, *, good: bool, reason: Reason, remark: str = ""
    ) -> Verdict:
        """Judge an answer, or judge it anew; what was marked as its evidence stays.

        Raises:
            NoSuchTurnError: The conversation has no such turn.
        """
        with self._database.write(durable=True) as session:
            _of_turn(session, conversation, turn)
            row = session.get(VerdictRow, turn)
            if row is None:
                row = VerdictRow(turn_id=turn, evidence=[])
                session.add(row)
            row.good, row.at = good, self._now()
            row.reason = Reason.NONE.value if good else reason.value
            row.remark = remark.strip()[:MOST_REMARK]
            return _verdict(row)

    def take_back(self, conversation: UUID, turn: UUID) -> None:
        """Forget a verdict; that there is none is no error.

        Raises:
            NoSuchTurnError: The conversation has no such turn.
        """
        with self._database.write(durable=True) as session:
            _of_turn(session, conversation, turn)
            session.execute(delete(VerdictRow).where(VerdictRow.turn_id == turn))

    def mark(self, turn: UUID, note: UUID, span: Span, telling: Telling) -> Verdict:
        """Say that a passage answers the question of an answer that was no good.

        A passage that was marked is unmarked. An answer that nobody has judged is judged by this:
        a note was missed.

        Args:
            turn: The answer.
            note: The passage's note.
            span: Where the passage stands in it.
            telling: Gives from question and passage the words of it that are kept.

        Raises:
            NoSuchTurnError: There is no such turn.
            NoSuchNoteError: There is no such passage.
        """
        with self._database.write(durable=True) as session:
            judged = session.get(TurnRow, turn)
            if judged is None:
                raise NoSuchTurnError
            path = session.scalar(select(NoteRow.path).where(NoteRow.id == note))
            passage = text_at(session, note, span)
            if path is None or not passage.strip():
                raise NoSuchNoteError
            row = session.get(VerdictRow, turn)
            if row is None:
                row = VerdictRow(turn_id=turn, good=True, remark="", evidence=[])
                session.add(row)
            if row.good or row.reason == Reason.NOT_IN_NOTES.value:
                row.reason = Reason.MISSED_NOTE.value
            row.good, row.at = False, self._now()
            marked = [path, telling(judged.question, passage).of(passage)]
            before = cast("Sequence[list[str]]", row.evidence)
            others = [each for each in before if each != marked]
            row.evidence = others if len(others) < len(before) else [*before, marked]
            return _verdict(row)

    def of(self, conversation: UUID) -> Mapping[UUID, Verdict]:
        """Return the verdicts on a conversation's answers, by turn."""
        rows = select(VerdictRow).join(TurnRow, TurnRow.id == VerdictRow.turn_id)
        with self._database.read() as session:
            found = session.scalars(rows.where(TurnRow.conversation_id == conversation))
            return {row.turn_id: _verdict(row) for row in found}

    def judged(self, *, good: bool) -> tuple[Judged, ...]:
        """Return the questions whose answers were judged so, the latest verdict first."""
        rows = (
            select(TurnRow, VerdictRow)
            .join(VerdictRow, VerdictRow.turn_id == TurnRow.id)
            .where(VerdictRow.good == good)
            .order_by(VerdictRow.at.desc(), TurnRow.id)
        )
        with self._database.read() as session:
            return tuple(_judged(session, *row) for row in session.execute(rows))


def _of_turn(session: ReadSession, conversation: UUID, turn: UUID) -> None:
    row = session.get(TurnRow, turn)
    if row is None or row.conversation_id != conversation:
        raise NoSuchTurnError


def _verdict(row: VerdictRow) -> Verdict:
    marked = cast("Sequence[list[str]]", row.evidence)
    return Verdict(
        good=row.good,
        reason=_reason(row.reason),
        remark=row.remark,
        evidence=tuple(Evidence(path, quote) for path, quote in marked),
        at=row.at,
    )


def _reason(stored: str) -> Reason:
    return Reason(stored) if stored in set(Reason) else Reason.OTHER


def _judged(session: ReadSession, turn: TurnRow, row: VerdictRow) -> Judged:
    verdict = _verdict(row)
    judged = Judged(
        turn=turn.id,
        conversation=turn.conversation_id,
        question=turn.question,
        previous=_previous(session, turn),
        good=verdict.good,
        reason=verdict.reason,
        remark=verdict.remark,
        answerable=verdict.reason is not Reason.NOT_IN_NOTES,
        evidence=verdict.evidence,
    )
    if not verdict.good:
        return judged
    if turn.mode == Mode.REFUSAL.value:
        return replace(judged, answerable=False, evidence=())
    return replace(judged, evidence=_cited(session, turn.id))


def _cited(session: ReadSession, turn: UUID) -> tuple[Evidence, ...]:
    quotes = (
        select(CitationRow.path, CitationRow.quote)
        .where(CitationRow.turn_id == turn)
        .order_by(CitationRow.ordinal)
    )
    cited = (Evidence(path, quote) for path, quote in session.execute(quotes) if quote.strip())
    return tuple(dict.fromkeys(cited))


def _previous(session: ReadSession, turn: TurnRow) -> tuple[str, str] | None:
    before = (
        select(TurnRow.question, TurnRow.text)
        .where(
            TurnRow.conversation_id == turn.conversation_id,
            TurnRow.ordinal < turn.ordinal,
            TurnRow.finish == Finish.COMPLETE.value,
        )
        .order_by(TurnRow.ordinal.desc())
        .limit(1)
    )
    found = session.execute(before).first()
    return None if found is None else (found[0], found[1])


def _utc_now() -> datetime:
    return datetime.now(UTC)
