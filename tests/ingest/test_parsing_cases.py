"""Each file in `cases` has one quirk; the file of the same name beside it says what comes of it."""

from pathlib import Path

import pytest

from ingest.parsing import parse
from tests.ingest.described import described

CASES = Path(__file__).with_name("cases")


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*.blocks")))
def test_quirk_is_read_as_written_down(name: str) -> None:
    expected = CASES / name
    note = next(path for path in CASES.glob(f"{expected.stem}.*") if path != expected)
    text = note.read_bytes().decode()
    assert described(text, parse(text, note.stem)) == expected.read_text(encoding="utf-8")


def test_every_case_says_what_is_expected() -> None:
    notes = {path.stem for path in CASES.iterdir() if path.suffix in {".md", ".txt"}}
    assert notes == {path.stem for path in CASES.glob("*.blocks")}
