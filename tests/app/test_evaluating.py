"""Evaluations in a thread of their own."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.evaluating import (
    MOST_KEPT,
    EvaluationRunningError,
    Evaluations,
    NoSuchEvaluationError,
)
from app.evaluation_replies import DifferenceReply, EvaluationReply, EvaluationRequest
from app.measuring import measured, searching_with
from app.question import LongQuestionError
from app.question_sets import EmptyQuestionSetError, NoSuchQuestionSetError, QuestionSets
from app.replies import PassageReply, SearchReply
from app.search_body import SearchSettingsBody
from app.verdict import Judged
from retrieval.evaluation import Expected, Outcome
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings

LINES = (
    {"id": "1", "kind": "chat", "question": "一", "evidence": [{"note": "a.md", "quote": "甲"}]},
    {"id": "2", "question": "二", "answerable": False},
    {"id": "3", "question": "三", "open": True},
)
OFF = SearchSettingsBody(rerank=False)


class VectorsGoneError(RuntimeError):
    """Something a search needs is not there."""

    def __init__(self) -> None:
        super().__init__("The vectors are gone.")


class NoVerdicts:
    """Nobody has judged anything."""

    def judged(self, *, good: bool) -> tuple[Judged, ...]:
        del good
        return ()


def passage(text: str) -> PassageReply:
    return PassageReply(
        note="a.md",
        heading="标题",
        start=0,
        end=len(text),
        text=text,
        score=0.5,
        note_id=uuid4(),
        title="a",
        kind="article",
        when="",
        speakers=(),
        link="",
        page=0,
        url="/notes",
    )


def search(expected: Expected, settings: SearchSettingsBody) -> SearchReply:
    """Find the evidence first, or second without reranking; refuse what is not answered."""
    texts = ["乙", "甲"] if settings.rerank is False else ["甲"]
    found = tuple(map(passage, texts)) if expected.answerable else ()
    return SearchReply(passages=found, on_topic=expected.answerable, missing=(), ms=2.0)


@contextmanager
def evaluations(home: Path, searching: object = search) -> Iterator[Evaluations]:
    sets = QuestionSets(home / "questions", NoVerdicts())
    sets.keep("mine", "\n".join(map(json.dumps, LINES)))
    moment = datetime(2024, 3, 1, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(minutes=1)
        return moment

    made = Evaluations(home / "evaluations", sets, searching, clock)  # type: ignore[arg-type]
    yield made
    made.close()


def done(made: Evaluations, **wanted: object) -> EvaluationReply:
    begun = made.start(EvaluationRequest.model_validate({"set": "mine", **wanted}))
    made.wait()
    return made.get(begun.id)


def test_one_setting_is_measured(tmp_path: Path) -> None:
    with evaluations(tmp_path) as made:
        reply = done(made)
    assert (reply.state, reply.done, reply.total, reply.error) == ("done", 3, 3, "")
    (side,) = reply.sides
    assert {kind: row.questions for kind, row in side.rows.items()} == {
        "all": 1, "chat": 1, "unanswerable": 1
    }  # fmt: skip
    assert side.rows["all"].scores["mrr"] == 1.0
    assert side.rows["unanswerable"].scores == {"refused": 1.0}
    assert (side.ms_p50, side.ms_p95) == (2.0, 2.0)
    assert [(each.id, each.ranks, each.refused, each.first) for each in reply.questions] == [
        ("1", (1,), (False,), ("a.md › 标题",)),
        ("2", (None,), (True,), ("",)),
        ("3", (None,), (False,), ("a.md › 标题",)),
    ]
    assert (reply.differences, reply.better, reply.worse, reply.moved) == ({}, (), (), ())


def test_two_settings_are_compared(tmp_path: Path) -> None:
    with evaluations(tmp_path) as made:
        reply = done(made, b=OFF)
    assert [side.settings for side in reply.sides] == [SearchSettingsBody(), OFF]
    assert reply.differences["mrr"] == DifferenceReply(
        before=1.0, after=0.5, difference=-0.5, low=-0.5, high=-0.5, above=0.0
    )
    assert (reply.better, reply.worse, reply.moved) == ((), (0,), (2,))
    assert (reply.questions[0].ranks, reply.done, reply.total) == ((1, 2), 6, 6)


def test_results_outlive_the_program_newest_first(tmp_path: Path) -> None:
    with evaluations(tmp_path) as made:
        first, second = done(made), done(made, a=OFF)
    (tmp_path / "evaluations" / "other.json").write_text("{}", encoding="utf-8")
    with evaluations(tmp_path) as again:
        assert again.latest() == (second, first)
        assert again.get(first.id) == first
        with pytest.raises(NoSuchEvaluationError):
            again.get(uuid4())


def test_the_oldest_results_go(tmp_path: Path) -> None:
    with evaluations(tmp_path) as made:
        kept = [done(made) for _ in range(MOST_KEPT + 2)]
        assert made.latest() == tuple(reversed(kept[2:]))


def test_an_evaluation_can_be_watched_and_stopped_while_no_other_begins(tmp_path: Path) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def waiting(expected: Expected, settings: SearchSettingsBody) -> SearchReply:
        if expected.id == "2":
            reached.set()
            assert go_on.wait(10)
        return search(expected, settings)

    with evaluations(tmp_path, waiting) as made:
        begun = made.start(EvaluationRequest(set="mine"))
        assert reached.wait(10)
        going = made.running
        assert going is not None
        assert (going.id, going.state, going.done, going.total) == (begun.id, "running", 1, 3)
        assert made.latest() == (made.get(begun.id),)
        with pytest.raises(EvaluationRunningError, match="An evaluation of 'mine' is running"):
            made.start(EvaluationRequest(set="mine"))
        made.cancel(begun.id)
        go_on.set()
        made.wait()
        ended = made.cancel(begun.id)
    assert (ended.state, ended.sides, made.running) == ("cancelled", (), None)


def test_what_breaks_an_evaluation_is_kept_with_it(tmp_path: Path) -> None:
    def breaking(expected: Expected, settings: SearchSettingsBody) -> SearchReply:
        if expected.id == "3":
            raise VectorsGoneError
        return search(expected, settings)

    with evaluations(tmp_path, breaking) as made:
        reply = done(made)
        assert made.running is None
    assert (reply.state, reply.done) == ("failed", 2)
    assert reply.error == "The vectors are gone."


def test_a_question_that_cannot_be_asked_fails_alone(tmp_path: Path) -> None:
    def refusing(expected: Expected, settings: SearchSettingsBody) -> SearchReply:
        if expected.id != "3":
            raise LongQuestionError(9, 4)
        return search(expected, settings)

    with evaluations(tmp_path, refusing) as made:
        reply = done(made)
    assert (reply.state, reply.done, reply.error) == ("done", 3, "")
    assert [(each.ranks, each.refused, each.first) for each in reply.questions] == [
        ((None,), (False,), ("",)),
        ((None,), (False,), ("",)),
        ((None,), (False,), ("a.md › 标题",)),
    ]
    assert reply.sides[0].rows["unanswerable"].scores == {"refused": 0.0}


def test_a_question_whose_answer_no_note_holds_counts_as_refused(tmp_path: Path) -> None:
    def reading(expected: Expected, settings: SearchSettingsBody) -> SearchReply:
        found = search(expected, settings)
        answered = expected.answerable
        return found.model_copy(update={"on_topic": True, "answered": answered})

    with evaluations(tmp_path, reading) as made:
        reply = done(made)
    assert [each.refused for each in reply.questions] == [(False,), (True,), (False,)]


def test_a_folder_that_cannot_be_written_ends_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "evaluations").write_text("a file", encoding="utf-8")
    with evaluations(tmp_path) as made:
        begun = made.start(EvaluationRequest(set="mine"))
        made.wait()
        assert made.running is None
        with pytest.raises(NoSuchEvaluationError):
            made.get(begun.id)


def test_what_no_file_can_hold_ends_nothing_else(tmp_path: Path) -> None:
    def half_characters(expected: Expected, settings: SearchSettingsBody) -> SearchReply:
        found = search(expected, settings)
        broken = (each.model_copy(update={"heading": "\ud800"}) for each in found.passages)
        return found.model_copy(update={"passages": tuple(broken)})

    with evaluations(tmp_path, half_characters) as made:
        for _ in range(2):  # the second one begins
            with pytest.raises(NoSuchEvaluationError):
                done(made)


def test_only_a_set_with_questions_is_evaluated(tmp_path: Path) -> None:
    with evaluations(tmp_path) as made:
        with pytest.raises(NoSuchQuestionSetError):
            made.start(EvaluationRequest(set="other"))
        with pytest.raises(EmptyQuestionSetError):
            made.start(EvaluationRequest(set="thumbs-up"))
        assert made.latest() == ()


class Unanswered:
    """Finds nothing in notes that bear on every question."""

    def retrieve(
        self,
        question: str,
        limit: int = 8,
        *,
        previous: str = "",
        also: Sequence[str] = (),
        settings: SearchSettings | None = None,
    ) -> Retrieved:
        del limit, previous, also, settings
        return Retrieved(question, (), True, 0.9, (), (), 1.0, answered=False)  # noqa: FBT003


def test_a_search_tells_that_the_notes_bear_on_a_question_and_hold_no_answer() -> None:
    searching = searching_with(Unanswered(), SearchSettings(), 3)
    found = searching(Expected("1", "一"), SearchSettingsBody())
    assert (found.on_topic, found.answered) == (True, False)
    done: list[int] = []
    (outcome,) = measured([Expected("1", "四个字吗")], OFF, searching, done.append).graded.outcomes
    assert (outcome, done) == (Outcome((), refused=False, ms=0.0), [1])
