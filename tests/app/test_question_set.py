import json
from pathlib import Path

import pytest

from app.batch import BatchFileError
from app.question_set import QuestionSetError, read_lines, read_question_set
from retrieval.evaluation import Expected


def written(folder: Path, *lines: object) -> str:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return str(path)


def test_a_question_is_read_with_its_evidence(tmp_path: Path) -> None:
    line = {
        "id": "q1",
        "kind": "followup",
        "question": "然后呢？",
        "answerable": True,
        "evidence": [{"note": "a.md", "quote": "甲"}, {"note": "b.md", "quote": "乙"}],
        "match": "all",
        "history": [{"question": "先做什么？", "answer": "甲"}],
    }
    assert read_question_set(written(tmp_path, line)) == (
        Expected("q1", "然后呢？", "followup", True, ("甲", "乙"), True, "先做什么？"),  # noqa: FBT003
    )


def test_an_unanswerable_question_needs_no_evidence(tmp_path: Path) -> None:
    (only,) = read_question_set(written(tmp_path, {"id": 7, "question": "q", "answerable": False}))
    assert only == Expected("7", "q", answerable=False)


@pytest.mark.parametrize(
    "line",
    [
        {"id": "1", "question": "q"},
        {"id": "1", "question": "q", "evidence": "a"},
        {"id": "1", "question": "q", "evidence": [{"note": "a.md"}]},
        {"id": "1", "question": "q", "evidence": ["a"]},
    ],
)
def test_a_line_without_usable_evidence_is_named(tmp_path: Path, line: object) -> None:
    with pytest.raises(QuestionSetError, match="Line 1 of the question set"):
        read_question_set(written(tmp_path, line))


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        QuestionSetError, match=r'^Line 1 of the question set has no text under "question"'
    ):
        read_question_set(written(tmp_path, {"id": "1"}))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BatchFileError):
        read_question_set(str(tmp_path / "absent.jsonl"))


def test_half_characters_in_names_are_replaced(tmp_path: Path) -> None:
    line = {"id": "a\ud800", "kind": "\udc00", "question": "问", "answerable": False}
    assert read_question_set(written(tmp_path, line)) == (
        Expected("a?", "问", "?", False, (), False, ""),  # noqa: FBT003
    )


def test_a_question_longer_than_can_be_asked_is_named_where_there_is_a_limit() -> None:
    lines = [b"\n", b'{"question": " 12345 ", "answerable": false}']
    (only,) = read_lines(lines, 5)
    assert only == read_lines(lines)[0]
    with pytest.raises(
        QuestionSetError,
        match=r"^Line 2 of the question set asks in 5 characters, and at most 4 can be asked",
    ):
        read_lines(lines, 4)
