import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.question import (
    EmptyQuestionError,
    LongQuestionError,
    QuestionError,
    UnreadableQuestionError,
    asked,
)


def test_question_loses_the_space_around_it() -> None:
    assert asked("  KV 缓存是什么？\n", 100) == "KV 缓存是什么？"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyQuestionError),
        (" \n\u3000", EmptyQuestionError),
        ("x" * 101, LongQuestionError),
        ("a\x00b", UnreadableQuestionError),
        ("a\ud800", UnreadableQuestionError),
        ("\udfff", UnreadableQuestionError),
    ],
)
def test_what_cannot_be_asked_is_refused(text: str, error: type[QuestionError]) -> None:
    with pytest.raises(error):
        asked(text, 100)


def test_long_question_is_told_by_how_much() -> None:
    with pytest.raises(LongQuestionError) as caught:
        asked("x" * 5000, 4000)
    assert str(caught.value) == (
        "The question has 5,000 characters; at most 4,000 can be asked. Shorten it."
    )


@given(st.text(max_size=50))
def test_question_that_passes_can_always_be_sent_and_stored(text: str) -> None:
    try:
        question = asked(text, 40)
    except QuestionError:
        return
    assert 0 < len(question) <= 40
    assert question.encode().decode() == question
    assert "\x00" not in question
