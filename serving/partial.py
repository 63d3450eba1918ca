"""What stands of an answer that was stopped."""

import re
from collections.abc import Iterable, Sequence

from serving.answer import (
    Answer,
    Citation,
    Cited,
    Done,
    Event,
    Failed,
    Finish,
    Mode,
    Source,
    SourcesFound,
    Support,
    Supported,
    Token,
)

_MARK = re.compile(r"\[\d+\]")


def partial_answer(events: Iterable[Event], mode: Mode = Mode.MODEL) -> Answer:
    """Return the answer that ``events`` tell so far, interrupted unless they hold its end.

    For a reader who stopped the answer or went away: the terminal event never came. A mark comes
    before its citations, so the text ends before one that still lacks any.
    """
    text: list[str] = []
    citations: list[Citation] = []
    support: list[Support] = []
    sources: tuple[Source, ...] = ()
    for event in events:
        match event:
            case SourcesFound():
                sources = event.sources
            case Token():
                text.append(event.text)
            case Cited():
                citations.append(event.citation)
            case Supported():
                support.append(event.support)
            case Done() | Failed():
                return event.answer
    return Answer(
        _cited("".join(text), citations),
        mode,
        Finish.INTERRUPTED,
        sources,
        tuple(citations),
        tuple(support),
    )


def _cited(text: str, citations: Sequence[Citation]) -> str:
    told = {citation.position for citation in citations}
    for mark in _MARK.finditer(text):
        if mark.start() not in told:
            return text[: mark.start()]
    return text
