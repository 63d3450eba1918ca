"""What is left out of many real notes, where they lie beside the repository; run with -s to see."""

import json
from pathlib import Path

import pytest

from ingest.parsing.boilerplate import left_out
from ingest.parsing.lines import split_lines
from tests.ingest.boilerplate_report import notes, removed, table

SHARED = Path(__file__).parents[3] / "shared"
HANDBOOK = SHARED / "corpora" / "llm-action"
ARTICLES = SHARED / "corpora" / "drcd" / "DRCD_dev.json"
REAL = SHARED / "notes"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not on this machine")


def test_nothing_is_taken_from_notes_that_people_wrote() -> None:
    print(table(HANDBOOK))  # noqa: T201 - to be looked at
    assert len(notes(HANDBOOK)) == 563
    assert list(removed(HANDBOOK, everywhere=False)) == []


def test_hardly_anything_would_be_taken_if_they_were_pages() -> None:
    print(table(HANDBOOK, everywhere=True))  # noqa: T201 - to be looked at
    assert list(removed(HANDBOOK, everywhere=True)) == []


def test_nothing_is_taken_from_articles_in_traditional_script() -> None:
    pages = json.loads(ARTICLES.read_text(encoding="utf-8"))["data"]
    for page in pages:
        text = "\n\n".join(part["context"] for part in page["paragraphs"])
        assert left_out(split_lines(text)) == {}, page["title"]


def test_the_real_clips_lose_their_walls_and_their_advertising() -> None:
    print(table(REAL))  # noqa: T201 - to be looked at
    found = list(removed(REAL, everywhere=False))
    assert {(each.path, each.reason) for each in found} == {
        ("10分钟搞清楚大模型.md", "advertising"),
        ("大佬沉思.md", "navigation"),
    }
