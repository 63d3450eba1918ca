from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.db.catalog import Catalog
from app.db.conversations import (
    Citing,
    Conversation,
    Conversations,
    ConversationSummary,
    RecordedTurn,
)
from app.db.session import Database
from app.db.standing import Standing, Status
from app.missing import NoSuchConversationError
from ingest.note import Note
from retrieval.chunk import Kind
from retrieval.hit import Hit
from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Answer, Citation, Finish, Label, Mode, Source, Support, Turn
from tests.contracts.catalog_contract import stored
from tests.fakes.notes import sample_chunk, sample_note

Clock = Callable[[], datetime]

NOTE = sample_note("开头。显存怎么估算？乘以二。结尾。")
QUESTION = Span(3, 10)
QUOTE = Span(10, 14)


def minute(number: int) -> datetime:
    return datetime(2024, 3, 1, 9, number, tzinfo=UTC)


def answer_about(note: Note = NOTE) -> Answer:
    span = QUESTION.joined(QUOTE)
    passage = Passage(
        note_id=note.id,
        path=note.path,
        title=note.title,
        kind=Kind.CHAT,
        span=span,
        text=span.of(note.text),
        score=0.1 + 0.2,
        headings=("显存", "估算"),
        speakers=("阿青",),
        when="2024-03-01",
        link="https://example.org/v?t=7",
    )
    return Answer(
        text="乘以二[1]。\x00",
        mode=Mode.EXTRACTIVE,
        finish=Finish.COMPLETE,
        sources=(Source(1, passage),),
        citations=(Citation(1, 3, note.id, note.path, QUOTE, QUOTE.of(note.text)),),
        support=(Support(Span(0, 7), Label.WEAK, "Half of its words."),),
        note="model_down",
        missing=("4090",),
        ms=34,
        first_token_ms=12,
        reason="The model did not answer.",
    )


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database)


@pytest.fixture
def conversations(database: Database, clock: Clock) -> Conversations:
    return Conversations(database, clock)


def recorded(conversations: Conversations, answer: Answer) -> RecordedTurn:
    conversation_id = conversations.begin("显存")
    conversations.record(conversation_id, "怎么估算？", "显存怎么估算？", answer)
    return loaded(conversations, conversation_id).turns[-1]


def loaded(conversations: Conversations, conversation_id: UUID) -> Conversation:
    conversation = conversations.load(conversation_id)
    assert conversation is not None
    return conversation


def test_a_turn_comes_back_as_it_was_recorded(
    catalog: Catalog, conversations: Conversations
) -> None:
    stored(catalog, NOTE)
    answer = answer_about()
    conversation_id = conversations.begin("显存")
    turn_id = conversations.record(conversation_id, "怎么\ud800？", "显存怎么估算？", answer)
    assert conversations.load(conversation_id) == Conversation(
        id=conversation_id,
        title="显存",
        created=minute(1),
        updated=minute(2),
        turns=(
            RecordedTurn(
                id=turn_id,
                question="怎么\ud800？",
                standalone="显存怎么估算？",
                asked=minute(2),
                answer=answer,
                sources=(Standing(Status.CURRENT, Span(3, 14)),),
                citations=(Standing(Status.CURRENT, QUOTE),),
            ),
        ),
    )


def test_the_hits_of_a_passage_are_not_kept(conversations: Conversations) -> None:
    bare = answer_about()
    hit = Hit(sample_chunk(NOTE, 0, QUOTE), 1, 3.5)
    passage = replace(bare.sources[0].passage, hits=(hit,))
    turn = recorded(conversations, replace(bare, sources=(Source(1, passage),)))
    assert turn.answer == bare


def test_turns_keep_their_order_and_their_own_sources(
    catalog: Catalog, conversations: Conversations
) -> None:
    stored(catalog, NOTE)
    conversation_id = conversations.begin("显存")
    refusal = Answer("没有。", Mode.REFUSAL, Finish.COMPLETE, (), (), ())
    for question, answer in (("一", answer_about()), ("二", refusal), ("三", answer_about())):
        conversations.record(conversation_id, question, question, answer)
    turns = loaded(conversations, conversation_id).turns
    assert [(turn.question, turn.answer) for turn in turns] == [
        ("一", answer_about()),
        ("二", refusal),
        ("三", answer_about()),
    ]


def test_an_edit_elsewhere_leaves_a_source_current(
    catalog: Catalog, conversations: Conversations
) -> None:
    stored(catalog, NOTE)
    conversation_id = conversations.begin("显存")
    conversations.record(conversation_id, "怎么？", "怎么？", answer_about())
    stored(catalog, sample_note(NOTE.text + "又一句。", note_id=NOTE.id))
    (turn,) = loaded(conversations, conversation_id).turns
    assert turn.sources == (Standing(Status.CURRENT, Span(3, 14)),)


def test_a_passage_that_moved_is_changed_and_found(
    catalog: Catalog, conversations: Conversations
) -> None:
    stored(catalog, NOTE)
    conversation_id = conversations.begin("显存")
    conversations.record(conversation_id, "怎么？", "怎么？", answer_about())
    stored(catalog, sample_note("又一句。" + NOTE.text, note_id=NOTE.id))
    (turn,) = loaded(conversations, conversation_id).turns
    assert turn.sources == (Standing(Status.CHANGED, Span(7, 18)),)
    assert turn.citations == (Standing(Status.CHANGED, QUOTE.moved(4)),)
    assert turn.answer == answer_about()


def test_a_rewritten_passage_is_changed_though_its_quote_may_stand(
    catalog: Catalog, conversations: Conversations
) -> None:
    stored(catalog, NOTE)
    conversation_id = conversations.begin("显存")
    conversations.record(conversation_id, "怎么？", "怎么？", answer_about())
    stored(catalog, sample_note("改写过的问题。乘以二。", note_id=NOTE.id))
    (turn,) = loaded(conversations, conversation_id).turns
    assert turn.sources == (Standing(Status.CHANGED, None),)
    assert turn.citations == (Standing(Status.CHANGED, Span(7, 11)),)


def test_a_note_that_is_gone_is_removed(catalog: Catalog, conversations: Conversations) -> None:
    stored(catalog, NOTE)
    conversation_id = conversations.begin("显存")
    conversations.record(conversation_id, "怎么？", "怎么？", answer_about())
    catalog.remove([NOTE.id])
    (turn,) = loaded(conversations, conversation_id).turns
    assert turn.sources == (Standing(Status.REMOVED, None),)
    assert turn.citations == (Standing(Status.REMOVED, None),)
    assert turn.answer == answer_about()


def test_a_note_edited_before_the_answer_was_recorded_is_not_current(
    catalog: Catalog, conversations: Conversations
) -> None:
    stored(catalog, sample_note("全部改写过的一条笔记。", note_id=NOTE.id))
    turn = recorded(conversations, answer_about())
    assert turn.sources == (Standing(Status.CHANGED, None),)


def test_history_holds_only_complete_answers(conversations: Conversations) -> None:
    conversation_id = conversations.begin("显存")
    for finish in Finish:
        answer = replace(answer_about(), finish=finish)
        conversations.record(conversation_id, finish.value, "", answer)
    assert conversations.history(conversation_id) == (Turn("complete", answer_about().text),)
    assert conversations.history(uuid4()) == ()
    finishes = [turn.answer.finish for turn in loaded(conversations, conversation_id).turns]
    assert finishes == list(Finish)


def test_conversations_are_listed_from_the_last_used(conversations: Conversations) -> None:
    first, second = conversations.begin("甲"), conversations.begin("乙")
    conversations.record(first, "问", "问", answer_about())
    assert conversations.list() == (
        ConversationSummary(first, "甲", minute(1), minute(3), 1),
        ConversationSummary(second, "乙", minute(2), minute(2), 0),
    )
    assert [row.id for row in conversations.list(1)] == [first]


def test_conversations_are_found_by_title_question_and_answer(
    conversations: Conversations,
) -> None:
    first, second = conversations.begin("显存 100%"), conversations.begin("别的")
    conversations.record(second, "Qwen 怎么部署", "", answer_about())
    assert [row.id for row in conversations.list(query="100%")] == [first]
    assert [row.id for row in conversations.list(query="部署 qwen 乘以")] == [second]
    assert conversations.list(query="_") == ()


def test_a_conversation_is_renamed_and_deleted(conversations: Conversations) -> None:
    conversation_id = conversations.begin("甲")
    conversations.record(conversation_id, "问", "问", answer_about())
    conversations.rename(conversation_id, "乙\x00")
    assert loaded(conversations, conversation_id).title == "乙\x00"
    assert conversations.exists(conversation_id)
    conversations.delete(conversation_id)
    conversations.delete(conversation_id)
    assert conversations.load(conversation_id) is None
    assert not conversations.exists(conversation_id)
    assert conversations.citing(NOTE.id) == ()


def test_a_turn_of_a_deleted_conversation_is_refused(conversations: Conversations) -> None:
    with pytest.raises(NoSuchConversationError, match="does not exist any more"):
        conversations.record(uuid4(), "问", "问", answer_about())


def test_a_note_knows_who_cites_it(conversations: Conversations) -> None:
    first, second = conversations.begin("甲"), conversations.begin("乙")
    conversations.record(first, "早", "早", answer_about())
    conversations.record(second, "晚", "晚", answer_about())
    conversations.record(second, "无", "无", replace(answer_about(), citations=()))
    assert conversations.citing(NOTE.id) == (Citing(second, "乙", "晚"), Citing(first, "甲", "早"))
    assert conversations.citing(uuid4()) == ()
