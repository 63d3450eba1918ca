"""The question sets of a home."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from app.question_set import QuestionSetError, read_lines
from app.question_sets import (
    EmptyQuestionSetError,
    NoSuchQuestionSetError,
    QuestionSetNameError,
    QuestionSets,
    SetSummary,
)
from app.verdict import Evidence, Judged, Reason
from retrieval.evaluation import Expected

TURN = UUID("44444444-4444-4444-8444-444444444444")
LINE = json.dumps({"id": "1", "question": "问", "evidence": [{"note": "a.md", "quote": "答"}]})


def judged(**given: object) -> Judged:
    values: dict[str, object] = {
        "turn": TURN,
        "conversation": TURN,
        "question": "怎么估算？",
        "previous": None,
        "good": False,
        "reason": Reason.WRONG,
        "remark": "",
        "answerable": True,
        "evidence": (),
    }
    return Judged(**values | given)  # type: ignore[arg-type]


class Verdicts:
    """Verdicts that are given."""

    def __init__(self, *judged: Judged) -> None:
        self._judged = judged

    def judged(self, *, good: bool) -> tuple[Judged, ...]:
        return tuple(each for each in self._judged if each.good == good)


def test_verdicts_are_sets_of_their_own(tmp_path: Path) -> None:
    sets = QuestionSets(
        tmp_path / "questions",
        Verdicts(
            judged(previous=("先问", "先答"), remark="少了一篇"),
            judged(reason=Reason.NOT_IN_NOTES, answerable=False),
            judged(good=True, reason=Reason.NONE, evidence=(Evidence("a.md", "甲"),)),
        ),
    )
    assert sets.summaries() == (
        SetSummary("thumbs-down", 2, 1, 1),
        SetSummary("thumbs-up", 1, 0, 0),
    )
    assert sets.read("thumbs-down") == (
        Expected(str(TURN), "怎么估算？", "wrong", previous="先问"),
        Expected(str(TURN), "怎么估算？", "not_in_notes", answerable=False),
    )
    assert sets.read("thumbs-up") == (
        Expected(str(TURN), "怎么估算？", "good", quotes=("甲",), all_needed=True),
    )
    first = json.loads(sets.text("thumbs-down").splitlines()[0])
    assert first == {
        "id": str(TURN),
        "kind": "wrong",
        "question": "怎么估算？",
        "answerable": True,
        "evidence": [],
        "match": "any",
        "open": True,
        "remark": "少了一篇",
        "history": [{"question": "先问", "answer": "先答"}],
    }


@pytest.mark.parametrize("question", ["半个\ud800字", "两行\n字", "行\u2028分隔"])
def test_any_question_becomes_one_line(tmp_path: Path, question: str) -> None:
    sets = QuestionSets(tmp_path, Verdicts(judged(question=question)))
    assert [each.question for each in sets.read("thumbs-down")] == [question]
    assert len(sets.text("thumbs-down").splitlines()) == 1


def test_a_set_is_kept_replaced_and_removed(tmp_path: Path) -> None:
    sets = QuestionSets(tmp_path / "questions", Verdicts())
    assert sets.keep(" 我的.jsonl ", LINE) == SetSummary("我的", 1, 0, 0)
    assert sets.keep("我的", f"\n{LINE}\r\n{LINE}\n").questions == 2
    assert [each.name for each in sets.summaries()] == ["thumbs-down", "thumbs-up", "我的"]
    assert sets.read("我的")[0] == Expected("1", "问", quotes=("答",))
    assert [path.name for path in (tmp_path / "questions").iterdir()] == ["我的.jsonl"]
    sets.remove("我的")
    with pytest.raises(NoSuchQuestionSetError, match="There are: thumbs-down, thumbs-up"):
        sets.read("我的")
    with pytest.raises(NoSuchQuestionSetError):
        sets.remove("thumbs-down")


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "../a", "a/b", "a\\b", "Thumbs-Down", "x" * 61, "a\x00"),
        *("CON", "nul.jsonl", "Aux", "prn", "COM1", "lpt9", "com²"),
    ],
)
def test_a_name_that_is_no_file_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    sets = QuestionSets(tmp_path, Verdicts())
    with pytest.raises(QuestionSetNameError):
        sets.keep(name, LINE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../a", "a/b", "", "\x00"])
def test_no_file_elsewhere_is_read_or_removed(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.jsonl").write_text(LINE, encoding="utf-8")
    sets = QuestionSets(tmp_path / "questions", Verdicts())
    with pytest.raises(NoSuchQuestionSetError):
        sets.text(name)
    with pytest.raises(NoSuchQuestionSetError):
        sets.remove(name)


def test_a_set_that_cannot_be_read_is_not_kept(tmp_path: Path) -> None:
    sets = QuestionSets(tmp_path, Verdicts())
    with pytest.raises(QuestionSetError, match=r"^Line 2 of the question set is not JSON"):
        sets.keep("a", f"{LINE}\nno JSON")
    with pytest.raises(EmptyQuestionSetError):
        sets.keep("a", " \n\n")
    assert list(tmp_path.iterdir()) == []


def test_a_set_with_a_question_too_long_to_ask_is_not_kept(tmp_path: Path) -> None:
    sets = QuestionSets(tmp_path, Verdicts(), 3)
    long = json.dumps({"question": "四个字吗", "answerable": False})
    with pytest.raises(QuestionSetError, match=r"^Line 2 of the question set asks in 4 characters"):
        sets.keep("a", f"{LINE}\n{long}")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "console.jsonl").write_text(long, encoding="utf-8")
    assert sets.summaries()[-1] == SetSummary("console", 1, 1, 0)


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text('{"question": "q"}', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no set", encoding="utf-8")
    (*_, broken) = QuestionSets(tmp_path, Verdicts()).summaries()
    assert (broken.name, broken.questions) == ("broken", 0)
    assert "is answerable and has no evidence" in broken.problem


def test_a_question_that_asks_nothing_is_named() -> None:
    with pytest.raises(QuestionSetError, match="Line 1 of the question set asks nothing"):
        read_lines([b'{"question": " ", "answerable": false}'])


def test_an_open_question_needs_no_evidence() -> None:
    (only,) = read_lines([b'{"question": "q", "open": true}'])
    assert only.open


def test_what_the_search_lab_marked_answers_a_bad_answers_question(tmp_path: Path) -> None:
    bad = judged(previous=("先问", "先答"))
    sets = QuestionSets(tmp_path, Verdicts(bad, judged(), judged(good=True, reason=Reason.NONE)))
    line = {
        "question": "怎么估算？",
        "evidence": [{"note": "b.md", "quote": "开头的话，很长很长。估算就是乘以二再加一成。"}],
    }
    sets.keep("search-lab", json.dumps({**line, "history": [{"question": "先问"}]}))
    first, second = sets.read("thumbs-down")
    assert (first.quotes, second.quotes) == (("估算就是乘以二再加一成。",), ())
    assert sets.read("thumbs-up")[0].open
    (tmp_path / "search-lab.jsonl").write_text("no JSON", encoding="utf-8")
    assert sets.read("thumbs-down")[0].open
