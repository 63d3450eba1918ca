from uuid import uuid4

from app.db.suggesting import Suggestion, suggested

FIRST, SECOND = uuid4(), uuid4()
TITLES = {FIRST: "显存笔记", SECOND: "RAG"}


def test_notes_take_turns_and_questions_come_first() -> None:
    headings = [
        (FIRST, ("显存笔记", "量化的代价")),
        (FIRST, ("显存笔记", "量化的代价", "显存怎么估算")),
        (SECOND, ("Chunk size",)),
        (FIRST, ("显存笔记", "量化的代价")),
        (SECOND, ("How to rerank",)),
    ]
    assert suggested(TITLES, headings, 10) == (
        Suggestion("显存怎么估算", FIRST, "显存笔记"),
        Suggestion("How to rerank", SECOND, "RAG"),
        Suggestion("量化的代价", FIRST, "显存笔记"),
        Suggestion("Chunk size", SECOND, "RAG"),
    )
    assert len(suggested(TITLES, headings, 3)) == 3
    assert suggested(TITLES, headings, -1) == ()


def test_titles_and_headings_too_short_or_too_long_are_passed_over() -> None:
    headings = [(FIRST, ("显存笔记", "小结", "很" * 41)), (SECOND, ("RAG",))]
    assert suggested(TITLES, headings, 10) == ()


def test_a_heading_of_two_notes_is_suggested_once() -> None:
    headings = [(FIRST, ("Open questions",)), (SECOND, ("open Questions",))]
    assert suggested(TITLES, headings, 10) == (Suggestion("Open questions", FIRST, "显存笔记"),)


def test_nothing_is_suggested_of_nothing() -> None:
    assert suggested({}, [], 5) == ()
