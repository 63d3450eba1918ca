"""Traces of answers as rows of their table, both ways, and what they name as it is today."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db.batches import batches
from app.db.chunk_rows import CHUNK, chunk_of
from app.db.models import CitationRow, NoteRow, SourceRow, TraceRow, TurnRow
from app.db.session import Database, ReadSession, WriteSession
from retrieval.chunk import Chunk
from retrieval.trace import Dropped, ModelCall, Ranked, Reason, Stage, StageTrace, Term, Trace

_MOST = 20
"""Candidates of a stage, and of a reason for leaving them out, that are kept with an answer."""
_MOST_TERMS = 60


@dataclass(frozen=True, slots=True)
class TracedTurn:
    """A stored turn with how its search went."""

    question: str
    standalone: str
    """The question that was searched."""
    mode: str
    note: str
    """Key of the text catalogue that says what the reader must know."""
    ms: int
    """Milliseconds of the whole answer."""
    trace: Trace | None
    """None when the answer is older than traces are."""
    sources: Mapping[tuple[UUID, int, int], int]
    """Numbers of the answer's sources, by note, start and end."""
    cited: frozenset[int]
    """Those that it cites."""


@dataclass(frozen=True, slots=True)
class TracedChunk:
    """A candidate that is still live, with the name of its note."""

    chunk: Chunk
    path: str
    title: str


class TraceRows:
    """Gives back how the searches of answers went."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def turn(self, conversation_id: UUID, turn_id: UUID) -> TracedTurn | None:
        """Return a turn of a conversation, None when there is none."""
        turns = select(
            TurnRow.question, TurnRow.standalone, TurnRow.mode, TurnRow.note, TurnRow.ms
        ).where(TurnRow.id == turn_id, TurnRow.conversation_id == conversation_id)
        traces = select(TraceRow.trace).where(TraceRow.turn_id == turn_id)
        sources = select(SourceRow.note_id, SourceRow.start, SourceRow.end, SourceRow.number).where(
            SourceRow.turn_id == turn_id
        )
        cited = select(CitationRow.number).where(CitationRow.turn_id == turn_id)
        with self._database.read() as session:
            row = session.execute(turns).first()
            stored = session.scalar(traces)
            numbers = {(note, start, end): n for note, start, end, n in session.execute(sources)}
            used = frozenset(session.scalars(cited))
        if row is None:
            return None
        trace = None if stored is None else trace_of(stored)
        return TracedTurn(*row, trace=trace, sources=numbers, cited=used)

    def live(self, chunk_ids: Collection[UUID]) -> Mapping[UUID, TracedChunk]:
        """Return those among the chunks that are live: what one says never changes."""
        found: dict[UUID, TracedChunk] = {}
        columns = select(CHUNK, NoteRow.path, NoteRow.title).join(
            NoteRow, NoteRow.id == CHUNK.c.note_id
        )
        with self._database.read() as session:
            for some in batches(chunk_ids):
                for row in session.execute(columns.where(CHUNK.c.id.in_(some))):
                    found[row.id] = TracedChunk(chunk_of(row), row.path, row.title)
        return found


def trace_row(session: WriteSession, turn_id: UUID, trace: Trace) -> TraceRow:
    """Return a trace as it is kept with its turn: the best candidates, by the names of today."""
    kept = bounded(trace)
    return TraceRow(turn_id=turn_id, trace=trace_json(kept.with_paths(_paths(session, kept.notes))))


def _paths(session: ReadSession, notes: Collection[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for some in batches(notes):
        columns = select(NoteRow.id, NoteRow.path).where(NoteRow.id.in_(some))
        found.update((row.id, row.path) for row in session.execute(columns))
    return found


def bounded(trace: Trace) -> Trace:
    """Return a trace with as much as is kept; pure."""
    return replace(
        trace,
        terms=trace.terms[:_MOST_TERMS],
        stages=tuple(replace(stage, entries=stage.entries[:_MOST]) for stage in trace.stages),
        dropped=tuple(replace(each, chunks=each.chunks[:_MOST]) for each in trace.dropped),
    )


def trace_json(trace: Trace) -> dict[str, Any]:
    """Write a trace; what a candidate is stands once, however many stages had it."""
    places: dict[tuple[str, str, str, str, int, int], int] = {}

    def place(entry: Ranked) -> int:
        told = (str(entry.chunk), str(entry.note), entry.path, entry.heading)
        return places.setdefault((*told, entry.start, entry.end), len(places))

    stages = [
        {
            "stage": stage.stage.value,
            "ms": stage.ms,
            "count": stage.count,
            "entries": [[place(e), e.score, *map(str, e.joined)] for e in stage.entries],
        }
        for stage in trace.stages
    ]
    plain = {
        name: getattr(trace, name)
        for name in Trace.__dataclass_fields__
        if name not in {"stages", "terms", "dropped", "calls"}
    }
    return {
        **plain,
        "terms": [[term.text, term.weight, term.origin] for term in trace.terms],
        "dropped": [[d.reason.value, d.count, *map(str, d.chunks)] for d in trace.dropped],
        "calls": [asdict(call) for call in trace.calls],
        "stages": stages,
        "places": list(places),
    }


def trace_of(stored: Any) -> Trace:  # noqa: ANN401 - JSON, as `trace_json` wrote it
    """Read a trace; what a later version adds to one is left out."""
    plain = {name: stored[name] for name in Trace.__dataclass_fields__ if name in stored}
    places = stored["places"]
    return Trace(
        **plain
        | {
            "also": tuple(stored["also"]),
            "chips": tuple(stored["chips"]),
            "terms": tuple(Term(*term) for term in stored["terms"]),
            "dropped": tuple(
                Dropped(Reason(reason), count, tuple(map(UUID, chunks)))
                for reason, count, *chunks in stored["dropped"]
            ),
            "calls": tuple(ModelCall(**call) for call in stored["calls"]),
            "stages": tuple(
                StageTrace(
                    Stage(stage["stage"]),
                    stage["ms"],
                    tuple(_ranked(places, entry) for entry in stage["entries"]),
                    stage["count"],
                )
                for stage in stored["stages"]
            ),
        }
    )


def _ranked(places: list[list[Any]], entry: list[Any]) -> Ranked:
    place, score, *joined = entry
    chunk, note, path, heading, start, end = places[place]
    return Ranked(
        UUID(chunk), UUID(note), path, heading, start, end, score, tuple(map(UUID, joined))
    )
