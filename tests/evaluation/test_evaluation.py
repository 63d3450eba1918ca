import json
from collections import Counter
from pathlib import Path

import pytest

from retrieval.span import Span
from tests.evaluation.question_sets import (
    OFF_TOPIC,
    QUESTIONS,
    SAMPLES,
    headings,
    off_topic,
    sentences,
    written,
)
from tests.evaluation.running import Answered
from tests.evaluation.tables import at_most, line, refusals, table

SET = QUESTIONS / "questions.jsonl"


def test_every_quote_of_our_own_set_stands_once_in_its_note() -> None:
    for row in map(json.loads, SET.read_text(encoding="utf-8").splitlines()):
        for each in row["evidence"]:
            text = (SAMPLES / each["note"]).read_text(encoding="utf-8")
            assert text.count(each["quote"]) == 1, row["id"]


def test_our_own_sets_have_no_question_twice() -> None:
    asked = [*written("own", SAMPLES, SET).questions, *off_topic(OFF_TOPIC)]
    assert len(asked) >= 60 + 150
    assert Counter(each.question for each in asked).most_common(1)[0][1] == 1
    assert Counter(each.id for each in asked).most_common(1)[0][1] == 1


def test_a_heading_that_asks_is_left_out_of_its_note(tmp_path: Path) -> None:
    notes = tmp_path / "given"
    notes.mkdir()
    body = "这里写的是怎样估算显存的大小，先看权重，再看缓存，最后留一点余量给别的开销。" * 2
    (notes / "a.md").write_text(f"# 显存估算办法\n\n{body}\n\n# 空\n\n短。\n", encoding="utf-8")
    made = headings("some", notes, tmp_path, 10)
    (asked,) = made.questions
    text = (made.notes / "a.md").read_text(encoding="utf-8")
    assert asked.question == "显存估算办法"
    assert "显存估算办法" not in text
    assert len(text) == len((notes / "a.md").read_text(encoding="utf-8"))
    (place,) = asked.places
    assert place.path == "a.md"
    assert isinstance(place.span, Span)
    assert body in place.span.of(text)


def test_a_sentence_is_asked_for_by_some_of_its_words() -> None:
    made = sentences("some", SAMPLES, 20)
    assert len(made.questions) == 20
    for each in made.questions:
        assert len(each.question.split()) <= 5
        assert all(len(quote) > 20 for quote in each.quotes)
    assert sentences("some", SAMPLES, 20) == made


def test_figures_are_those_of_the_ranks() -> None:
    before = [Answered(2, on_topic=True, ms=1.0), Answered(None, on_topic=True, ms=2.0)]
    after = [Answered(1, on_topic=True, ms=3.0), Answered(6, on_topic=True, ms=4.0)]
    found = line("set", "stage", after, before)
    assert found.hits == (0.5, 0.5, 1.0, 1.0)
    assert found.mrr == pytest.approx((1 + 1 / 6) / 2)
    assert found.gained == pytest.approx((0.5 + 1 / 6) / 2)
    assert found.low <= found.gained <= found.high
    assert at_most([3.0, 1.0]) == 1.0
    assert table([found]).splitlines()[2].startswith("| set (2) | stage | 0.500 | 0.500 | 1.000 |")
    assert refusals([("notes", "asked", 3, 0.5)]).splitlines()[2] == "| notes | asked (3) | 50.0% |"
