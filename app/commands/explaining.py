"""How a search went, as a table."""

from collections.abc import Iterator
from uuid import UUID

from app.search_replies import CandidateReply, TraceReply

_TERMS = 16
_OTHERS = 12
"""Candidates that are listed though they are no passages of their own."""
_WIDTH = 12
_STAGES = ("lexical", "semantic", "fused", "reranked", "preferred", "final")
_FATES = {
    "same": "in a better passage",
    "per_note": "its note has its share",
    "filtered": "ruled out by the query",
    "beyond": "behind the last",
}

Ranks = dict[str, dict[UUID, CandidateReply]]


def explained(trace: TraceReply) -> Iterator[str]:
    """Yield the lines that say how a search came to its passages."""
    yield f"searched: {trace.searched}"
    if trace.earlier:
        yield f"earlier:  {trace.earlier}"
    if trace.also:
        yield f"also:     {' | '.join(trace.also)}"
    if trace.chips:
        within = "" if trace.within is None else f" ({trace.within} points left)"
        yield f"filters:  {', '.join(trace.chips)}{within}"
    yield "terms:    " + _terms(trace)
    passes = "on topic" if trace.evidence >= trace.threshold else "below the threshold"
    yield f"evidence: {trace.evidence:.2f}, {passes} of {trace.threshold:.2f}"
    yield ""
    yield from _table(trace)
    yield ""
    yield _left_out(trace)
    times = [f"reading {trace.reading_ms:.1f}"]
    times += [f"{stage.stage} {stage.ms:.1f}" for stage in trace.stages]
    yield f"ms:       {', '.join(times)}; all {trace.ms:.1f}"
    for call in trace.calls:
        yield f"model:    {call.purpose}: {call.outcome} ({call.ms:.0f} ms)"


def _terms(trace: TraceReply) -> str:
    told = [
        f"{term.text} {term.weight:.1f}" + ("" if term.origin == "asked" else f" ({term.origin})")
        for term in trace.terms[:_TERMS]
    ]
    rest = len(trace.terms) - _TERMS
    return ", ".join([*told, f"and {rest} more"] if rest > 0 else told)


def _table(trace: TraceReply) -> Iterator[str]:
    ranks: Ranks = {
        stage.stage: {each.chunk: each for each in stage.candidates} for stage in trace.stages
    }
    stages = [stage for stage in _STAGES if stage in ranks]
    yield "".join(f"{stage:<{_WIDTH}}" for stage in stages) + "passage"
    fates = {chunk: each.reason for each in trace.dropped for chunk in each.chunks}
    before = list(ranks.get("preferred") or ranks.get("reranked") or ranks.get("fused") or ())
    final = ranks.get("final", {})
    others = [chunk for chunk in before if chunk not in final][:_OTHERS]
    for chunk in (*final, *others):
        cells = [_cell(ranks[stage].get(chunk)) for stage in stages]
        found = next(ranks[stage][chunk] for stage in stages[::-1] if chunk in ranks[stage])
        place = " › ".join(filter(None, (found.note, found.heading)))
        fate = "" if chunk in final else f"  [{_FATES[fates.get(chunk, 'beyond')]}]"
        yield "".join(f"{cell:<{_WIDTH}}" for cell in cells) + place + fate


def _cell(found: CandidateReply | None) -> str:
    return "-" if found is None else f"{found.rank:>3} {found.score:.2f}"


def _left_out(trace: TraceReply) -> str:
    told = [f"{each.count} {_FATES[each.reason]}" for each in trace.dropped]
    return f"left out: {', '.join(told) or 'nothing'}"
