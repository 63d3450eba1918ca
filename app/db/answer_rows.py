"""Answers as rows of their tables, both ways."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.db.models import CitationRow, SourceRow, TurnRow
from retrieval.chunk import Kind
from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Answer, Citation, Finish, Label, Mode, Source, Support


def turn_columns(answer: Answer) -> dict[str, Any]:
    """Return the columns of a turn that its answer fills."""
    return {
        "mode": answer.mode.value,
        "finish": answer.finish.value,
        "note": answer.note,
        "reason": answer.reason,
        "missing": answer.missing,
        "support": [
            [mark.sentence.start, mark.sentence.end, mark.label.value, mark.why]
            for mark in answer.support
        ],
        "ms": answer.ms,
        "first_token_ms": answer.first_token_ms,
        "text": answer.text,
    }


def source_row(turn_id: UUID, source: Source, digest: str) -> SourceRow:
    """Return a source as it is now; ``digest`` is that of the note that holds it."""
    passage = source.passage
    return SourceRow(
        turn_id=turn_id,
        number=source.number,
        note_id=passage.note_id,
        path=passage.path,
        title=passage.title,
        kind=passage.kind.value,
        start=passage.span.start,
        end=passage.span.end,
        score=passage.score,
        headings=passage.headings,
        speakers=passage.speakers,
        when=passage.when,
        link=passage.link,
        page=passage.page,
        digest=digest,
        text=passage.text,
    )


def citation_row(turn_id: UUID, ordinal: int, citation: Citation) -> CitationRow:
    """Return a citation; ``ordinal`` is its place among those of its answer."""
    return CitationRow(
        turn_id=turn_id,
        ordinal=ordinal,
        number=citation.number,
        position=citation.position,
        note_id=citation.note_id,
        path=citation.path,
        start=citation.span.start,
        end=citation.span.end,
        quote=citation.quote,
    )


def answer_of(
    turn: TurnRow, sources: Sequence[SourceRow], citations: Sequence[CitationRow]
) -> Answer:
    """Return the answer that was recorded, without the hits its passages grew from."""
    support: Any = turn.support
    return Answer(
        text=turn.text,
        mode=Mode(turn.mode),
        finish=Finish(turn.finish),
        sources=tuple(map(_source, sources)),
        citations=tuple(map(_citation, citations)),
        support=tuple(
            Support(Span(start, end), Label(label), why) for start, end, label, why in support
        ),
        note=turn.note,
        reason=turn.reason,
        missing=turn.missing,
        ms=turn.ms,
        first_token_ms=turn.first_token_ms,
    )


def _source(row: SourceRow) -> Source:
    passage = Passage(
        note_id=row.note_id,
        path=row.path,
        title=row.title,
        kind=Kind(row.kind),
        span=Span(row.start, row.end),
        text=row.text,
        score=row.score,
        headings=row.headings,
        speakers=row.speakers,
        when=row.when,
        link=row.link,
        page=row.page,
    )
    return Source(row.number, passage)


def _citation(row: CitationRow) -> Citation:
    return Citation(
        number=row.number,
        position=row.position,
        note_id=row.note_id,
        path=row.path,
        span=Span(row.start, row.end),
        quote=row.quote,
    )
