"""What a trace says became of each candidate."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunk import Chunk, Kind
from retrieval.hit import Hit
from retrieval.index import Scored
from retrieval.passage import Passage
from retrieval.span import Span
from retrieval.trace import Dropped, Ranked, Reason, Stage, StageTrace, Trace
from retrieval.tracing import Tracing


def hit(number: int, note: int = 1, score: float = 1.0) -> Hit:
    span = Span(number * 10, number * 10 + 5)
    chunk = Chunk(
        UUID(int=number), UUID(int=note), number, Kind.ARTICLE, "h", "words", span, ("A", "B")
    )
    return Hit(chunk, number, score, final=score)


def passage(*hits: Hit) -> Passage:
    best = hits[0].chunk
    return Passage(
        note_id=best.note_id,
        path="a.md",
        title="a",
        kind=best.kind,
        span=best.span,
        text=best.text,
        score=0.5,
        headings=best.headings,
        hits=hits,
    )


def traced(hits: list[Hit], passages: list[Passage], limit: int, per_note: int = 9) -> Trace:
    tracing = Tracing(most=20)
    tracing.restart()
    tracing.passages(passages, hits, limit, per_note)
    return tracing.trace(searched="x")


def reasons(trace: Trace) -> dict[Reason, tuple[UUID, ...]]:
    return {each.reason: each.chunks for each in trace.dropped}


def test_candidates_inside_a_better_passage_are_the_same() -> None:
    one, two, three = hit(1), hit(2), hit(3, note=2)
    trace = traced([one, two, three], [passage(one, two), passage(three)], limit=8)
    assert reasons(trace) == {Reason.SAME: (two.chunk.id,)}
    (final,) = trace.stages
    assert final.entries[0] == Ranked(
        one.chunk.id, UUID(int=1), "a.md", "A › B", 10, 15, 0.5, joined=(two.chunk.id,)
    )


def test_candidates_of_a_note_with_its_share_are_told_from_others() -> None:
    first, crowded, unread, last, later = (
        hit(1),
        hit(2),
        hit(3, note=3),
        hit(4, note=2),
        hit(5),
    )
    hits = [first, crowded, unread, last, later]
    trace = traced(hits, [passage(first), passage(last)], limit=2, per_note=1)
    assert reasons(trace) == {
        Reason.PER_NOTE: (crowded.chunk.id,),
        Reason.BEYOND: (unread.chunk.id, later.chunk.id),
    }


def test_nothing_is_behind_the_last_when_fewer_were_found_than_asked_for() -> None:
    first, crowded = hit(1), hit(2)
    trace = traced([first, crowded], [passage(first)], limit=8, per_note=1)
    assert reasons(trace) == {Reason.PER_NOTE: (crowded.chunk.id,)}


def test_candidates_that_a_query_rules_out_are_told() -> None:
    one, two = hit(1), hit(2)
    tracing = Tracing(most=2)
    assert tracing.kept([one, two], [two]) == [two]
    assert reasons(tracing.trace(searched="x")) == {Reason.FILTERED: (one.chunk.id,)}


def test_only_the_best_are_named_and_all_are_counted() -> None:
    hits = [hit(number) for number in range(1, 6)]
    tracing = Tracing(most=2)
    tracing.hits(Stage.LEXICAL, hits, lambda each: each.lexical_score)
    tracing.drop(Reason.FILTERED, hits)
    trace = tracing.trace(searched="x")
    (lexical,) = trace.stages
    assert (len(lexical.entries), lexical.count) == (2, 5)
    assert trace.dropped == (Dropped(Reason.FILTERED, 5, (UUID(int=1), UUID(int=2))),)


def test_a_leg_that_found_nothing_is_no_stage() -> None:
    tracing = Tracing(most=2)
    tracing.points(Stage.SEMANTIC, [])
    assert tracing.trace(searched="x").stages == ()
    tracing.points(Stage.SEMANTIC, [(Scored(UUID(int=7), 0.25), [hit(1).chunk, hit(2).chunk])])
    (semantic,) = tracing.trace(searched="x").stages
    assert [(each.chunk.int, each.score) for each in semantic.entries] == [(1, 0.25), (2, 0.25)]


def test_stages_that_are_done_again_are_told_once() -> None:
    tracing = Tracing(most=2)
    tracing.restart()
    tracing.hits(Stage.LEXICAL, [hit(1)], lambda each: each.lexical_score)
    tracing.drop(Reason.FILTERED, [hit(1)])
    tracing.restart()
    tracing.passages([], [], 1, 1)
    trace = tracing.trace(searched="x")
    assert [stage.stage for stage in trace.stages] == [Stage.FINAL]
    assert trace.dropped == ()
    assert trace.ms >= trace.reading_ms > 0


def test_paths_are_filled_in_where_they_are_known() -> None:
    known = Ranked(UUID(int=1), UUID(int=8), "", "", 0, 1, 1.0)
    unknown = Ranked(UUID(int=2), UUID(int=9), "", "", 0, 1, 1.0)
    trace = Trace("x", stages=(StageTrace(Stage.LEXICAL, 1.0, (known, unknown), 2),))
    assert trace.notes == {UUID(int=8), UUID(int=9)}
    named = trace.with_paths({UUID(int=8): "a.md"})
    assert [each.path for each in named.stages[0].entries] == ["a.md", ""]


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=12),
    st.integers(1, 6),
    st.integers(1, 3),
    st.data(),
)
def test_every_candidate_is_a_passage_or_left_out_for_one_reason(
    notes: list[int], limit: int, per_note: int, data: st.DataObject
) -> None:
    hits = [hit(number, note) for number, note in enumerate(notes, 1)]
    lead = data.draw(
        st.lists(st.sampled_from(hits), unique_by=lambda h: h.chunk.id, max_size=limit)
    )
    passages = [passage(each) for each in sorted(lead, key=lambda h: h.chunk.ordinal)]
    trace = traced(hits, passages, limit, per_note)
    told = [chunk for each in trace.dropped for chunk in each.chunks]
    final = [each.chunk for each in trace.stages[-1].entries]
    assert sorted([*told, *final]) == sorted(each.chunk.id for each in hits)
