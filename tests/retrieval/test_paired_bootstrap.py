import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation import METRICS, Expected, Outcome, graded
from retrieval.paired_bootstrap import (
    RIGHTLY_REFUSED,
    WRONGLY_REFUSED,
    Comparison,
    Graded,
    compare,
)


def outcomes(*texts: str, refused: frozenset[int] = frozenset()) -> list[Outcome]:
    return [Outcome(tuple(each), place in refused, 1.0) for place, each in enumerate(texts)]


def compared(expected: list[Expected], before: list[Outcome], after: list[Outcome]) -> Comparison:
    return compare(Graded(graded(expected, before), before), Graded(graded(expected, after), after))


FOUR = [Expected(str(number), "q", quotes=("甲",)) for number in range(4)]


def test_better_and_worse_questions_are_named_the_largest_change_first() -> None:
    found = compared(FOUR, outcomes("乙甲", "乙", "甲", "甲"), outcomes("甲", "甲", "甲", "乙甲"))
    assert (found.better, found.worse, found.moved) == ((1, 0), (3,), ())


def test_differences_are_after_minus_before() -> None:
    found = compared(FOUR, outcomes("乙甲", "乙", "甲", "甲"), outcomes("甲", "甲", "甲", "乙甲"))
    first, rank = found.differences["hit@1"], found.differences["mrr"]
    assert (first.before, first.after, first.difference) == (0.5, 0.75, 0.25)
    assert (rank.before, rank.after) == pytest.approx((0.625, 0.875))
    assert first.low <= first.difference <= first.high
    assert not first.sure
    assert 0.5 < first.above < 1


def test_a_gain_of_every_question_is_sure() -> None:
    many = [Expected(str(number), "q", quotes=("甲",)) for number in range(30)]
    found = compared(many, outcomes(*["乙"] * 30), outcomes(*["甲"] * 30)).differences["hit@8"]
    assert (found.low, found.high, found.above, found.sure) == (1.0, 1.0, 1.0, True)


def test_nothing_changed_is_no_difference() -> None:
    same = outcomes("甲", "乙", "甲", "甲")
    found = compared(FOUR, same, same)
    assert (found.better, found.worse) == ((), ())
    assert {each.above for each in found.differences.values()} == {0.0}
    assert {each.difference for each in found.differences.values()} == {0.0}


def test_refusals_are_compared_apart_by_what_is_right() -> None:
    expected = [FOUR[0], Expected("off", "q", answerable=False), FOUR[1]]
    before = outcomes("甲", "", "甲", refused=frozenset({0}))
    after = outcomes("甲", "", "甲", refused=frozenset({1, 2}))
    found = compared(expected, before, after)
    assert found.better == (0, 1)
    assert found.worse == (2,)
    right, wrong = found.differences[RIGHTLY_REFUSED], found.differences[WRONGLY_REFUSED]
    assert (right.before, right.after) == (0.0, 1.0)
    assert (wrong.before, wrong.after) == (0.5, 0.5)
    assert "refused" not in found.differences


def test_an_open_question_is_told_when_its_passages_change() -> None:
    expected = [Expected("a", "q"), Expected("b", "q")]
    found = compared(expected, outcomes("甲", "甲"), outcomes("甲", "乙"))
    assert found == Comparison({}, (), (), moved=(1,))


@given(st.lists(st.tuples(st.text("甲乙", max_size=4), st.text("甲乙", max_size=4)), max_size=8))
def test_exchanging_the_settings_changes_the_sign(texts: list[tuple[str, str]]) -> None:
    expected = [Expected(str(number), "q", quotes=("甲",)) for number in range(len(texts))]
    one = outcomes(*(text for text, _ in texts))
    other = outcomes(*(text for _, text in texts))
    there, back = compared(expected, one, other), compared(expected, other, one)
    assert (there.better, there.worse) == (back.worse, back.better)
    for metric in METRICS[:-1] if texts else ():
        forth, reverse = there.differences[metric], back.differences[metric]
        assert forth.difference == pytest.approx(-reverse.difference)
        assert (forth.low, forth.high) == pytest.approx((-reverse.high, -reverse.low))
