import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch import BatchFileError, BatchLineError, Line, lines, opened, placed
from serving.answer import Turn


def read(content: bytes) -> list[Line | str]:
    return [line if isinstance(line, Line) else str(line) for line in lines(io.BytesIO(content))]


def test_questions_come_in_order_with_id_and_history() -> None:
    content = (
        '\ufeff{"id": "a", "question": "甲？", "kind": "x"}\n\n'
        '{"id": 7, "question": "b", "history": [{"question": "q", "answer": "w"}, '
        '{"question": "r"}]}'
    )
    assert read(content.encode()) == [
        Line(1, "a", "甲？"),
        Line(3, 7, "b", (Turn("q", "w"), Turn("r", ""))),
    ]


EXAMPLE = ' A line looks like {"id": "1", "question": "..."}.'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not json", "is not JSON"),
        (b'{"question": ', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"id": NaN, "question": "a"}', "is not JSON"),
        (b'{"id": -Infinity, "question": "a"}', "is not JSON"),
        (b'{"id": 1e999, "question": "a"}', "is not JSON"),
        (b"\xff{}", "is not UTF-8"),
        (b'["question"]', "is not a JSON object"),
        (b'{"id": 1}', 'has no text under "question"'),
        (b'{"question": 5}', 'has no text under "question"'),
        (b'{"question": "a", "history": "x"}', 'has a "history" that is not a list'),
        (
            b'{"question": "a", "history": [{"question": 1}]}',
            'has a "history" without question and answer as text',
        ),
        (
            b'{"question": "a", "history": ["x"]}',
            'has a "history" without question and answer as text',
        ),
    ],
)
def test_bad_line_is_named_and_the_next_one_read(content: bytes, reason: str) -> None:
    assert read(b"\n" + content + b'\n{"question": "next"}') == [
        f"Line 2 of the batch {reason}.{EXAMPLE}",
        Line(3, None, "next"),
    ]


@given(st.binary(max_size=200))
def test_any_file_is_read_without_failing(content: bytes) -> None:
    read(content)


def test_missing_file_is_a_sentence(tmp_path: Path) -> None:
    path = str(tmp_path / "none")
    with pytest.raises(BatchFileError, match=r"none cannot be read \(No such file"), opened(path):
        pass


def test_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "batch"
    path.write_bytes(b"x")
    with opened(str(path)) as file:
        assert file.read() == b"x"


def test_error_is_placed_once() -> None:
    bad = BatchLineError(3, "is not JSON")
    assert placed(bad, bad) == str(bad)
    assert placed(ValueError("Too long."), Line(4, None, "x")) == "Line 4: Too long."
