"""Which words of a passage are shown for a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.quoting import best_quote
from tests.serving.passages import chat, passage

TEXT = "词向量用一串数字表示一个词。GPT-3 的词向量有 12288 维！这比 word2vec 大 20 倍。别的话题。"
CHAT = "阿水 2024/3/1 10:00:00\n4090 能跑多大的模型？\n\n大漠 2024/3/1 10:01:00\n量化之后能跑 34B"


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("GPT-3 的词向量是 12288 维[1]。", "GPT-3 的词向量有 12288 维！"),
        (
            "GPT-3 的词向量有 12288 维，比 word2vec 大 20 倍。",
            "GPT-3 的词向量有 12288 维！这比 word2vec 大 20 倍。",
        ),
        ("How is the weather in Berlin?", TEXT),
        ("[1]", TEXT),
    ],
)
def test_the_sentences_that_say_it_are_quoted(sentence: str, quote: str) -> None:
    source = passage("前言\n" + TEXT, start=40)
    span = best_quote(sentence, source)

    shown = ("前言\n" + TEXT)[span.start - 40 : span.end - 40]
    assert shown == (quote if quote != TEXT else source.text)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("量化之后能跑 34B。", "量化之后能跑 34B"),
        ("大漠说量化之后能跑 34B。", "大漠 2024/3/1 10:01:00\n量化之后能跑 34B"),
    ],
)
def test_of_a_chat_the_line_is_quoted_with_its_speaker_when_named(
    sentence: str, quote: str
) -> None:
    assert best_quote(sentence, chat(CHAT)).of(CHAT) == quote


def test_a_quote_stays_short() -> None:
    text = "。".join(["大模型训练需要显卡" * 30] * 4)

    assert len(best_quote("大模型训练需要显卡", passage(text))) <= 400


@given(st.text(), st.text(min_size=1), st.integers(0, 1_000))
def test_a_quote_lies_inside_its_passage(sentence: str, text: str, start: int) -> None:
    source = passage(text, start=start)

    assert source.span.covers(best_quote(sentence, source))
