from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.db.catalog import Catalog
from app.db.conversations import Conversations
from app.db.session import Database
from app.db.verdicts import Verdicts
from app.missing import NoSuchNoteError, NoSuchTurnError
from app.verdict import MOST_REMARK, Evidence, Judged, Reason, Verdict
from retrieval.chunk import Kind
from retrieval.passage import Passage
from retrieval.span import Span
from serving.answer import Answer, Citation, Finish, Mode, Source
from tests.contracts.catalog_contract import stored
from tests.fakes.notes import sample_note

Clock = Callable[[], datetime]
NOTE = sample_note("开头。显存怎么估算？乘以二。结尾。")
QUOTE = Span(10, 14)
MISSED = Reason.MISSED_NOTE


def minute(number: int) -> datetime:
    return datetime(2024, 3, 1, 9, number, tzinfo=UTC)


def answer(mode: Mode = Mode.EXTRACTIVE) -> Answer:
    passage = Passage(
        NOTE.id, NOTE.path, NOTE.title, Kind.CHAT, Span(3, 14), Span(3, 14).of(NOTE.text), 0.5
    )
    cited = Citation(1, 3, NOTE.id, NOTE.path, QUOTE, QUOTE.of(NOTE.text))
    if mode is Mode.REFUSAL:
        return Answer("没有。", mode, Finish.COMPLETE, (Source(1, passage),), (), ())
    return Answer(
        "乘以二[1]。[1]", mode, Finish.COMPLETE, (Source(1, passage),), (cited, cited), ()
    )


def whole(question: str, passage: str) -> Span:
    del question
    return Span(0, len(passage))


@pytest.fixture
def catalog(database: Database) -> Catalog:
    catalog = Catalog(database)
    stored(catalog, NOTE)
    return catalog


@pytest.fixture
def conversations(database: Database, catalog: Catalog) -> Conversations:
    assert catalog.count() == 1
    return Conversations(database)


@pytest.fixture
def verdicts(database: Database, clock: Clock) -> Verdicts:
    return Verdicts(database, clock)


@pytest.fixture
def conversation(conversations: Conversations) -> UUID:
    return conversations.begin("显存")


@pytest.fixture
def turn(conversations: Conversations, conversation: UUID) -> UUID:
    return conversations.record(conversation, "怎么估算？", "显存怎么估算？", answer())


def judged(conversation: UUID, turn: UUID, **given: object) -> Judged:
    values: dict[str, object] = {
        "turn": turn,
        "conversation": conversation,
        "question": "怎么估算？",
        "previous": None,
        "good": False,
        "reason": Reason.WRONG,
        "remark": "",
        "answerable": True,
        "evidence": (),
    }
    return Judged(**values | given)  # type: ignore[arg-type]


def test_a_verdict_is_kept_until_it_is_taken_back(
    verdicts: Verdicts, conversation: UUID, turn: UUID
) -> None:
    given = verdicts.give(conversation, turn, good=False, reason=Reason.WRONG, remark=" 差 ")
    assert given == Verdict(good=False, reason=Reason.WRONG, remark="差", evidence=(), at=minute(1))
    assert verdicts.of(conversation) == {turn: given}
    verdicts.take_back(conversation, turn)
    verdicts.take_back(conversation, turn)
    assert verdicts.of(conversation) == {}


def test_a_second_verdict_replaces_the_first(
    verdicts: Verdicts, conversation: UUID, turn: UUID
) -> None:
    verdicts.give(conversation, turn, good=False, reason=Reason.OTHER, remark="x" * 9_999)
    assert len(verdicts.of(conversation)[turn].remark) == MOST_REMARK
    verdicts.give(conversation, turn, good=True, reason=Reason.WRONG)
    assert verdicts.of(conversation)[turn] == Verdict(
        good=True, reason=Reason.NONE, remark="", evidence=(), at=minute(2)
    )


def test_only_a_turn_of_the_conversation_is_judged(
    verdicts: Verdicts, conversations: Conversations, conversation: UUID, turn: UUID
) -> None:
    other = conversations.begin("别的")
    for where, which in ((other, turn), (conversation, uuid4())):
        with pytest.raises(NoSuchTurnError):
            verdicts.give(where, which, good=True, reason=Reason.NONE)
        with pytest.raises(NoSuchTurnError):
            verdicts.take_back(where, which)


def test_a_bad_answer_is_an_open_question_until_a_passage_is_marked(
    verdicts: Verdicts, conversation: UUID, turn: UUID
) -> None:
    verdicts.give(conversation, turn, good=False, reason=Reason.WRONG)
    assert verdicts.judged(good=False) == (judged(conversation, turn),)
    verdicts.mark(turn, NOTE.id, Span(3, 14), whole)
    marked = (Evidence(NOTE.path, "显存怎么估算？乘以二。"),)
    assert verdicts.judged(good=False) == (judged(conversation, turn, evidence=marked),)
    verdicts.give(conversation, turn, good=False, reason=Reason.OTHER)
    assert verdicts.of(conversation)[turn].evidence == marked


def test_a_passage_that_is_marked_again_is_unmarked(verdicts: Verdicts, turn: UUID) -> None:
    assert len(verdicts.mark(turn, NOTE.id, QUOTE, whole).evidence) == 1
    assert len(verdicts.mark(turn, NOTE.id, Span(0, 3), whole).evidence) == 2
    assert verdicts.mark(turn, NOTE.id, QUOTE, whole).evidence == (Evidence(NOTE.path, "开头。"),)


@pytest.mark.parametrize(("good", "reason"), [(True, Reason.NONE), (False, Reason.NOT_IN_NOTES)])
def test_a_marked_passage_means_that_a_note_was_missed(
    verdicts: Verdicts, conversation: UUID, turn: UUID, reason: Reason, *, good: bool
) -> None:
    verdicts.give(conversation, turn, good=good, reason=reason)
    found = verdicts.mark(turn, NOTE.id, QUOTE, whole)
    assert (found.good, found.reason) == (False, MISSED)


def test_only_words_of_a_note_are_marked(verdicts: Verdicts, turn: UUID) -> None:
    with pytest.raises(NoSuchNoteError):
        verdicts.mark(turn, uuid4(), QUOTE, whole)
    with pytest.raises(NoSuchNoteError):
        verdicts.mark(turn, NOTE.id, Span(500, 600), whole)
    with pytest.raises(NoSuchTurnError):
        verdicts.mark(uuid4(), NOTE.id, QUOTE, whole)


def test_what_is_not_in_the_notes_should_be_refused(
    verdicts: Verdicts, conversation: UUID, turn: UUID
) -> None:
    verdicts.give(conversation, turn, good=False, reason=Reason.NOT_IN_NOTES)
    assert verdicts.judged(good=False) == (
        judged(conversation, turn, reason=Reason.NOT_IN_NOTES, answerable=False),
    )


def test_a_good_answer_keeps_what_it_cites_each_once(
    verdicts: Verdicts, conversation: UUID, turn: UUID
) -> None:
    verdicts.give(conversation, turn, good=True, reason=Reason.NONE)
    cited = (Evidence(NOTE.path, "乘以二。"),)
    assert verdicts.judged(good=True) == (
        judged(conversation, turn, good=True, reason=Reason.NONE, evidence=cited),
    )
    assert verdicts.judged(good=False) == ()


def test_a_good_refusal_should_be_refused_again(
    verdicts: Verdicts, conversations: Conversations, conversation: UUID
) -> None:
    refused = conversations.record(conversation, "红烧肉？", "红烧肉？", answer(Mode.REFUSAL))
    verdicts.give(conversation, refused, good=True, reason=Reason.NONE)
    (found,) = verdicts.judged(good=True)
    assert (found.answerable, found.evidence) == (False, ())


def test_the_question_before_is_kept(
    verdicts: Verdicts, conversations: Conversations, conversation: UUID, turn: UUID
) -> None:
    assert turn
    follow = conversations.record(conversation, "再细一点", "显存 再细一点", answer())
    verdicts.give(conversation, follow, good=False, reason=Reason.WRONG)
    assert verdicts.judged(good=False)[0].previous == ("怎么估算？", "乘以二[1]。[1]")


def test_a_verdict_goes_with_its_conversation(
    verdicts: Verdicts, conversations: Conversations, conversation: UUID, turn: UUID
) -> None:
    verdicts.give(conversation, turn, good=True, reason=Reason.NONE)
    conversations.delete(conversation)
    assert verdicts.judged(good=True) == ()
