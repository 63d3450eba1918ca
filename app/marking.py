"""Passages that a reader of the search lab says answer a question: a question set of their own."""

import json
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from app.question_sets import NoSuchQuestionSetError, QuestionSets

SET = "search-lab"
"""Name of the question set."""
_KIND = "lab"
_LOCK = threading.Lock()
"""A set is read and written as a whole; two readers may press at once."""


def quotes(sets: QuestionSets, question: str, previous: str = "") -> frozenset[str]:
    """Return the words that were marked as answering a question; pure but for the reading."""
    return frozenset(
        each["quote"]
        for line in _lines(sets)
        if _asks(line, question, previous)
        for each in line["evidence"]
    )


def toggle(sets: QuestionSets, asked: tuple[str, str], path: str, quote: str) -> bool:
    """Mark words as answering a question, or take that back; return whether they are marked now.

    Args:
        sets: Where the set is kept; it is made with its first question.
        asked: The question, and the one before it in the conversation or an empty string.
        path: Path of the note.
        quote: The words.

    Raises:
        QuestionSetError: A line of the set was written by hand and cannot be read.
    """
    with _LOCK:
        lines = list(_lines(sets))
        line = next((each for each in lines if _asks(each, *asked)), None)
        if line is None:
            line = _line(*asked)
            lines.append(line)
        kept = [each for each in line["evidence"] if each["quote"] != quote]
        marked = len(kept) == len(line["evidence"])
        line["evidence"] = [*kept, {"note": path, "quote": quote}] if marked else kept
        _keep(sets, [each for each in lines if each["evidence"]])
        return marked


def _line(question: str, previous: str) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": uuid4().hex[:12],
        "kind": _KIND,
        "question": question,
        "answerable": True,
        "evidence": [],
        "match": "any",
    }
    if previous:
        line["history"] = [{"question": previous, "answer": ""}]
    return line


def _asks(line: dict[str, Any], question: str, previous: str) -> bool:
    history = line.get("history") or [{"question": ""}]
    return bool(line["question"] == question and history[-1]["question"] == previous)


def _lines(sets: QuestionSets) -> Iterator[dict[str, Any]]:
    try:
        sets.read(SET)  # says what is wrong with a line
        text = sets.text(SET)
    except NoSuchQuestionSetError:
        return
    for line in text.splitlines():
        if line.strip():
            value = json.loads(line)
            yield {**value, "evidence": list(value.get("evidence", []))}


def _keep(sets: QuestionSets, lines: list[dict[str, Any]]) -> None:
    if lines:
        # Numbers for what is no plain ASCII: some characters would end a line.
        sets.keep(SET, "".join(f"{json.dumps(line)}\n" for line in lines))
    else:
        sets.remove(SET)
