"""Files of questions with what answers them: what `footnote eval` reads."""

import json
from collections.abc import Iterator
from typing import Any

from app import batch
from retrieval.evaluation import Expected


class QuestionSetError(ValueError):
    """A line of a question set does not say what answers its question."""

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
        BatchLineError: A line is not a question.
        QuestionSetError: A line does not say what answers it.
    """
    with batch.opened(path) as file:
        return tuple(_read(list(file)))


def _read(lines: list[bytes]) -> Iterator[Expected]:
    for number, content in enumerate(lines, start=1):
        if not content.strip():
            continue
        line = batch.line(number, content)
        value = json.loads(content.decode("utf-8-sig"))
        answerable = bool(value.get("answerable", True))
        yield Expected(
            id=str(line.id if line.id is not None else number),
            question=line.question,
            kind=str(value.get("kind", "")),
            answerable=answerable,
            quotes=_quotes(number, value.get("evidence", []), needed=answerable),
            all_needed=value.get("match", "any") == "all",
            previous=line.history[-1].question if line.history else "",
        )


def _quotes(number: int, evidence: Any, *, needed: bool) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    if not isinstance(evidence, list) or not all(isinstance(each, dict) for each in evidence):
        raise QuestionSetError(number, 'has an "evidence" that is not a list of objects')
    quotes = [each.get("quote") for each in evidence]
    if not all(isinstance(quote, str) and quote.strip() for quote in quotes):
        raise QuestionSetError(number, 'has evidence without a "quote"')
    if needed and not quotes:
        raise QuestionSetError(number, "is answerable and has no evidence")
    return tuple(quotes)
