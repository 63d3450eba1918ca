from dataclasses import replace
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunk import Kind
from retrieval.lexical import content_terms
from retrieval.passage import Passage
from retrieval.retrieved import Retrieved
from serving.extractive import PER_PASSAGE, QUOTE, extract
from tests.serving.passages import of_kind, passage


def found(question: str, *passages: Passage) -> Retrieved:
    weights = tuple((term, 1.0) for term in content_terms(question))
    return Retrieved(question, passages, True, 3.0, weights, (), 1.0)  # noqa: FBT003 - on topic


def texts(question: str, *passages: Passage, limit: int = 5) -> list[str]:
    return [each.text for each in extract(question, found(question, *passages), limit)]


def test_the_sentence_that_holds_the_questions_words_is_chosen() -> None:
    text = "天气很好。" * 40 + "量化之后显存占用降到四分之一。" + "晚饭吃面。" * 40
    assert texts("量化后显存占用多少？", passage(text)) == ["量化之后显存占用降到四分之一。"]


def test_the_quote_holds_the_words_around_and_stays_short() -> None:
    text = "前一句说明背景。量化之后显存占用降到四分之一。后一句补充条件。"
    (only,) = extract("量化后显存占用多少？", found("量化后显存占用多少？", passage(text)))
    assert only.span.moved(-passage(text).span.start).of(text) == text
    assert len(only.span) <= QUOTE


def test_a_statement_is_preferred_to_the_question_itself() -> None:
    chat = "阿青 9:01:22\n4090 跑 70B 显存够吗？\n" + "老周 9:02:10\n4090 跑 70B 显存不够，要两张。"
    first = texts("4090 跑 70B 显存够吗", of_kind(chat, Kind.CHAT), limit=1)
    assert "老周：4090 跑 70B 显存不够，要两张。" in first[0]


def test_no_passage_gives_more_than_its_share() -> None:
    text = "\n\n".join(f"显存占用第{number}种情况是这样。" + "别的话。" * 60 for number in range(6))
    assert len(texts("显存占用", passage(text))) <= PER_PASSAGE


def test_the_same_words_found_twice_are_quoted_once() -> None:
    note_id = uuid4()
    twice = [replace(passage("显存占用可以这样算。"), note_id=note_id) for _ in range(2)]
    assert texts("显存占用怎么算", *twice) == ["显存占用可以这样算。"]


def test_nothing_in_common_gives_nothing() -> None:
    assert texts("量化", passage("晚饭吃面。")) == []


def test_extracts_come_in_the_order_of_their_passages() -> None:
    question = "量化显存占用"
    passages = [
        replace(passage(f"量化显存占用说法{number}。"), note_id=uuid4()) for number in range(4)
    ]
    sources = [each.source for each in extract(question, found(question, *passages))]
    assert sources == sorted(sources)


@given(
    st.lists(
        st.text("显存量化模型占用。？\n abc", min_size=1, max_size=80), min_size=1, max_size=4
    ),
    st.integers(0, 6),
)
def test_every_quote_lies_in_its_passage(bodies: list[str], limit: int) -> None:
    passages = [
        replace(passage(body), note_id=UUID(int=number + 1)) for number, body in enumerate(bodies)
    ]
    extracts = extract("量化 显存 abc", found("量化 显存 abc", *passages), limit)
    assert len(extracts) <= limit
    for each in extracts:
        assert passages[each.source].span.covers(each.span)
        assert len(each.span) > 0


def test_words_that_stand_in_two_notes_are_shown_once_and_proved_twice() -> None:
    question, text = "量化后显存占用多少？", "先说别的。量化之后显存占用降到四分之一。"
    first, other = passage(text), passage("模型越大越要量化显存。", path="别的.md")
    second = replace(passage(text, start=100, path="副本.md"), note_id=uuid4())
    extracts = extract(question, found(question, first, other, second))
    twin = next(each for each in extracts if each.source == 0)
    assert [source for source, _ in twin.places] == [0, 2]
    assert twin.places[1][1] == twin.span.moved(100)
    assert 2 not in {each.source for each in extracts}
