"""The reranker follows the choice of a model, and does without one that cannot be used."""

import time

from app.reranking import Reranking
from retrieval.cross_rerank import LEAST, ReadingSpeed
from retrieval.lexical_rerank import LightReranker
from retrieval.scorer import Scorer, ScorerUnusableError
from tests.contracts.reranker_contract import many, reranked
from tests.fakes.scorer import FakeScorer

QUESTION = "显存估算"
LIGHT = reranked(LightReranker(), QUESTION, many())


class Choice:
    """What the user has chosen."""

    def __init__(self, scorer: Scorer | None = None, problem: str = "") -> None:
        self.scorer = scorer
        self.problem = problem

    def __call__(self) -> Scorer | None:
        if self.problem:
            raise ScorerUnusableError(self.problem)
        return self.scorer


def test_without_a_model_the_light_reranker_orders() -> None:
    reranking = Reranking(Choice(), 400)
    assert reranked(reranking, QUESTION, many()) == LIGHT
    assert (reranking.name, reranking.least, reranking.now) == ("light", 0.0, None)


def test_a_chosen_model_orders() -> None:
    reranking = Reranking(Choice(FakeScorer()), 400)
    assert reranked(reranking, QUESTION, many())[0].judged is not None
    assert (reranking.name, reranking.least) == ("shares words", LEAST)
    assert reranking.now is not None
    assert (reranking.now.model, reranking.now.problem) == ("shares words", "")


def test_a_choice_is_followed_while_it_runs() -> None:
    choice = Choice()
    reranking = Reranking(choice, 400)
    choice.scorer = FakeScorer("another")
    reranking.choose()
    assert reranking.name == "another"
    choice.scorer = None
    reranking.choose()
    assert (reranking.name, reranking.now) == ("light", None)


def test_a_model_that_is_not_there_is_told() -> None:
    reranking = Reranking(Choice(problem="It is not on this machine. Pull it."), 400)
    assert reranked(reranking, QUESTION, many()) == LIGHT
    assert reranking.now == ReadingSpeed("", None, "It is not on this machine. Pull it.")


def test_no_time_to_read_needs_no_model() -> None:
    reranking = Reranking(Choice(problem="not asked for"), 0)
    assert (reranking.name, reranking.now) == ("light", None)


def test_a_server_loads_the_model_before_it_is_asked() -> None:
    choice = Choice(FakeScorer())
    reranking = Reranking(choice, 400)
    reranking.begin()
    assert _is_loaded(reranking)
    choice.scorer = FakeScorer("another")
    reranking.choose()
    assert _is_loaded(reranking)
    assert reranking.name == "another"


def _is_loaded(reranking: Reranking) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if reranking.now is not None and reranking.now.passages_per_s is not None:
            return True
        time.sleep(0.01)
    return False
