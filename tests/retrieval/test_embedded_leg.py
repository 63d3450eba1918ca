"""The semantic leg over embedded notes: what it finds, and when it is silent."""

import threading
from uuid import UUID

from retrieval.embedded_leg import EmbeddedLeg, Space
from retrieval.embedder import Vector
from retrieval.semantic import Coverage
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.vectors import FakeVectors

IDS = [UUID(int=1), UUID(int=2)]
TEXTS = ["显存不够怎么办", "a cat sat on the mat"]


class Counting(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def question(self, text: str) -> Vector:
        self.asked.append(text)
        return super().question(text)


def filled(embedder: FakeEmbedder) -> tuple[Space, FakeVectors]:
    vectors = FakeVectors(embedder.dimension)
    vectors.upsert(IDS, embedder.passages(TEXTS))
    return Space(embedder, vectors), vectors


def test_leg_without_vectors_is_silent() -> None:
    leg = EmbeddedLeg()
    assert (leg.search("显存", 3), leg.weight("显存"), leg.coverage) == ([], 0.0, Coverage(""))
    assert leg.load() is False


def test_leg_is_silent_until_its_model_is_loaded() -> None:
    leg = EmbeddedLeg()
    space, _ = filled(FakeEmbedder())
    leg.use(space, {"zh": 0.5})
    leg.cover(2, 2)
    assert (leg.search("显存", 3), leg.weight("显存"), leg.measured("显存")) == ([], 0.0, 0.5)
    assert leg.load()
    assert [scored.id for scored in leg.search("显存不够", 1)] == IDS[:1]
    assert [scored.id for scored in leg.search("显存不够", 5, within=IDS[1:])] == IDS[1:]
    assert leg.weight("显存") == 0.5
    assert leg.coverage == Coverage("fake", 2, 2)


def test_weight_is_that_of_the_question_s_language_and_of_what_is_embedded() -> None:
    leg = EmbeddedLeg()
    leg.use(filled(FakeEmbedder())[0], {"zh": 0.4})
    leg.load()
    assert leg.weight("显存") == 0.0
    leg.cover(1, 2)
    assert (leg.weight("显存"), leg.weight("What is it?")) == (0.2, 0.0)
    leg.weigh({"en": 0.6})
    leg.cover(3, 2)
    assert (leg.weight("显存"), leg.weight("What is it?")) == (0.0, 0.6)


def test_question_is_encoded_once() -> None:
    model = Counting()
    leg = EmbeddedLeg()
    leg.use(filled(model)[0], {})
    leg.load()
    for _ in range(3):
        leg.search("显存", 1)
    assert model.asked == ["", "显存"]


def test_what_fails_makes_it_silent_and_is_told() -> None:
    model = FakeEmbedder()
    leg = EmbeddedLeg()
    space, vectors = filled(model)
    leg.use(space, {})
    model.broken = True
    assert leg.load() is False
    assert leg.silence == "The model of this test cannot be used now."
    model.broken = False
    assert leg.load()
    assert leg.silence == ""
    vectors.broken = True
    assert leg.search("显存", 3) == []
    assert "cannot be reached" in leg.silence
    vectors.broken = False
    assert leg.search("显存", 3)
    assert leg.silence == ""
    model.broken = True
    assert leg.search("另一个问题", 3) == []
    assert leg.silence == "The model of this test cannot be used now."


def test_vectors_are_closed_only_when_no_search_is_in_them() -> None:
    inside, go = threading.Event(), threading.Event()

    class Slow(FakeEmbedder):
        def question(self, text: str) -> Vector:
            if text == "slow":
                inside.set()
                go.wait(10)
            return super().question(text)

    leg = EmbeddedLeg()
    space, before = filled(Slow())
    leg.use(space, {})
    leg.load()
    found: list[int] = []
    searching = threading.Thread(target=lambda: found.append(len(leg.search("slow", 5))))
    searching.start()
    inside.wait(10)
    switching = threading.Thread(target=lambda: leg.use(filled(FakeEmbedder())[0], {}))
    switching.start()
    assert not before.closed
    go.set()
    searching.join()
    switching.join()
    assert (found, before.closed) == ([2], True)
    leg.close()
    assert leg.search("显存", 1) == []
