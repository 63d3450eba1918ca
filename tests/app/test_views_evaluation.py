"""Thumbs, question sets and evaluations, arranged for their pages."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from app.evaluation_replies import (
    DifferenceReply,
    EvaluationReply,
    QuestionReply,
    RowReply,
    SideReply,
)
from app.question_sets import SetSummary
from app.search_body import SearchSettingsBody
from app.texts import texts
from app.verdict import Evidence, Reason, Verdict
from app.views import ask_view, conversation_view
from app.views.evaluation import evaluation_view
from app.views.evaluation_parts import CellView, DifferenceView, difference_views, found_table
from app.views.evaluations import Bench, bench_view
from app.views.judgement import lab_address
from app.views.turn import TurnView, turn_view
from retrieval.evaluation import METRICS
from retrieval.search_settings import SearchSettings
from tests.app.pages_in_tests import (
    CONVERSATION,
    NOW,
    PAYLOADS,
    TURN,
    ZH,
    answer,
    drawn,
    hazards,
    passage,
    record,
)

EN = texts("en")
RUN = UUID("55555555-5555-4555-8555-555555555555")
PLAIN = SearchSettingsBody()


def row(score: float, questions: int = 4) -> RowReply:
    return RowReply(
        questions=questions,
        scores=dict.fromkeys(METRICS, score),
        intervals=dict.fromkeys(METRICS, (score / 2, score)),
    )


def refusals(score: float) -> RowReply:
    return RowReply(questions=2, scores={"refused": score}, intervals={"refused": (0.0, score)})


def side(score: float, kind: str = "chat", settings: SearchSettingsBody = PLAIN) -> SideReply:
    rows = {"all": row(score), kind: row(score), "unanswerable": refusals(score)}
    return SideReply(settings=settings, rows=rows, ms_p50=3.0, ms_p95=9.0)


def question(text: str = "问", **given: object) -> QuestionReply:
    values: dict[str, object] = {
        "id": str(TURN),
        "kind": "chat",
        "question": text,
        "previous": "",
        "answerable": True,
        "open": False,
        "ranks": (5, 1),
        "refused": (False, False),
        "first": ("a.md", "b.md"),
    }
    return QuestionReply.model_validate(values | given)


def evaluation(**given: object) -> EvaluationReply:
    values: dict[str, object] = {
        "id": RUN, "set": "mine", "started": NOW, "state": "done", "done": 1, "total": 1
    }  # fmt: skip
    return EvaluationReply.model_validate(values | given)


def judged(verdict: Verdict | None, text: str = "缓存省去重复计算。") -> TurnView:
    given = record(answer(f"{text} [1]", passage(text)), text)
    return turn_view(EN, replace(given, verdict=verdict, previous="先问"), NOW)


def test_a_stored_answer_has_thumbs_and_one_that_is_not_kept_has_none() -> None:
    shown = judged(None).judgement
    assert shown is not None
    assert (shown.good, shown.bad, shown.said, shown.candidates) == (False, False, "", ())
    assert shown.url == f"/c/{CONVERSATION}/turns/{TURN}/verdict"
    unkept = replace(record(answer("a", passage())), conversation=None)
    assert turn_view(EN, unkept, NOW).judgement is None


def test_a_bad_answer_offers_its_sources_as_evidence() -> None:
    text = "缓存省去重复计算。"
    evidence = (Evidence("kv.md", text), Evidence("other.md", "x" * 200))
    verdict = Verdict(good=False, reason=Reason.NONE, remark="", evidence=evidence, at=NOW)
    shown = judged(verdict).judgement
    assert shown is not None
    assert shown.said == "Not good"
    assert [(each.name, each.marked) for each in shown.candidates] == [
        ("KV 缓存 › 为什么省时间", True)
    ]
    assert shown.marked == (f"kv.md: {text}", f"other.md: {'x' * 80}…")
    assert shown.lab == lab_address(text, "先问")


def test_the_lab_is_asked_as_the_question_was() -> None:
    assert lab_address("a b", "c") == "/search?q=a+b&previous=c"
    assert lab_address("\ud800") == "/search?q=%3F"


def test_cells_of_two_settings_say_which_way_it_went() -> None:
    table = found_table(EN, evaluation(sides=(side(0.5), side(0.25))))
    assert table is not None
    assert table.heads == ("hit@1", "hit@5", "hit@8", "hit@20", "MRR")
    assert [line.name for line in table.lines] == ["all", "chat"]
    assert table.lines[0].cells[0] == CellView("0.25", "0.12–0.25", "0.50", "worse")
    assert found_table(EN, evaluation()) is None


def test_fewer_wrong_refusals_are_better() -> None:
    fell = DifferenceReply(
        before=0.5, after=0.25, difference=-0.25, low=-0.5, high=-0.125, above=0.0
    )
    found = difference_views(EN, evaluation(differences={"wrongly refused": fell, "mrr": fell}))
    expected = ("0.50", "0.25", "−0.250", "[−0.500, −0.125]")
    assert found == (
        DifferenceView("MRR", *expected, "0%", "worse"),
        DifferenceView("wrongly refused", *expected, "100%", "better"),
    )


def test_questions_are_grouped_by_how_they_went() -> None:
    questions = (
        question("一"),
        question("二", ranks=(1, None), refused=(False, True)),
        question("三", ranks=(None, None), open=True),
        question("四", ranks=(None, None), answerable=False, refused=(True, False)),
    )
    reply = evaluation(
        set="thumbs-down",
        sides=(side(0.5), side(0.5, settings=SearchSettingsBody(rerank=False, per_note=9))),
        questions=questions,
        better=(0,),
        worse=(1, 3),
        moved=(2,),
    )
    view = evaluation_view(EN, reply, NOW)
    assert view.title == "Thumbs-down"
    assert [
        (group.title, [(each.question, each.went) for each in group.questions])
        for group in (*view.changes, *view.misses)
    ] == [
        ("Better with B: 1", [("一", "rank 5 → rank 1")]),
        (
            "Worse with B: 2",
            [("二", "rank 1 → not found, refused"), ("四", "refused → not refused")],
        ),
        ("Other passages with B, evidence unknown: 1", [("三", "? → ?")]),
        ("Not within the first 20: 1", [("二", "rank 1 → not found, refused")]),
        ("Should have been refused: 1", [("四", "refused → not refused")]),
        ("Without evidence yet: 1", [("三", "? → ?")]),
    ]
    assert view.changes[0].questions[0].url == lab_address(
        "一", settings={"b.per_note": "9", "b.rerank": "off", "compare": "on"}
    )


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [("cancelled", "", "It was stopped"), ("failed", "why", "It could not go on: why")],
)
def test_an_evaluation_that_did_not_end_says_so(state: str, error: str, said: str) -> None:
    reply = evaluation(state=state, error=error)
    view = evaluation_view(EN, reply, NOW)
    assert (view.problem, view.running, view.found, view.refused) == (said, None, None, None)
    (line,) = bench_view(EN, Bench((), (reply,), SearchSettings()), NOW).runs
    assert (line.result, line.state) == ("", EN(f"eval.state_{state}"))


def test_a_set_of_refusals_is_told_by_what_was_refused() -> None:
    only = SideReply(settings=PLAIN, rows={"unanswerable": refusals(0.5)}, ms_p50=1.0, ms_p95=1.0)
    (line,) = bench_view(
        EN, Bench((), (evaluation(sides=(only, only)),), SearchSettings()), NOW
    ).runs
    assert line.result == "refused 0.50 → 0.50"


def test_fields_show_what_is_usual_and_what_was_filled_in() -> None:
    given = {"set": "b", "compare": "on", "b.rerank": "off", "candidates": "0"}
    sets = (SetSummary("a", 1, 0, 0), SetSummary("b", 2, 1, 1), SetSummary("c", 0, 0, 0, "why"))
    view = bench_view(EN, Bench(sets, (), SearchSettings(links=False), given, "a problem"), NOW)
    assert (view.compared, view.empty, view.problem) == (True, False, "a problem")
    assert [(each.chosen, each.usable, each.about) for each in view.sets] == [
        (False, True, "one question"),
        (True, True, "2 questions · 1 to be refused · 1 without evidence yet"),
        (False, False, ""),
    ]
    first, second = view.sides
    assert [(each.name, each.value, each.usual) for each in first[:4]] == [
        ("candidates", "0", "50"),
        ("per_note", "", "3"),
        ("threshold", "", f"{SearchSettings().threshold:g}"),
        ("semantic_weight", "", "measured"),
    ]
    assert {each.name: (each.value, each.usual) for each in second if each.switch} == {
        "b.semantic": ("", "on"),
        "b.rerank": ("off", "on"),
        "b.translations": ("", "on"),
        "b.synonyms": ("", "on"),
        "b.links": ("", "off"),
    }


def pages(payload: str) -> Iterator[str]:
    verdict = Verdict(
        good=False,
        reason=Reason.OTHER,
        remark=payload,
        evidence=(Evidence(payload, payload),),
        at=NOW,
    )
    source = passage(payload or "x", title=payload, path=payload, heading=payload)
    given = replace(record(answer("a [1]", source), payload), verdict=verdict, previous=payload)
    view = conversation_view(ZH, CONVERSATION, payload, [given], NOW)
    yield drawn("ask.html", ask_view(ZH, view, model=False, longest=99))
    named = question(payload, kind=payload, previous=payload, first=(payload, payload), id=payload)
    reply = evaluation(
        set=payload,
        sides=(side(0.5, payload), side(0.7, payload)),
        questions=(named, replace_open(named)),
        better=(0,),
        moved=(1,),
    )
    failed = evaluation(set=payload, state="failed", error=payload)
    yield drawn("evaluation.html", evaluation_view(ZH, reply, NOW))
    yield drawn("evaluation.html", evaluation_view(ZH, failed, NOW))
    sets = (SetSummary("mine", 1, 1, 1, payload), SetSummary("thumbs-up", 3, 0, 0))
    going = evaluation(set=payload, state="running")
    fields = dict.fromkeys(("name", "text", "candidates", "set"), payload)
    bench = Bench(sets, (going, reply, failed), SearchSettings(), fields, payload)
    yield drawn("evaluations.html", bench_view(ZH, bench, NOW))


def replace_open(given: QuestionReply) -> QuestionReply:
    return given.model_copy(update={"open": True, "ranks": (None, None)})


def test_no_payload_survives_on_these_pages() -> None:
    found = {
        payload: bad for payload in PAYLOADS for html in pages(payload) if (bad := hazards(html))
    }
    assert found == {}
