"""What a page says about an answer, beside its words."""

from app.rendering import label
from app.texts import Texts
from app.views.moments import duration
from serving.answer import Answer, Finish, Mode


def meta(texts: Texts, answer: Answer) -> tuple[str, ...]:
    """Say how it was made: from how many notes, by whom, in what time."""
    notes = len({source.passage.note_id for source in answer.sources})
    parts = [texts("answer.from_notes", n=notes)] if answer.mode is not Mode.REFUSAL else []
    if answer.citations:
        parts.append(texts("answer.citations", n=len(answer.citations)))
    quoted = answer.mode is Mode.REFUSAL and answer.citations
    parts.append(texts("answer.mode_nearest" if quoted else f"answer.mode_{answer.mode.value}"))
    if answer.first_token_ms is not None and answer.mode is Mode.MODEL:
        parts.append(texts("answer.first_token", time=duration(answer.first_token_ms)))
    if answer.ms:
        parts.append(duration(answer.ms))
    return tuple(parts)


def notice(texts: Texts, answer: Answer) -> str:
    """Say in one line how it was made; empty when there is nothing to say."""
    return texts.either(f"answer.note_{answer.note}", label(answer.note)) if answer.note else ""


def hint(texts: Texts, answer: Answer) -> str:
    """Say how to connect a model, or why it did not answer; empty when one answered."""
    if answer.note == "no_model":
        return texts("answer.connect")
    return label(answer.reason) if answer.note else ""


def broken(texts: Texts, answer: Answer, error: str) -> str:
    """Say that it is not whole; empty when it is."""
    # Said the same while the answer arrives and when it is read again.
    if answer.finish is Finish.LENGTH:
        return texts("answer.cut")
    if answer.finish is Finish.INTERRUPTED:
        return texts("answer.interrupted")
    return label(error)
