from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from retrieval.calendar import Period
from retrieval.hit import Hit
from retrieval.parts import FIRST, spread
from retrieval.preferences import OF_EACH, newest_first, preferred
from retrieval.query import Query, read_query
from retrieval.said_by import MOST, with_speakers
from retrieval.span import Span
from tests.fakes.notes import sample_chunk, sample_note

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
NOTE = sample_note("一二三四五六七八九十" * 20)


def hit(final: float, when: str = "", speakers: Sequence[str] = (), text: str = "") -> Hit:
    chunk = sample_chunk(NOTE, 0, Span(0, 4))
    chunk = replace(chunk, when=when, speakers=tuple(speakers), text=text or chunk.text, header="")
    return Hit(chunk, lexical_rank=1, lexical_score=1.0, final=final)


def places(found: Sequence[Hit], given_hits: Sequence[Hit]) -> list[int]:
    """Where each of ``found`` stood before."""
    ids = [each.chunk.id for each in given_hits]
    return [ids.index(each.chunk.id) for each in found]


def asked(**values: object) -> Query:
    return replace(read_query("问", date(2024, 4, 10)), **values)  # type: ignore[arg-type]


def test_a_question_that_wishes_nothing_changes_nothing() -> None:
    hits = [hit(0.9), hit(0.8, "2024-03-01"), hit(0.7)]
    assert preferred(hits, asked()) == hits


def test_what_lies_in_the_time_rises_and_nothing_is_lost() -> None:
    hits = [hit(0.8), hit(0.7, "2024-02-01"), hit(0.6, "2024-03-07T10:00"), hit(0.2, "2024-03")]
    found = preferred(hits, asked(times=(MARCH,)))
    assert places(found, hits) == [2, 0, 1, 3]
    assert [each.final for each in found] == sorted((each.final for each in found), reverse=True)
    assert preferred(hits[:2], asked(times=(MARCH,))) == hits[:2]


def test_the_best_hits_of_a_speaker_rise() -> None:
    others = [hit(0.8), hit(0.79)]
    theirs = [hit(0.7 - n / 100, speakers=["灯夜", "阿毛"]) for n in range(OF_EACH + 1)]
    hits = [*others, *theirs]
    found = preferred(hits, asked(said_by=("灯夜",)))
    assert places(found, hits) == [2, 3, 4, 5, 0, 1, 6]
    assert preferred(others, asked(said_by=("灯夜",))) == others


def test_the_newest_of_comparable_hits_come_first_and_undated_ones_stay() -> None:
    hits = [
        hit(0.80, "2023-01-01"),
        hit(0.79),
        hit(0.78, "2024-03-01"),
        hit(0.77, "2024-04-01"),
        hit(0.30, "2024-04-09"),
    ]
    found = newest_first(hits)
    assert places(found, hits) == [3, 1, 2, 0, 4]
    assert [each.final for each in found] == [each.final for each in hits]
    assert newest_first([]) == []
    assert newest_first(hits[1:2]) == hits[1:2]


DATES = st.sampled_from(["", "10:00:00", "2023-05-01", "2024-03-07T09:00", "2024-03"])


@given(
    values=st.lists(st.tuples(st.floats(0, 1), DATES, st.sampled_from(["甲", "乙"])), max_size=12),
    newest=st.booleans(),
)
def test_preferences_keep_every_hit_in_order_of_its_score(
    *, values: list[tuple[float, str, str]], newest: bool
) -> None:
    hits = [hit(final, when, [name]) for final, when, name in sorted(values, reverse=True)]
    wishes = asked(times=(MARCH,), said_by=("甲",), newest=newest)
    found = preferred(hits, wishes)
    assert sorted(places(found, hits)) == list(range(len(hits)))
    finals = [each.final for each in found]
    assert finals == sorted(finals, reverse=True)
    assert all(0 <= final <= 1 for final in finals)
    parts = spread(found, ["一二", "没有"])
    assert sorted(places(parts, hits)) == list(range(len(hits)))
    assert [each.final for each in parts] == finals


def test_the_best_hit_of_each_part_is_among_the_first() -> None:
    hits = [hit(0.9 - n / 10, text="LoRA 很省") for n in range(4)]
    hits += [hit(0.3, text="全参数微调很贵"), hit(0.2, text="QLoRA 也省")]
    found = spread(hits, ["lora", "全参数微调"])
    assert places(found, hits) == [0, 1, 4, 2, 3, 5]
    assert places(spread(hits, ["LoRA", "全参数微调", "qlora"]), hits) == [0, 4, 5, 1, 2, 3]
    assert FIRST == 3


def test_parts_that_stand_first_or_nowhere_change_nothing() -> None:
    hits = [hit(0.9, text="LoRA"), hit(0.8, text="QLoRA"), hit(0.7), hit(0.6)]
    assert spread(hits, ["LoRA", "QLoRA"]) == hits
    assert spread(hits, ["PPO", "DPO"]) == hits
    assert spread(hits, ()) == hits


def said_by(line: str, known: Sequence[str]) -> tuple[str, ...]:
    return with_speakers(read_query(line, date(2024, 4, 10)), lambda: known).said_by


def test_who_is_asked_about_is_a_known_speaker() -> None:
    known = ["灯夜", "Tony Zhu", "To", "宝玉", "宝玉老师", "歸藏", "x"]
    assert said_by("灯夜怎么看 RAG", known) == ("灯夜",)
    assert said_by("What did tony zhu say about x?", known) == ("Tony Zhu",)
    assert said_by("归藏推荐了什么", known) == ("歸藏",)
    assert said_by("宝玉老师的看法", known) == ("宝玉老师",)
    assert said_by("李宏毅怎么看 RAG", known) == ()
    assert said_by("Tomorrow says nothing", known) == ()
    assert said_by("灯夜的显卡", known) == ()
    assert said_by("from:宝玉 灯夜怎么看", known) == ()
    assert said_by("汪涛和灯夜的看法各是什么", known) == ()
    assert said_by("宝玉和灯夜分别怎么看", known) == ("宝玉", "灯夜")
    many = [f"名字{letter}" for letter in "甲乙丙丁戊己"]
    assert len(said_by("、".join(many) + "怎么看", many)) == MOST


def test_names_are_asked_for_only_when_something_was_said() -> None:
    def known() -> list[str]:
        raise AssertionError

    assert with_speakers(read_query("显存多少", date(2024, 4, 10)), known).said_by == ()
