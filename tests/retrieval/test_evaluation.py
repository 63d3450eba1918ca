import json
import subprocess
import sys
from math import log2
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation import CUTS, METRICS, Expected, Grade, Outcome, evaluate, graded

EVALUATION = Path(__file__).parents[3] / "shared" / "eval"
LETTERS = "甲乙丙丁"


def outcome(*texts: str, refused: bool = False, ms: float = 1.0) -> Outcome:
    return Outcome(texts, refused, ms)


def grade(expected: Expected, *texts: str) -> Grade:
    (only,) = graded([expected], [outcome(*texts)])
    return only


def test_a_hit_counts_from_the_rank_of_its_quote() -> None:
    table = evaluate([Expected("1", "q", quotes=("答案",))], [outcome("别的", "这是 答\n案 吧")])
    assert table.rows["all"].hits == {1: 0.0, 5: 1.0, 8: 1.0, 20: 1.0}
    assert table.rows["all"].mrr == pytest.approx(0.5)


def test_no_break_space_is_white_space() -> None:
    assert grade(Expected("1", "q", quotes=("答\u00a0案",)), "答案").rank == 1


def test_one_of_several_quotes_is_enough_unless_all_are_needed() -> None:
    quotes = ("甲", "乙")
    results = [outcome("甲", "丙", "乙")]
    anyone = evaluate([Expected("1", "q", quotes=quotes)], results)
    everyone = evaluate([Expected("1", "q", quotes=quotes, all_needed=True)], results)
    assert anyone.rows["all"].mrr == pytest.approx(1.0)
    assert everyone.rows["all"].mrr == pytest.approx(1 / 3)


def test_recall_is_the_share_of_the_needed_quotes() -> None:
    both = Expected("1", "q", quotes=("甲", "乙"), all_needed=True)
    scores = grade(both, "甲", "丙", "乙").scores
    assert [scores[f"recall@{cut}"] for cut in CUTS] == [0.5, 1.0, 1.0, 1.0]
    either = Expected("1", "q", quotes=("甲", "乙"))
    assert grade(either, "丙", "乙").scores["recall@5"] == 1.0


def test_gains_are_discounted_by_rank_and_measured_against_the_ideal_order() -> None:
    both = Expected("1", "q", quotes=("甲", "乙"), all_needed=True)
    scores = grade(both, "甲", "丙", "乙").scores
    assert scores["ndcg@1"] == 1.0
    assert scores["ndcg@5"] == pytest.approx((1 + 1 / log2(4)) / (1 + 1 / log2(3)))
    assert grade(Expected("1", "q", quotes=("甲",)), "丙", "甲").scores["ndcg@5"] == pytest.approx(
        1 / log2(3)
    )


def test_a_passage_with_all_quotes_is_ideal_and_a_quote_gains_once() -> None:
    both = Expected("1", "q", quotes=("甲", "乙"), all_needed=True)
    assert grade(both, "甲乙", "甲", "乙").scores["ndcg@20"] == pytest.approx(1.0)


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
    assert table.rows["unanswerable"].scores == {"refused": 1.0}


def test_several_kinds_of_refusals_have_rows_of_their_own() -> None:
    expected = [
        Expected("1", "q", kind="offtopic", answerable=False),
        Expected("2", "q", kind="unanswerable", answerable=False),
        Expected("3", "q", kind="all", quotes=("甲",)),
    ]
    table = evaluate(expected, [outcome(refused=True), outcome(), outcome("甲")])
    assert {kind: (row.questions, row.refused) for kind, row in table.rows.items()} == {
        "all": (1, 0.0),
        "other": (1, 0.0),
        "unanswerable": (2, 0.5),
        "offtopic": (1, 1.0),
    }


def test_an_open_question_is_in_no_row() -> None:
    table = evaluate([Expected("?", "q")], [outcome("甲")])
    assert (table.rows, table.open, table.missed) == ({}, ("?",), ())


def test_questions_of_one_id_are_scored_each() -> None:
    expected = [Expected("1", "q", quotes=(quote,)) for quote in "甲乙"]
    assert evaluate(expected, [outcome("甲"), outcome("甲")]).rows["all"].hits[1] == 0.5


def test_times_give_median_and_95th_percentile() -> None:
    expected = [Expected(str(number), "q", quotes=("甲",)) for number in range(100)]
    table = evaluate(expected, [outcome("甲", ms=float(number)) for number in range(100)])
    assert (table.ms_median, table.ms_p95) == (49.5, 94.0)


def test_of_few_times_the_95th_percentile_is_the_longest() -> None:
    expected = [Expected(str(number), "q", quotes=("甲",)) for number in range(2)]
    table = evaluate(expected, [outcome("甲", ms=8.0), outcome("甲", ms=2.0)])
    assert (table.ms_median, table.ms_p95) == (5.0, 8.0)


def test_no_questions_give_an_empty_table() -> None:
    assert evaluate([], []).rows == {}


questions = st.builds(
    Expected,
    id=st.text(max_size=3),
    question=st.just("q"),
    kind=st.sampled_from(["", "chat", "keyword"]),
    answerable=st.booleans(),
    quotes=st.lists(st.sampled_from(LETTERS), unique=True, max_size=3).map(tuple),
    all_needed=st.booleans(),
)
passages = st.lists(st.text(LETTERS, max_size=3), max_size=25)
outcomes = st.builds(
    Outcome, texts=passages.map(tuple), refused=st.booleans(), ms=st.floats(0, 1e4)
)


@given(questions, outcomes)
def test_scores_are_shares_and_grow_with_the_cut(expected: Expected, given: Outcome) -> None:
    (only,) = graded([expected], [given])
    assert all(0 <= score <= 1 for score in only.scores.values())
    if expected.answerable and not expected.open:
        assert set(only.scores) == set(METRICS)
        for metric in ("hit", "recall"):
            by_cut = [only.scores[f"{metric}@{cut}"] for cut in CUTS]
            assert by_cut == sorted(by_cut)
        assert all(only.scores[f"hit@{cut}"] <= only.scores[f"recall@{cut}"] for cut in CUTS)


@given(st.lists(st.tuples(questions, outcomes), max_size=6), st.randoms())
def test_the_order_of_questions_changes_no_score(
    pairs: list[tuple[Expected, Outcome]], chance: Random
) -> None:
    shuffled = chance.sample(pairs, len(pairs))
    plain, mixed = (
        evaluate([expected for expected, _ in order], [given for _, given in order])
        for order in (pairs, shuffled)
    )
    assert {kind: row.questions for kind, row in plain.rows.items()} == {
        kind: row.questions for kind, row in mixed.rows.items()
    }
    for kind, row in plain.rows.items():
        assert row.scores == pytest.approx(mixed.rows[kind].scores)


@pytest.mark.skipif(not EVALUATION.is_dir(), reason="there is no question set beside the repo")
def test_numbers_are_those_of_the_script_beside_the_questions(tmp_path: Path) -> None:
    """Passages made of the quotes themselves, some of them late, some missing."""
    path = EVALUATION / "questions_dev.jsonl"
    asked = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    results = []
    for number, each in enumerate(asked):
        texts = ["别的"] * (number % 11) + [found["quote"] for found in each["evidence"]]
        results.append(texts[: 20 if number % 7 else 1])
    file = tmp_path / "results.jsonl"
    file.write_text(
        "\n".join(
            json.dumps({"id": each["id"], "passages": [{"text": text} for text in texts]})
            for each, texts in zip(asked, results, strict=True)
        ),
        encoding="utf-8",
    )
    script = [sys.executable, str(EVALUATION / "score_retrieval.py"), str(path), str(file)]
    printed = subprocess.run([*script, "--json"], check=True, capture_output=True)  # noqa: S603
    theirs = json.loads(printed.stdout)
    table = evaluate(
        [
            Expected(
                each["id"],
                each["question"],
                each["kind"],
                each["answerable"],
                tuple(found["quote"] for found in each["evidence"]),
                each["match"] == "all",
            )
            for each in asked
        ],
        [outcome(*texts) for texts in results],
    )
    ours = {
        "ALL" if kind == "all" else kind: {
            "n": row.questions,
            **{f"hit@{cut}": round(share, 3) for cut, share in row.hits.items()},
            "mrr": round(row.mrr, 3),
        }
        for kind, row in table.rows.items()
        if kind != "unanswerable"
    }
    assert ours == theirs
