"""What the reader thinks of an answer, and what can be said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from app.rendering import label
from app.telling import telling
from app.texts import Texts
from app.verdict import Evidence, Reason, Verdict
from retrieval.passage import Passage
from serving.answer import Source

REASONS = tuple(reason for reason in Reason if reason is not Reason.NONE)
_QUOTE = 80
"""Characters of marked words that are shown."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A reason that can be chosen."""

    key: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A source that may be marked as what answers the question."""

    name: str
    note: str
    start: int
    end: int
    marked: bool


@dataclass(frozen=True, slots=True)
class JudgementView:
    """The thumbs under an answer."""

    id: str
    url: str
    good: bool
    bad: bool
    said: str
    """What was said of a bad answer; empty of others."""
    remark: str
    reasons: tuple[ReasonLine, ...]
    marked: tuple[str, ...]
    """Words that the reader marked as what answers the question."""
    candidates: tuple[CandidateLine, ...]
    """Sources that can be marked; none where a refusal was right."""
    evidence_url: str
    back: str
    """Where a marked source leads back to."""
    lab: str
    """Where a passage that is no source can be looked for."""


@dataclass(frozen=True, slots=True)
class Judging:
    """An answer that can be judged."""

    turn: UUID
    conversation: UUID
    question: str
    previous: str
    sources: Sequence[Source]
    verdict: Verdict | None


def judgement_view(texts: Texts, judging: Judging) -> JudgementView:
    """Arrange the thumbs of a stored answer."""
    verdict = judging.verdict
    bad = verdict is not None and not verdict.good
    reason = verdict.reason if verdict is not None and bad else Reason.NONE
    evidence = verdict.evidence if verdict is not None else ()
    address = f"/c/{judging.conversation}"
    return JudgementView(
        id=f"judged-{judging.turn}",
        url=f"{address}/turns/{judging.turn}/verdict",
        good=verdict is not None and verdict.good,
        bad=bad,
        said=_said(texts, reason) if bad else "",
        remark=label(verdict.remark) if verdict is not None else "",
        reasons=tuple(
            ReasonLine(each.value, texts(f"verdict.{each.value}"), each is reason)
            for each in REASONS
        ),
        marked=tuple(map(_marked, evidence)) if bad else (),
        candidates=_candidates(judging, evidence)
        if bad and reason is not Reason.NOT_IN_NOTES
        else (),
        evidence_url=f"/turns/{judging.turn}/evidence",
        back=f"{address}#judged-{judging.turn}",
        lab=lab_address(judging.question, judging.previous),
    )


def lab_address(
    question: str, previous: str = "", settings: Mapping[str, str] | None = None
) -> str:
    """Return where the search lab searches a question.

    What is marked there becomes the evidence of a bad answer's question.

    Args:
        question: The question, or a query line.
        previous: The question before it.
        settings: Fields of the lab's settings.
    """
    values = {"q": question, "previous": previous, **(settings or {})}
    given = {name: value for name, value in values.items() if value}
    return f"/search?{urlencode(given, errors='replace')}"


def _said(texts: Texts, reason: Reason) -> str:
    return texts(f"verdict.{reason.value}") if reason is not Reason.NONE else texts("verdict.bad")


def _marked(evidence: Evidence) -> str:
    quote = label(evidence.quote)
    shown = quote if len(quote) <= _QUOTE else f"{quote[:_QUOTE]}…"
    return f"{label(evidence.path)}: {shown}"


def _candidates(judging: Judging, evidence: Sequence[Evidence]) -> tuple[CandidateLine, ...]:
    quotes = {each.quote for each in evidence}
    return tuple(
        CandidateLine(
            name=_name(passage),
            note=str(passage.note_id),
            start=passage.span.start,
            end=passage.span.end,
            marked=telling(judging.question, passage.text).of(passage.text) in quotes,
        )
        for passage in (source.passage for source in judging.sources)
    )


def _name(passage: Passage) -> str:
    heading = label(passage.headings[-1]) if passage.headings else ""
    title = label(passage.title) or label(passage.path)
    return title if heading in {"", title} else f"{title} › {heading}"
