"""Lines of questions with what answers them: what an evaluation reads."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app import batch
from app.verdict import Evidence, Judged
from retrieval.evaluation import Expected

GOOD = "good"
"""Kind of a question whose answer was liked."""


class QuestionSetError(ValueError):
    """A line of a question set is not a question, or does not say what answers it."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(
            f"Line {number} of the question set {reason}. A line looks like "
            '{"id": "1", "question": "...", "answerable": true, '
            '"evidence": [{"note": "a.md", "quote": "..."}], "match": "any"}.'
        )


def read_question_set(path: str) -> tuple[Expected, ...]:
    """Read a question set, one JSON object a line.

    Raises:
        BatchFileError: The file cannot be opened.
        QuestionSetError: A line is not a question, or does not say what answers it.
    """
    with batch.opened(path) as file:
        return read_lines(file)


def read_lines(lines: Iterable[bytes], most: int | None = None) -> tuple[Expected, ...]:
    """Read the lines of a question set; blank ones are passed over.

    Args:
        lines: One JSON object each.
        most: Characters that a question may have; None lets any pass.

    Raises:
        QuestionSetError: A line is not a question, or does not say what answers it.
    """
    return tuple(_read(lines, most))


def written(judged: Judged) -> str:
    """Return the line of a question that came of a verdict."""
    line: dict[str, Any] = {
        "id": str(judged.turn),
        "kind": GOOD if judged.good else judged.reason.value or "other",
        "question": judged.question,
        "answerable": judged.answerable,
        "evidence": [{"note": each.path, "quote": each.quote} for each in judged.evidence],
        # All that a good answer cites should be found again; of what answers a question, any.
        "match": "all" if judged.good else "any",
    }
    if judged.answerable and not judged.evidence:
        line["open"] = True
    if judged.remark:
        line["remark"] = judged.remark
    if judged.previous:
        question, answer = judged.previous
        line["history"] = [{"question": question, "answer": answer}]
    text = json.dumps(line, ensure_ascii=False)
    # What is no text is written as numbers, so that the file is UTF-8 whatever was asked.
    return text if text.isprintable() else json.dumps(line)


def known_evidence(lines: Iterable[bytes]) -> Mapping[tuple[str, str], tuple[Evidence, ...]]:
    """Return what answers each question of a set, by the question and the one before it.

    Raises:
        QuestionSetError: A line is not a question, or does not say what answers it.
    """
    kept = [content for content in lines if content.strip()]
    expected = read_lines(kept)
    return {
        (each.question, each.previous): tuple(
            Evidence(str(found.get("note", "")), found["quote"])
            for found in json.loads(content.decode("utf-8-sig")).get("evidence", [])
        )
        for each, content in zip(expected, kept, strict=True)
        if each.quotes
    }


def _read(lines: Iterable[bytes], most: int | None) -> Iterator[Expected]:
    for number, content in enumerate(lines, start=1):
        if not content.strip():
            continue
        line = _line(number, content, most)
        value = json.loads(content.decode("utf-8-sig"))
        answerable = bool(value.get("answerable", True))
        needed = answerable and value.get("open") is not True
        yield Expected(
            id=_whole(str(line.id if line.id is not None else number)),
            question=line.question,
            kind=_whole(str(value.get("kind", ""))),
            answerable=answerable,
            quotes=_quotes(number, value.get("evidence", []), needed=needed),
            all_needed=value.get("match", "any") == "all",
            previous=line.history[-1].question if line.history else "",
        )


def _line(number: int, content: bytes, most: int | None) -> batch.Line:
    try:
        line = batch.line(number, content)
    except batch.BatchLineError as error:
        raise QuestionSetError(number, error.reason) from error
    length = len(line.question.strip())
    if not length:
        raise QuestionSetError(number, "asks nothing")
    if most is not None and length > most:
        raise QuestionSetError(
            number, f"asks in {length:,} characters, and at most {most:,} can be asked"
        )
    return line


def _whole(text: str) -> str:
    """Return a name of the file's own with ``?`` for half characters, which no reply can hold."""
    return text.encode("utf-8", "replace").decode()


def _quotes(number: int, evidence: Any, *, needed: bool) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    if not isinstance(evidence, list) or not all(isinstance(each, dict) for each in evidence):
        raise QuestionSetError(number, 'has an "evidence" that is not a list of objects')
    quotes = [each.get("quote") for each in evidence]
    if not all(isinstance(quote, str) and quote.strip() for quote in quotes):
        raise QuestionSetError(number, 'has evidence without a "quote"')
    if needed and not quotes:
        raise QuestionSetError(
            number, 'is answerable and has no evidence (say "open": true where none is known)'
        )
    return tuple(quotes)
