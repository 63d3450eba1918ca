"""Passages that answer a question, kept as a question set."""

from pathlib import Path

import pytest

from app.marking import SET, quotes, toggle
from app.question_set import QuestionSetError
from app.question_sets import QuestionSets
from app.verdict import Judged
from retrieval.evaluation import Expected


class NoVerdicts:
    """Nobody judged an answer."""

    def judged(self, *, good: bool) -> tuple[Judged, ...]:
        del good
        return ()


@pytest.fixture
def sets(tmp_path: Path) -> QuestionSets:
    return QuestionSets(tmp_path / "questions", NoVerdicts())


def test_marked_words_become_evidence_of_a_question(sets: QuestionSets) -> None:
    assert toggle(sets, ("显存？", ""), "kv.md", "省\u2028显存")
    assert toggle(sets, ("显存？", ""), "b.md", "也省")
    assert toggle(sets, ("显存？", "LoRA？"), "c.md", "冻结")
    assert quotes(sets, "显存？") == {"省\u2028显存", "也省"}
    first, second = sets.read(SET)
    assert first == Expected(first.id, "显存？", "lab", quotes=("省\u2028显存", "也省"))
    assert (second.previous, second.quotes) == ("LoRA？", ("冻结",))


def test_marking_again_takes_it_back_and_the_last_one_takes_the_set(sets: QuestionSets) -> None:
    toggle(sets, ("显存？", ""), "kv.md", "省")
    toggle(sets, ("显存？", ""), "kv.md", "也省")
    assert not toggle(sets, ("显存？", ""), "kv.md", "省")
    assert quotes(sets, "显存？") == {"也省"}
    assert not toggle(sets, ("显存？", ""), "kv.md", "也省")
    assert quotes(sets, "显存？") == frozenset()
    assert SET not in [each.name for each in sets.summaries()]


def test_a_set_that_was_spoilt_by_hand_is_not_written_over(
    sets: QuestionSets, tmp_path: Path
) -> None:
    toggle(sets, ("显存？", ""), "kv.md", "省")
    path = tmp_path / "questions" / f"{SET}.jsonl"
    path.write_text('{"question": "", "evidence": []}\n', encoding="utf-8")
    with pytest.raises(QuestionSetError):
        toggle(sets, ("显存？", ""), "kv.md", "省")
    assert path.read_text(encoding="utf-8") == '{"question": "", "evidence": []}\n'
