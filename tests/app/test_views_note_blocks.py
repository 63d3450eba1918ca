"""What a note's page is set from."""

from app.rendering import Origin
from app.views import Reading, note_view
from app.views.note_blocks import LONGEST_PARSED, note_blocks
from ingest.parsing import parse
from retrieval.span import Span
from tests.app.pages_in_tests import NOTE, NOW, ZH, note


def test_a_note_is_set_from_its_blocks() -> None:
    text = "# 题\n\n甲\n\n- 乙\n"

    assert note_blocks(text, "kv", "markdown") == parse(text, "kv").blocks


def test_a_note_too_long_to_be_read_is_shown_in_stretches_of_whole_lines() -> None:
    text = ("  " * 500 + "- a\n") * (LONGEST_PARSED // 1_004 + 1)

    spans = [block.span for block in note_blocks(text, "kv", "markdown")]

    assert "".join(span.of(text) for span in spans) == text
    assert {span.of(text)[-1] for span in spans} == {"\n"}


def test_one_line_without_end_is_cut_all_the_same() -> None:
    text = "字" * (LONGEST_PARSED + 1)

    assert sum(len(block.span) for block in note_blocks(text, "kv", "markdown")) == len(text)


def test_a_passage_far_into_a_long_note_is_found() -> None:
    text = "一行话。\n" * (LONGEST_PARSED // 4)

    view = note_view(Reading(note(text), note_blocks(text, "kv", "markdown"), Origin(ZH, NOTE),
                             Span(1_900_000, 1_900_020)), NOW)  # fmt: skip

    (cited,) = [part for part in view.parts if part.cited]
    assert cited.start <= 1_900_000 < cited.end
    assert view.quotation is not None
    assert view.quotation.source_start == cited.start
