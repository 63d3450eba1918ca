"""What is searched for a question, with a model and without."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from retrieval.passage import Passage
from retrieval.query import read_query
from retrieval.retrieved import Retrieved
from retrieval.search_settings import SearchSettings
from retrieval.trace import ModelCall, Trace
from serving.answer import Turn
from serving.chat_model import NotJsonError
from serving.finding import Finder, noted, words_of
from serving.rewriting import Rewriter
from tests.fakes.chat_model import FakeModel
from tests.serving.passages import passage

HISTORY = (Turn("Qwen2.5 有哪些大小？", "有 7B 和 72B[1]。"),)
ALONE = "Qwen2.5 要多少显存？"


@dataclass
class Searches:
    """A searcher that finds the same whatever is asked, and remembers the searches."""

    passages: tuple[Passage, ...] = (passage("显存怎么估算。"),) * 3
    trace: Trace | None = None
    made: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def retrieve(
        self,
        question: str,
        limit: int = 8,
        *,
        previous: str = "",
        also: Sequence[str] = (),
        settings: SearchSettings | None = None,
    ) -> Retrieved:
        del settings
        self.made.append((question, previous, tuple(also)))
        trace = self.trace
        return Retrieved(question, self.passages[:limit], True, 1.0, (), (), 1.0, trace=trace)  # noqa: FBT003


def found(
    searches: Searches,
    question: str,
    history: Sequence[Turn] = (),
    model: FakeModel | None = None,
) -> Retrieved:
    rewriter = None if model is None else Rewriter(model)
    return asyncio.run(Finder(searches, rewriter, 8).find(question, history))


def said(question: str, *terms: str) -> Mapping[str, Any]:
    return {"question": question, "chinese": list(terms), "english": []}


def test_without_a_model_a_follow_up_is_searched_with_the_question_before_it() -> None:
    searches = Searches()
    found(searches, "那它呢？", HISTORY)
    assert searches.made == [("那它呢？", "Qwen2.5 有哪些大小？", ())]


def test_a_rewritten_follow_up_is_searched_with_what_was_asked() -> None:
    searches = Searches()
    told = found(searches, "那它要多少显存？", HISTORY, FakeModel([said(ALONE, "显存占用")]))
    assert searches.made == [(ALONE, HISTORY[0].question, ("那它要多少显存？", "显存占用"))]
    assert told.question == ALONE


def test_filters_of_a_follow_up_stay_in_force() -> None:
    searches = Searches()
    found(searches, "tag:推理 那它要多少显存？", HISTORY, FakeModel([said(ALONE)]))
    assert searches.made == [(f"tag:推理 {ALONE}", HISTORY[0].question, ("那它要多少显存？",))]


def test_a_follow_up_that_is_not_rewritten_is_searched_with_the_question_before_it() -> None:
    before = HISTORY[0].question
    for model, also in (
        (FakeModel([NotJsonError("x")]), ()),
        (FakeModel([said("", "内存")]), ("内存",)),
    ):
        searches = Searches()
        found(searches, "那它呢？", HISTORY, model)
        assert searches.made == [("那它呢？", before, also)]


def test_a_question_that_finds_enough_costs_no_call() -> None:
    searches, model = Searches(), FakeModel()
    found(searches, "显存怎么估算？", (), model)
    assert searches.made == [("显存怎么估算？", "", ())]
    assert model.asked == []


def test_a_question_in_another_language_is_searched_in_both() -> None:
    searches = Searches()
    question = "How do I estimate the memory?"
    found(searches, question, (), FakeModel([said("", "显存", "估算")]))
    assert searches.made == [(question, "", ()), (question, "", ("显存", "估算"))]


def test_what_was_found_stands_when_no_other_words_are() -> None:
    searches = Searches()
    found(searches, "How do I estimate the memory?", (), FakeModel([NotJsonError("x")]))
    assert len(searches.made) == 1


def test_the_call_stands_in_the_trace() -> None:
    first = ModelCall("rewriting", "a", 1.0)
    told = found(Searches(trace=Trace("x")), "那它呢？", HISTORY, FakeModel([said(ALONE)]))
    assert told.trace is not None
    assert [(each.purpose, each.outcome) for each in told.trace.calls] == [("rewriting", ALONE)]
    again = noted(noted(told, first), replace(first, purpose="sufficiency")).trace
    assert again is not None
    assert [each.purpose for each in again.calls] == ["rewriting", "rewriting", "sufficiency"]


def test_what_is_answered_is_what_is_asked_without_filters() -> None:
    def words(line: str, question: str) -> str:
        made = Searches().retrieve(line)
        return words_of(question, replace(made, query=read_query(line, date(2024, 4, 10))))

    assert words("kind:chat 显存 -4090", "kind:chat 显存 -4090") == "显存"
    assert words("from:灯夜", "from:灯夜") == "from:灯夜"
    assert words("上周的显存", "上周的显存") == "上周的显存"
    assert words("kind:chat 显存", "那显存呢？") == "那显存呢？"
    assert words_of("kind:chat 显存", Searches().retrieve("显存")) == "kind:chat 显存"
