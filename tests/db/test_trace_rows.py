"""How a search went is kept with its answer, and comes back as it was."""

import json
from dataclasses import replace
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from app.db.catalog import Catalog
from app.db.conversations import Conversations
from app.db.models import TraceRow
from app.db.session import Database
from app.db.trace_rows import TracedChunk, TraceRows, bounded, trace_json, trace_of
from retrieval.span import Span
from retrieval.trace import Dropped, ModelCall, Ranked, Reason, Stage, StageTrace, Term, Trace
from serving.answer import Answer, Finish, Mode
from tests.contracts.catalog_contract import stored
from tests.fakes.notes import sample_chunk, sample_note

ANSWER = Answer("答", Mode.EXTRACTIVE, Finish.COMPLETE, (), (), (), note="no_model", ms=7)
NOTE = sample_note("开头。显存怎么估算？乘以二。结尾。")


def ranked(number: int, note: UUID = NOTE.id) -> Ranked:
    return Ranked(UUID(int=number), note, "", "显存", number, number + 5, 1 / (number + 1))


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
RANKED = st.builds(Ranked, score=FLOATS)
TRACES = st.builds(
    Trace,
    terms=st.lists(st.builds(Term, weight=FLOATS)).map(tuple),
    stages=st.lists(
        st.builds(StageTrace, ms=FLOATS, entries=st.lists(RANKED).map(tuple)), max_size=5
    ).map(tuple),
    dropped=st.lists(st.builds(Dropped)).map(tuple),
    calls=st.lists(st.builds(ModelCall, ms=FLOATS)).map(tuple),
    **dict.fromkeys(("semantic_weight", "evidence", "threshold", "reading_ms", "ms"), FLOATS),
)


@settings(max_examples=60, deadline=None)
@given(TRACES)
def test_any_trace_comes_back_from_json(trace: Trace) -> None:
    assert trace_of(json.loads(json.dumps(trace_json(trace)))) == trace


def test_a_trace_of_an_earlier_version_is_read_without_what_it_lacks() -> None:
    written = trace_json(Trace("显存", evidence=2.0))
    del written["reading_ms"]
    assert trace_of({**written, "of a later one": 1}) == Trace("显存", evidence=2.0)


def test_what_is_kept_is_bounded() -> None:
    many = tuple(ranked(number) for number in range(50))
    trace = Trace(
        "显存",
        terms=tuple(Term(str(number), 1.0, "asked") for number in range(100)),
        stages=(StageTrace(Stage.LEXICAL, 1.0, many, 50),),
        dropped=(Dropped(Reason.BEYOND, 50, tuple(entry.chunk for entry in many)),),
    )
    kept = bounded(trace)
    assert kept.stages == (StageTrace(Stage.LEXICAL, 1.0, many[:20], 50),)
    assert kept.dropped == (Dropped(Reason.BEYOND, 50, tuple(e.chunk for e in many[:20])),)
    assert kept.terms == trace.terms[:60]


def test_a_trace_is_kept_with_its_turn_under_the_names_of_that_day(database: Database) -> None:
    conversations, rows = Conversations(database), TraceRows(database)
    stored(Catalog(database), NOTE)
    here, gone = ranked(1), ranked(2, note=UUID(int=99))
    trace = Trace("显存", stages=(StageTrace(Stage.LEXICAL, 1.0, (here, gone), 2),))
    thread = conversations.begin("显存")
    turn_id = conversations.record(thread, "怎么估算？", "显存怎么估算？", ANSWER, trace)
    turn = rows.turn(thread, turn_id)
    assert turn is not None
    assert (turn.question, turn.standalone) == ("怎么估算？", "显存怎么估算？")
    assert (turn.mode, turn.note, turn.ms) == ("extractive", "no_model", 7)
    named = StageTrace(Stage.LEXICAL, 1.0, (replace(here, path=NOTE.path), gone), 2)
    assert turn.trace == replace(trace, stages=(named,))


def test_a_trace_goes_with_its_turn(database: Database) -> None:
    conversations, rows = Conversations(database), TraceRows(database)
    thread = conversations.begin("显存")
    turn_id = conversations.record(thread, "怎么估算？", "", ANSWER, Trace("显存"))
    conversations.delete(thread)
    assert rows.turn(thread, turn_id) is None
    with database.read() as session:
        assert session.query(TraceRow).count() == 0


def test_a_turn_without_a_trace_says_so_and_one_of_another_conversation_is_none(
    database: Database,
) -> None:
    conversations, rows = Conversations(database), TraceRows(database)
    thread = conversations.begin("显存")
    turn_id = conversations.record(thread, "怎么估算？", "", ANSWER)
    turn = rows.turn(thread, turn_id)
    assert turn is not None
    assert turn.trace is None
    assert rows.turn(uuid4(), turn_id) is None


def test_live_chunks_are_told_with_the_names_of_their_notes(database: Database) -> None:
    (chunk,) = stored(Catalog(database), NOTE, [sample_chunk(NOTE, 0, Span(0, 9))])
    found = TraceRows(database).live([chunk.id, uuid4()])
    assert found == {chunk.id: TracedChunk(chunk, NOTE.path, NOTE.title)}
