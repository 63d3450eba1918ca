import pytest

from retrieval.evaluation import Expected, Outcome, evaluate


def outcome(*texts: str, refused: bool = False, ms: float = 1.0) -> Outcome:
    return Outcome(texts, refused, ms)


def test_a_hit_counts_from_the_rank_of_its_quote() -> None:
    table = evaluate([Expected("1", "q", quotes=("答案",))], [outcome("别的", "这是 答\n案 吧")])
    assert table.rows["all"].hits == {1: 0.0, 5: 1.0, 8: 1.0, 20: 1.0}
    assert table.rows["all"].mrr == pytest.approx(0.5)


def test_one_of_several_quotes_is_enough_unless_all_are_needed() -> None:
    quotes = ("甲", "乙")
    results = [outcome("甲", "丙", "乙")]
    anyone = evaluate([Expected("1", "q", quotes=quotes)], results)
    everyone = evaluate([Expected("1", "q", quotes=quotes, all_needed=True)], results)
    assert anyone.rows["all"].mrr == pytest.approx(1.0)
    assert everyone.rows["all"].mrr == pytest.approx(1 / 3)


def test_a_quote_that_is_not_found_misses_a_question_that_needs_all() -> None:
    expected = [Expected("x", "q", quotes=("甲", "乙"), all_needed=True)]
    table = evaluate(expected, [outcome("甲")])
    assert table.missed == ("x",)
    assert table.rows["all"].hits[20] == 0.0


def test_kinds_and_refusals_are_counted_apart() -> None:
    expected = [
        Expected("1", "q", kind="chat", quotes=("甲",)),
        Expected("2", "q", kind="chat", quotes=("甲",)),
        Expected("3", "q", answerable=False),
    ]
    table = evaluate(expected, [outcome("甲", refused=True), outcome("乙"), outcome(refused=True)])
    assert table.rows["chat"].questions == 2
    assert table.rows["chat"].hits[1] == pytest.approx(0.5)
    assert table.rows["chat"].refused == pytest.approx(0.5)
    assert table.rows["unanswerable"].refused == pytest.approx(1.0)


def test_times_give_median_and_95th_percentile() -> None:
    expected = [Expected(str(number), "q", quotes=("甲",)) for number in range(100)]
    table = evaluate(expected, [outcome("甲", ms=float(number)) for number in range(100)])
    assert (table.ms_median, table.ms_p95) == (50.0, 94.0)


def test_no_questions_give_an_empty_table() -> None:
    assert evaluate([], []).rows == {}
