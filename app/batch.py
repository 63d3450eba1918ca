"""Files of questions, one JSON object a line."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from serving.answer import Turn

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a batch."""

    number: int
    """Of the line in the file, from 1."""
    id: Any
    """Whatever the file calls it; it comes back with the answer."""
    question: str
    history: tuple[Turn, ...] = ()


class BatchError(ValueError):
    """A file of questions, or a line of it, cannot be read."""


class BatchFileError(BatchError):
    """The file cannot be opened."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"The batch file {path} cannot be read ({reason}).")


class BatchLineError(BatchError):
    """A line is not a question."""

    def __init__(self, number: int, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Line {number} of the batch {reason}. "
            'A line looks like {"id": "1", "question": "..."}.'
        )


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a batch file, or standard input for ``-``.

    Raises:
        BatchFileError: It cannot be opened.
    """
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(path).open("rb"))
        except OSError as error:
            raise BatchFileError(path, error.strerror or str(error)) from error
        yield file


def lines(file: BinaryIO) -> Iterator[Line | BatchLineError]:
    """Yield each question as its line arrives, and an error in the place of a bad line."""
    for number, content in enumerate(file, start=1):
        if content.strip():
            try:
                yield line(number, content)
            except BatchLineError as error:
                yield error


def line(number: int, content: bytes) -> Line:
    """Read one line.

    Raises:
        BatchLineError: It is not a question.
    """
    try:
        text = content.decode("utf-8-sig" if number == 1 else "utf-8")
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise BatchLineError(number, "is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BatchLineError(number, "is not JSON") from error
    if not isinstance(value, dict):
        raise BatchLineError(number, "is not a JSON object")
    question = value.get("question")
    if not isinstance(question, str):
        raise BatchLineError(number, 'has no text under "question"')
    return Line(number, value.get("id"), question, _history(number, value.get("history")))


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and Infinity: they are no JSON, and would come back in the answer."""
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _refuse(digits)


def _history(number: int, value: object) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BatchLineError(number, 'has a "history" that is not a list')
    turns = []
    for turn in value:
        question = turn.get("question") if isinstance(turn, dict) else None
        answer = turn.get("answer", "") if isinstance(turn, dict) else None
        if not isinstance(question, str) or not isinstance(answer, str):
            raise BatchLineError(number, 'has a "history" without question and answer as text')
        turns.append(Turn(question, answer))
    return tuple(turns)


def placed(error: Exception, where: Line | BatchLineError) -> str:
    """Return the sentence of an error with the line it belongs to."""
    return str(error) if isinstance(where, BatchLineError) else f"Line {where.number}: {error}"
