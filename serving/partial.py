"""What stands of an answer that was stopped."""

from collections.abc import Iterable

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


def partial_answer(events: Iterable[Event], mode: Mode = Mode.MODEL) -> Answer:
    """Return the answer that ``events`` tell so far, interrupted unless they hold its end.

    For a reader who stopped the answer or went away: the terminal event never came.
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
        "".join(text), mode, Finish.INTERRUPTED, sources, tuple(citations), tuple(support)
    )
