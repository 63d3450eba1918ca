"""From a question to a cited answer, whatever the model does."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index import IndexInUseError
from retrieval.span import Span
from serving.answer import (
    Answer,
    Citation,
    Cited,
    Done,
    Event,
    Failed,
    Finish,
    Label,
    Mode,
    Source,
    SourcesFound,
    Supported,
    Token,
    Turn,
)
from serving.answerer import Answerer, AnswerFailedError, AnswerLimits, ModelAids
from serving.chat_model import ChatModel, Delta, Message, NotJsonError
from serving.openai_compatible import Endpoint, OpenAICompatibleModel
from serving.partial import partial_answer
from serving.patience import Patience
from tests.scripted_model import (
    Pause,
    Raw,
    Reply,
    Reset,
    Say,
    ScriptedModel,
    failure,
    quoting,
    spoken,
    whole,
)
from tests.serving.conftest import StartModel
from tests.serving.passages import NOTE, chat, passage
from tests.serving.searchers import GivenSearcher

FIRST = passage("GPT-3 有 1750 亿参数。它由 OpenAI 训练。词向量有 12288 维。", start=100)
SECOND = chat("阿水 2024/3/1 10:00:00\n4090 能跑 34B 的量化模型", start=7)
QUESTION = "GPT-3 有多少参数？"
FOUND = GivenSearcher((FIRST, SECOND), missing=("多少",))
PLAIN = ModelAids(rewriting=False)
GOOD = "GPT-3 有 1750 亿参数[1]。群里说 4090 能跑 34B 的量化模型【2】。"

SHREDS = (
    "GPT-3 有", "1750 亿", "[1]", "[", "1]", "[2", "]", "[9]", "。", "\n", "`", "```", "<think>",
    "</think>", " ", "\x1b[1m", "(http", "：", "# ",
)  # fmt: skip


@dataclass
class SpokenModel:
    """Keeps the contract of `ChatModel` without a server; it knows no JSON."""

    deltas: Sequence[Delta]

    async def complete_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        max_tokens: int,
        seconds: float,
    ) -> Mapping[str, Any]:
        del messages, schema, max_tokens, seconds
        raise NotJsonError("nowhere")

    async def stream(
        self, messages: Sequence[Message], max_tokens: int
    ) -> AsyncGenerator[Delta, None]:
        del messages, max_tokens
        for delta in self.deltas:
            yield delta

    async def model_name(self) -> str:
        return "spoken"


async def collected(answerer: Answerer, history: Sequence[Turn] = ()) -> list[Event]:
    return [event async for event in answerer.answer(QUESTION, history)]


def events_from(
    model: ChatModel | ScriptedModel | None,
    searcher: GivenSearcher = FOUND,
    history: Sequence[Turn] = (),
    limits: AnswerLimits | None = None,
) -> list[Event]:
    async def run() -> list[Event]:
        if not isinstance(model, ScriptedModel):
            return await collected(Answerer(searcher, model, limits, PLAIN), history)
        patience = Patience(connect_s=0.5, first_token_s=0.5, idle_s=0.5, total_s=5)
        client = OpenAICompatibleModel(Endpoint(model.url), patience)
        try:
            return await collected(Answerer(searcher, client, limits, PLAIN), history)
        finally:
            await client.aclose()

    return checked(asyncio.run(run()), searcher)


def checked(events: list[Event], searcher: GivenSearcher) -> list[Event]:
    """Assert what holds for every answer, then return its events."""
    ending = events[-1]
    assert isinstance(ending, Done | Failed)
    assert not any(isinstance(event, Done | Failed) for event in events[:-1])
    answer = ending.answer
    assert answer.text == "".join(e.text for e in events if isinstance(e, Token))
    assert answer.citations == tuple(e.citation for e in events if isinstance(e, Cited))
    assert answer.support == tuple(e.support for e in events if isinstance(e, Supported))
    marks = [(int(m.group(1)), m.start()) for m in re.finditer(r"\[(\d+)\]", answer.text)]
    assert marks == [(c.number, c.position) for c in answer.citations]
    by_number = {source.number: source.passage for source in answer.sources}
    for citation in answer.citations:
        cited = by_number[citation.number]
        local = citation.span.moved(-cited.span.start)
        assert citation.quote == local.of(cited.text) != ""
    if searcher.error is None:
        assert isinstance(events[0], SourcesFound)
        assert events[0].sources[: len(answer.sources)] == answer.sources
    return events


def done(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Done)
    return events[-1].answer


def failed(events: list[Event]) -> Failed:
    assert isinstance(events[-1], Failed)
    return events[-1]


def test_a_model_answers_with_citations_and_proof(start_model: StartModel) -> None:
    server = start_model([spoken(GOOD)])

    events = events_from(server)

    answer = done(events)
    assert events[0] == SourcesFound((Source(1, FIRST), Source(2, SECOND)), QUESTION)
    assert replace(answer, ms=0, first_token_ms=None) == Answer(
        text="GPT-3 有 1750 亿参数[1]。群里说 4090 能跑 34B 的量化模型[2]。",
        mode=Mode.MODEL,
        finish=Finish.COMPLETE,
        sources=(Source(1, FIRST), Source(2, SECOND)),
        citations=(
            Citation(1, 16, NOTE, "gpt.md", Span(100, 117), "GPT-3 有 1750 亿参数。"),
            Citation(2, 41, NOTE, "群聊.md", Span(28, 45), "4090 能跑 34B 的量化模型"),
        ),
        support=answer.support,
    )
    assert [s.sentence.of(answer.text) for s in answer.support] == [
        "GPT-3 有 1750 亿参数[1]。",
        "群里说 4090 能跑 34B 的量化模型[2]。",
    ]
    assert [s.label for s in answer.support] == [Label.VERIFIED, Label.VERIFIED]
    assert answer.first_token_ms is not None
    assert answer.first_token_ms <= answer.ms


def test_proof_marks_come_as_soon_as_a_sentence_ends() -> None:
    model = SpokenModel([Delta("GPT-3 有 1750 亿参数[1]。"), Delta("好"), Delta(finish="stop")])

    kinds = [type(event).__name__ for event in events_from(model)]

    assert kinds == [
        "SourcesFound",
        "Token",
        "Token",
        "Cited",
        "Token",
        "Token",
        "Supported",
        "Done",
    ]


def test_the_last_question_is_passed_on_for_a_follow_up() -> None:
    searcher = GivenSearcher((FIRST,))
    history = [Turn("词向量是什么？", "一串数字[1]。"), Turn("谁训练的？", "OpenAI[1]。")]

    events = events_from(None, searcher, history)

    assert searcher.asked == [(QUESTION, 8, "谁训练的？")]
    assert isinstance(events[0], SourcesFound)
    assert events[0].standalone == f"谁训练的？ {QUESTION}"


def test_the_model_sees_history_sources_and_question(start_model: StartModel) -> None:
    server = start_model([spoken(GOOD)])

    events_from(server, history=[Turn("之前", "有过[7]。")])

    request = server.requests[0]
    assert [m["role"] for m in request.body["messages"]] == ["system", "user", "assistant", "user"]
    assert "有过。" in request.prompt
    assert "4090 能跑 34B" in request.prompt
    assert request.prompt.endswith(QUESTION)


def test_off_topic_questions_are_refused_without_asking_the_model(start_model: StartModel) -> None:
    server = start_model([spoken(GOOD)])
    searcher = GivenSearcher((FIRST, SECOND), on_topic=False, missing=("柏林",))

    answer = done(events_from(server, searcher))

    assert (answer.mode, answer.finish, answer.citations) == (Mode.REFUSAL, Finish.COMPLETE, ())
    assert answer.sources == (Source(1, FIRST), Source(2, SECOND))
    assert QUESTION in answer.text
    assert "《GPT》、《群聊》" in answer.text
    assert "柏林" in answer.text
    assert server.requests == []


def test_nothing_found_is_a_refusal_too() -> None:
    assert done(events_from(None, GivenSearcher(()))).mode is Mode.REFUSAL


def test_without_a_model_the_notes_speak_for_themselves() -> None:
    answer = done(events_from(None))

    assert (answer.mode, answer.note, answer.reason) == (Mode.EXTRACTIVE, "no_model", "")
    assert answer.missing == ()
    assert answer.text.startswith("GPT-3 有 1750 亿参数。[1]")
    assert len(answer.citations) >= 1
    assert {s.label for s in answer.support} == {Label.VERIFIED}


def test_what_lacks_a_key_term_is_quoted_as_what_comes_nearest_and_no_answer() -> None:
    answer = asyncio.run(Answerer(FOUND, None).answered("Grok-2 和 GPT-3 有多少参数？"))

    assert (answer.mode, answer.note) == (Mode.REFUSAL, "no_model")
    assert answer.missing == ("Grok-2",)
    said, quoted = answer.text.split("\n\n")[:2]
    assert said == "这些段落里没有出现：Grok-2。下面是最接近的内容，不一定回答了问题："
    assert quoted == "GPT-3 有 1750 亿参数。[1]"
    assert answer.citations[0].quote


def test_what_the_passages_lack_is_kept_with_a_model_s_answer() -> None:
    model = SpokenModel([Delta("没有提到 Grok-2[1]。"), Delta(finish="stop")])
    answer = asyncio.run(Answerer(FOUND, model, None, PLAIN).answered("Grok-2 有多少参数？"))

    assert (answer.text, answer.missing) == ("没有提到 Grok-2[1]。", ("Grok-2",))


def test_passages_that_a_cross_encoder_finds_beside_the_point_are_a_refusal() -> None:
    searcher = GivenSearcher((FIRST, SECOND), answered=False)
    answer = done(events_from(None, searcher))

    assert (answer.mode, answer.sources) == (Mode.REFUSAL, (Source(1, FIRST), Source(2, SECOND)))
    assert answer.text.startswith("笔记里有相近的内容，但没有写出这个问题的答案。")


def test_extracts_lose_their_list_marks_and_anything_that_looks_like_a_citation() -> None:
    text = "- GPT-3 的参数\n  见 [12] 与 `a[1]`\n"

    answer = done(events_from(None, GivenSearcher((passage(text),))))

    assert answer.text.startswith("GPT-3 的参数")
    assert [c.number for c in answer.citations] == [1]


def test_a_passage_without_words_is_still_cited() -> None:
    answer = done(events_from(None, GivenSearcher((passage("！！！"),))))

    assert answer.text.endswith("：\n\n！！！[1]")
    assert answer.citations[0].quote == "！！！"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (failure(401, "bad key"), "refused the key"),
        (failure(404, "The model `x` does not exist."), "no model"),
        (failure(429, "busy", retry_after="60"), "is busy"),
        (failure(500, "dead"), "status 500"),
        (whole("<html></html>", content_type="text/html"), "a web page"),
        (whole('{"error": {"message": "no GPU"}}'), "no GPU"),
        (whole(""), "empty"),
        (Reply(finish=None, done=False), "empty"),
        (Reply((Pause(3),)), "the first token"),
        (Reply((Say("嗯，用户问"), Reset())), "in the middle"),
        (Reply((Say("<think>想"), Pause(0.05), Reset())), "in the middle"),
        (failure(400, "maximum context length is 10 tokens"), "too long"),
    ],
)
def test_a_model_that_fails_before_its_first_word_is_replaced_by_the_notes(
    start_model: StartModel, reply: Reply, reason: str
) -> None:
    answer = done(events_from(start_model([reply])))

    assert (answer.mode, answer.finish, answer.note) == (
        Mode.EXTRACTIVE,
        Finish.COMPLETE,
        "model_down",
    )
    assert reason in answer.reason
    assert answer.citations


def test_a_model_that_is_not_there_is_replaced_within_two_seconds() -> None:
    begun = time.monotonic()
    model = OpenAICompatibleModel(Endpoint("http://127.0.0.1:9"))

    answer = done(events_from(model))

    assert (answer.mode, answer.note) == (Mode.EXTRACTIVE, "model_down")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "[1][2]",
        " [1]\n[2] ",
        "<think>想来想去</think>",
        "<think>没有完",
        "。。。[9]",
        "\x00",
    ],
)
def test_an_empty_answer_is_replaced_by_the_notes(start_model: StartModel, text: str) -> None:
    answer = done(events_from(start_model([spoken(text)])))

    assert (answer.mode, answer.note, answer.reason) == (Mode.EXTRACTIVE, "model_empty", "")


@pytest.mark.parametrize(
    "breaking",
    [
        Reply((Say("GPT-3 有 1750 亿[1]"), Pause(0.05), Reset())),
        Reply((Say("GPT-3 有 1750 亿[1]"), Pause(3))),
        Reply((Say("GPT-3 有 1750 亿[1]"),), finish=None),
        Reply((Say("GPT-3 有 1750 亿[1]"), Raw(b"data: {\n\n"))),
    ],
)
def test_a_model_that_breaks_off_leaves_what_had_arrived(
    start_model: StartModel, breaking: Reply
) -> None:
    ending = failed(events_from(start_model([breaking])))

    assert ending.answer.text == "GPT-3 有 1750 亿[1]"
    assert (ending.answer.mode, ending.answer.finish) == (Mode.MODEL, Finish.INTERRUPTED)
    assert [c.number for c in ending.answer.citations] == [1]
    assert "language model" in ending.message


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_a_cut_answer_says_so_and_stands(start_model: StartModel, finish: str) -> None:
    answer = done(events_from(start_model([spoken("GPT-3 有 1750 亿", finish=finish)])))

    assert (answer.text, answer.finish) == ("GPT-3 有 1750 亿", Finish.LENGTH)


@pytest.mark.parametrize(
    "text",
    [
        "<think>先看[1]</think>\n\n参数有 1750 亿[1]。",
        "嗯，用户问的是[2]。\n</think>\n参数有 1750 亿[1]。",
        "</think>参数有 1750 亿[1]。",
    ],
)
def test_reasoning_is_neither_shown_nor_searched_for_marks(
    start_model: StartModel, text: str
) -> None:
    answer = done(events_from(start_model([spoken(text)])))

    assert answer.text == "参数有 1750 亿[1]。"


def test_a_template_that_opens_the_reasoning_is_learned(start_model: StartModel) -> None:
    server = start_model([spoken("先看来源。</think>有 1750 亿[1]。")])

    async def twice() -> list[str]:
        model = OpenAICompatibleModel(Endpoint(server.url))
        answerer = Answerer(FOUND, model)
        texts = [(await answerer.answered(QUESTION)).text for _ in range(2)]
        await model.aclose()
        return texts

    assert asyncio.run(twice()) == ["先看来源。有 1750 亿[1]。", "有 1750 亿[1]。"]


def test_a_model_that_declines_in_the_agreed_words_is_a_refusal(start_model: StartModel) -> None:
    plain = start_model([spoken("笔记里没有回答这个问题的内容。")])
    partly = start_model([spoken("笔记里没有回答这个问题的内容。GPT-3 有 1750 亿参数[1]。")])

    assert done(events_from(plain)).mode is Mode.REFUSAL
    assert done(events_from(partly)).mode is Mode.MODEL


def test_numbers_without_a_source_leave_no_trace(start_model: StartModel) -> None:
    answer = done(events_from(start_model([spoken("参数有 1750 亿[3][0][1]。用 `a[1]` 取")])))

    assert answer.text == "参数有 1750 亿[1]。用 `a[\u20601]` 取"


def test_a_prompt_that_is_too_long_is_tried_once_more_with_the_best_half(
    start_model: StartModel,
) -> None:
    server = start_model(
        [failure(400, "maximum context length is 10"), spoken("有 1750 亿[1][2]。")]
    )

    events = events_from(server, history=[Turn("之前", "有过")])

    assert isinstance(events[0], SourcesFound)
    assert len(events[0].sources) == 2
    assert done(events).sources == (Source(1, FIRST),)
    assert done(events).text == "有 1750 亿[1]。"
    assert "之前" not in server.requests[1].prompt
    assert len(server.requests) == 2


def test_a_model_that_repeats_itself_is_stopped(start_model: StartModel) -> None:
    server = start_model([spoken("模型反复说同一句没有意义的话。" * 2_000, size=30)])

    answer = done(events_from(server))

    assert answer.finish is Finish.LENGTH
    assert len(answer.text) < 1_000
    assert server.wait_until_idle()


def test_an_endless_answer_is_cut(start_model: StartModel) -> None:
    endless = "".join(f"第{n}条说明各不相同。" for n in range(900))

    answer = done(
        events_from(start_model([spoken(endless)]), limits=AnswerLimits(answer_characters=500))
    )

    assert answer.finish is Finish.LENGTH
    assert 500 <= len(answer.text) < 520


@pytest.mark.parametrize(
    "text", ["同一句话[1]。" * 3_000, "".join(f"第{n}条说明各不相同。" for n in range(900))]
)
def test_an_answer_that_arrives_all_at_once_is_cut_like_any_other(text: str) -> None:
    limits = AnswerLimits(answer_characters=500)

    answer = done(events_from(SpokenModel([Delta(text), Delta(finish="stop")]), limits=limits))

    assert answer.finish is Finish.LENGTH
    assert 100 <= len(answer.text) <= 700


def test_a_terminal_is_not_steered(start_model: StartModel) -> None:
    server = start_model([spoken("\x1b[31m红\x00色[1]\x1b[0m", size=1)])

    assert done(events_from(server)).text == "红色[1]"


def test_only_as_many_sources_go_in_as_fit() -> None:
    long = passage("字" * 5_000)
    limits = AnswerLimits(source_tokens=800)

    model = SpokenModel([Delta("群里说了[1]。"), Delta(finish="stop")])
    answer = done(events_from(model, GivenSearcher((long, SECOND)), limits=limits))

    assert answer.sources == (Source(1, SECOND),)


def test_code_headings_and_announcements_need_no_proof() -> None:
    text = "## 参数说明\n有以下几点：\n```\nGPT-3 参数 = 1750\n```\nGPT-3 有 1750 亿参数[1]\n不错"
    answer = done(events_from(SpokenModel([Delta(text), Delta(finish="stop")])))

    assert [s.sentence.of(answer.text) for s in answer.support] == ["GPT-3 有 1750 亿参数[1]"]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("词向量有 12288 维。[1]", "词向量有 12288 维。"),
        ("词向量有 12288 维。\n[1]", "词向量有 12288 维。"),
        ("参数 1750 亿[1]，词向量有 12288 维[1]。", "词向量有 12288 维。"),
        ("词向量有 12288 维[1]，大[1]。", "词向量有 12288 维。"),
    ],
)
def test_a_mark_stands_for_the_words_before_it(text: str, quote: str) -> None:
    answer = done(events_from(SpokenModel([Delta(text), Delta(finish="stop")])))

    assert answer.citations[-1].quote == quote


def test_a_search_that_fails_is_one_failed_event() -> None:
    known = GivenSearcher((), error=IndexInUseError("/home/index"))
    unknown = GivenSearcher((), error=KeyError("secret"))

    assert "held by another process" in failed(events_from(None, known)).message
    assert "(KeyError)" in failed(events_from(None, unknown)).message
    assert "secret" not in failed(events_from(None, unknown)).message


def test_an_answer_can_be_had_whole(start_model: StartModel) -> None:
    broken = start_model([Reply((Say("GPT-3 有 1750 亿[1]"), Reset()))])

    async def whole_answers() -> list[str]:
        model = OpenAICompatibleModel(Endpoint(broken.url))
        texts = [
            (await Answerer(FOUND, SpokenModel([Delta("好[1]")])).answered(QUESTION)).text,
            (await Answerer(FOUND, model).answered(QUESTION)).text,
        ]
        await model.aclose()
        return texts

    assert asyncio.run(whole_answers()) == ["好[1]", "GPT-3 有 1750 亿[1]"]
    searcher = GivenSearcher((), error=KeyError())
    with pytest.raises(AnswerFailedError, match="KeyError"):
        asyncio.run(Answerer(searcher, None).answered(QUESTION))


def test_closing_the_answer_stops_the_model_within_two_seconds(start_model: StartModel) -> None:
    server = start_model([spoken("GPT-3 有 1750 亿参数。" * 500, pause=0.01)])

    async def close_early() -> Answer:
        model = OpenAICompatibleModel(Endpoint(server.url))
        told = []
        answering = Answerer(FOUND, model).answer(QUESTION)
        async for event in answering:
            told.append(event)
            if isinstance(event, Token):
                break
        await answering.aclose()
        assert await asyncio.to_thread(server.wait_until_idle, 2)
        await model.aclose()
        return partial_answer(told)

    partial = asyncio.run(close_early())

    assert server.disconnects == 1
    assert partial == Answer(
        partial.text, Mode.MODEL, Finish.INTERRUPTED, (Source(1, FIRST), Source(2, SECOND)), (), ()
    )


def test_cancelling_the_reader_stops_the_model_within_two_seconds(start_model: StartModel) -> None:
    server = start_model([Reply((Say("GPT"), Pause(30)))])

    async def cancel() -> None:
        model = OpenAICompatibleModel(Endpoint(server.url))
        reading = asyncio.create_task(collected(Answerer(FOUND, model)))
        await asyncio.sleep(0.4)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await asyncio.to_thread(server.wait_until_idle, 2)
        await model.aclose()

    asyncio.run(cancel())


def test_a_partial_answer_holds_everything_told_so_far() -> None:
    events = events_from(SpokenModel([Delta(GOOD), Delta(finish="stop")]))
    answer = done(events)

    partial = partial_answer(events[:-1])

    assert partial == replace(
        answer, finish=Finish.INTERRUPTED, missing=(), ms=0, first_token_ms=None
    )
    assert partial_answer(events) == answer


def test_the_scripted_model_cites_the_sources_it_is_shown(start_model: StartModel) -> None:
    answer = done(events_from(start_model(quoting)))

    assert [c.number for c in answer.citations] == [1, 2]
    assert {s.label for s in answer.support} == {Label.VERIFIED}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(SHREDS), max_size=12))
def test_whatever_a_model_writes_the_answer_holds_together(words: list[str]) -> None:
    deltas = [Delta(word) for word in words]

    done(events_from(SpokenModel([*deltas, Delta(finish="stop")])))
