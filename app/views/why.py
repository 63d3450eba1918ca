"""Why an answer has these sources: how its search went, as it was kept with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db.trace_rows import TracedChunk, TracedTurn
from app.rendering import label, showable
from app.texts import Texts
from app.views.moments import duration
from app.views.stages import ColumnView, PassageView, Staged
from app.views.trace_parts import ChipView, TermView, left_out, times
from retrieval.trace import ModelCall, Stage, Trace


@dataclass(frozen=True, slots=True)
class OfferedView:
    """A passage, and what the answer made of it."""

    passage: PassageView
    number: str
    """Its number among the answer's sources; empty when it is none."""
    use: str
    """The same in words: cited, offered, or left out."""


@dataclass(frozen=True, slots=True)
class FoundView:
    """How the search of an answer went."""

    passages: tuple[OfferedView, ...]
    columns: tuple[ColumnView, ...]
    terms: tuple[TermView, ...]
    chips: tuple[ChipView, ...]
    within: str
    evidence: str
    share: float
    missing: str
    silent: str
    earlier: str
    also: tuple[str, ...]
    times: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    calls: tuple[str, ...]
    """What a language model was asked beside the answer."""


@dataclass(frozen=True, slots=True)
class WhyView:
    """The page, and the fold under the answer."""

    title: str
    question: str
    searched: str
    """The words that were searched; empty when they are the question itself."""
    answered: str
    """How the answer was made."""
    found: FoundView | None
    """None for an answer that is older than traces are."""
    lab: str
    """Address of the same search in the search lab."""
    back: str
    """Address of the answer."""


def why_view(
    texts: Texts, turn: TracedTurn, live: Mapping[UUID, TracedChunk], places: tuple[str, str]
) -> WhyView:
    """Arrange what is known of a turn's search.

    Args:
        texts: The words of the page's language.
        turn: The stored turn.
        live: The candidates that still exist.
        places: Addresses of the same search in the lab, and of the answer.
    """
    searched = label(turn.trace.searched if turn.trace else turn.standalone)
    answered = [texts(f"answer.mode_{turn.mode}")]
    if turn.note:
        answered.append(texts.either(f"answer.note_{turn.note}", label(turn.note)))
    if turn.ms:
        answered.append(duration(turn.ms))
    return WhyView(
        title=texts("why.title"),
        question=showable(turn.question),
        searched="" if searched == label(turn.question) else searched,
        answered=" · ".join(answered),
        found=None if turn.trace is None else _found(texts, turn, turn.trace, live),
        lab=places[0],
        back=places[1],
    )


def _offered(
    texts: Texts, turn: TracedTurn, trace: Trace, passages: Sequence[PassageView]
) -> Iterator[OfferedView]:
    final = next((stage.entries for stage in trace.stages if stage.stage is Stage.FINAL), ())
    for entry, passage in zip(final, passages, strict=True):
        number = turn.sources.get((entry.note, entry.start, entry.end))
        use = "left" if number is None else "cited" if number in turn.cited else "offered"
        yield OfferedView(passage, str(number or ""), texts(f"why.{use}", n=number))


def _found(
    texts: Texts, turn: TracedTurn, trace: Trace, live: Mapping[UUID, TracedChunk]
) -> FoundView:
    staged = Staged(texts, trace, live, "w")
    passed = trace.evidence >= trace.threshold
    figures = {"evidence": f"{trace.evidence:.2f}", "threshold": f"{trace.threshold:.2f}"}
    return FoundView(
        passages=tuple(_offered(texts, turn, trace, staged.passages())),
        columns=staged.columns(),
        terms=staged.terms,
        chips=tuple(ChipView(label(chip)) for chip in trace.chips),
        within="" if trace.within is None else texts("lab.within", n=trace.within),
        evidence=texts("lab.evidence_above" if passed else "lab.evidence_below", **figures),
        share=min(1.0, trace.evidence / (2 * trace.threshold)) if trace.threshold else 1.0,
        missing="",
        silent="" if trace.semantic_weight else texts("lab.no_semantic"),
        earlier=label(trace.earlier),
        also=tuple(map(label, trace.also)),
        times=times(texts, trace),
        left_out=left_out(texts, trace),
        calls=tuple(_call(texts, call) for call in trace.calls),
    )


def _call(texts: Texts, call: ModelCall) -> str:
    purpose = texts.either(f"why.call_{call.purpose}", label(call.purpose))
    return texts(
        "why.call", purpose=purpose, outcome=label(call.outcome), time=duration(round(call.ms))
    )
