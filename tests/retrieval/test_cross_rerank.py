"""A cross-encoder reads the best candidates first, and only as long as it may."""

from collections.abc import Sequence
from threading import Event, Thread

import pytest

from retrieval.cross_rerank import CHARACTERS, LEAST, SHARE, CrossReranker, ReadingSpeed
from retrieval.lexical_rerank import LightReranker
from retrieval.reranker import judgement
from retrieval.scorer import ScorerUnusableError
from tests.contracts.reranker_contract import hit, many, order, reranked
from tests.fakes.scorer import FakeScorer

QUESTION = "显存怎么估算"


class Ticking:
    """A clock that only goes on when it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class SlowScorer(FakeScorer):
    """Takes the same time for every text, by a clock of its own."""

    def __init__(self, clock: Ticking, seconds: float) -> None:
        super().__init__()
        self._clock = clock
        self.each = seconds

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        self._clock.now += self.each * len(texts)
        return super().score(question, texts)


class GivenScorer(FakeScorer):
    """Gives the scores it was given, whatever it reads."""

    def __init__(self, *scores: float) -> None:
        super().__init__()
        self.scores = list(scores)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        super().score(question, texts)
        return self.scores[: len(texts)]


def about(scorer: FakeScorer) -> list[str]:
    """What it read of candidates, without what it read to warm up."""
    return [text for text in scorer.read if "段" in text]


def test_the_text_that_answers_goes_first() -> None:
    hits = [hit(1, "显存不便宜。", fused=0.9), hit(2, "显存这样估算：怎么算都行。", fused=0.6)]
    found = reranked(CrossReranker(FakeScorer()), QUESTION, hits)
    assert order(found) == [2, 1]
    assert (found[0].judged, found[0].rerank) == (0.5, 0.5)
    assert found[0].final == pytest.approx(SHARE * 0.5 + (1 - SHARE) * 0.6)


def test_fifty_candidates_are_read_when_there_is_time() -> None:
    clock = Ticking()
    found = reranked(CrossReranker(SlowScorer(clock, 0.001), clock=clock), QUESTION, many())
    assert sum(each.judged is not None for each in found) == 50


def test_only_as_many_are_read_as_the_time_allows_and_the_others_stand_behind() -> None:
    clock = Ticking()
    scorer = SlowScorer(clock, 0.1)
    reranker = CrossReranker(scorer, budget_ms=450, clock=clock)
    reranker.warm()
    begun = clock.now
    found = reranked(reranker, QUESTION, many())
    assert clock.now - begun <= 0.45
    assert [each.judged is not None for each in found] == [True] * 4 + [False] * 56
    light = order(reranked(LightReranker(), QUESTION, many()))
    assert set(order(found[:4])) == set(light[:4])
    assert order(found[4:]) == [number for number in light if number not in light[:4]]


def test_what_was_read_is_not_read_again() -> None:
    clock = Ticking()
    scorer = SlowScorer(clock, 0.1)
    reranker = CrossReranker(scorer, budget_ms=2_050, clock=clock)
    for read in (20, 40, 50, 50):
        found = reranked(reranker, QUESTION, many())
        assert sum(each.judged is not None for each in found) == read
    assert len(about(scorer)) == len(set(about(scorer))) == 50


def test_a_model_too_slow_for_the_budget_leaves_the_light_order() -> None:
    clock = Ticking()
    reranker = CrossReranker(SlowScorer(clock, 9.0), clock=clock)
    found = reranked(reranker, QUESTION, many())
    assert found == reranked(LightReranker(), QUESTION, many())


def test_a_machine_that_was_busy_once_is_tried_again() -> None:
    clock = Ticking()
    scorer = SlowScorer(clock, 9.0)
    reranker = CrossReranker(scorer, clock=clock)
    reranker.warm()
    scorer.each = 0.01
    for _ in range(100):
        reranked(reranker, QUESTION, many())
    assert about(scorer)


def test_a_model_that_fails_is_stood_in_for_and_says_why() -> None:
    clock = Ticking()
    scorer = FakeScorer(failing="The model is gone. Pull it again.")
    reranker = CrossReranker(scorer, clock=clock)
    light = reranked(LightReranker(), QUESTION, many())
    assert reranked(reranker, QUESTION, many()) == light
    assert reranker.speed == ReadingSpeed("shares words", None, "The model is gone. Pull it again.")
    assert reranker.name == "light"
    scorer.failing = ""
    assert reranked(reranker, QUESTION, many()) == light
    clock.now += 61
    assert reranked(reranker, QUESTION, many())[0].judged is not None
    assert (reranker.name, reranker.speed.problem) == ("shares words", "")


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.1])
def test_scores_that_make_no_sense_are_a_failure(score: float) -> None:
    reranker = CrossReranker(GivenScorer(score))
    found = reranked(reranker, QUESTION, [hit(1, "显存")])
    assert found[0].judged is None
    assert "make no sense" in reranker.speed.problem


def test_a_model_that_fails_between_batches_keeps_what_was_read() -> None:
    class Failing(FakeScorer):
        def score(self, question: str, texts: Sequence[str]) -> list[float]:
            if len(self.read) > 20:
                raise ScorerUnusableError
            return super().score(question, texts)

    found = reranked(CrossReranker(Failing(), budget_ms=60_000), QUESTION, many())
    assert sum(each.judged is not None for each in found) == 32


def test_searches_do_not_wait_for_a_model_that_is_being_loaded() -> None:
    loading, loaded = Event(), Event()

    class Loading(FakeScorer):
        def score(self, question: str, texts: Sequence[str]) -> list[float]:
            loading.set()
            loaded.wait()
            return super().score(question, texts)

    reranker = CrossReranker(Loading())
    warming = Thread(target=reranker.warm)
    warming.start()
    loading.wait()
    light = reranked(LightReranker(), QUESTION, many())
    assert reranked(reranker, QUESTION, many()) == light
    loaded.set()
    warming.join()
    assert reranked(reranker, QUESTION, many())[0].judged is not None
    assert reranker.speed.passages_per_s is not None


def test_a_text_is_read_with_its_header_and_a_long_one_where_it_holds_the_question() -> None:
    scorer = FakeScorer()
    long = "别的话。" * 600 + "显存这样估算。" + "别的话。" * 600
    reranked(CrossReranker(scorer), QUESTION, [hit(1, long, header="标题 | article")])
    read = scorer.read[-1]
    assert read.startswith("标题 | article\n")
    assert "显存这样估算" in read
    assert len(read) <= CHARACTERS + 20


def test_only_enough_reading_says_that_nothing_answers() -> None:
    poor = reranked(CrossReranker(GivenScorer(*[0.001] * 50)), QUESTION, many(12))
    assert judgement(poor, LEAST) == (0.001, False)
    assert judgement(poor[:3], LEAST) == (0.001, False)
    unread = [hit(number, "显存") for number in range(20, 30)]
    assert judgement([*poor[:3], *unread], LEAST) == (0.001, True)
    assert judgement(unread, LEAST) == (None, True)
    good = reranked(CrossReranker(GivenScorer(*[0.001] * 11, 0.9)), QUESTION, many(12))
    assert judgement(good, LEAST) == (0.9, True)


def test_a_model_that_slows_down_costs_one_search_too_much_and_not_the_next() -> None:
    clock = Ticking()
    scorer = SlowScorer(clock, 0.01)
    reranker = CrossReranker(scorer, budget_ms=400, clock=clock)
    reranked(reranker, QUESTION, many())
    scorer.each = 0.5
    reranked(reranker, "显存不够", many())
    begun = clock.now
    reranked(reranker, "显存够不够", many())
    assert clock.now - begun <= 0.4
