"""What counts as proof, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.answer import Label
from serving.support import support

QUOTE = "GPT-3最强大的版本使用有12288个维度的词向量，比Google在2013年提出的word2vec方案要大20倍。"
ENGLISH = "The model was trained by OpenAI for three months and it does not need labels."


@pytest.mark.parametrize(
    ("sentence", "label", "why"),
    [
        ("GPT-3 最强大的版本使用 12288 个维度的词向量[1]。", Label.VERIFIED, "主要用词"),
        ("最强版本的词向量是 12,288 维，要大 20 倍。", Label.VERIFIED, "主要用词"),
        ("GPT-3 最强大的版本使用 4096 个维度的词向量。", Label.UNSUPPORTED, "没有：4096"),
        ("它被称为“词的指纹”，有12288个维度。", Label.UNSUPPORTED, "没有：词的指纹"),
        ("微软 BERT 提出的 word2vec 方案比 GPT-3 要大20倍。", Label.WEAK, "没有：BERT"),
        ("群里讨论了显卡的价格和电费。", Label.UNSUPPORTED, "几乎没有"),
        ("词向量的维度越高，训练需要的显存和数据就越多。", Label.UNSUPPORTED, "几乎没有"),
        ("GPT-3 的词向量比较大，维度也高很多。", Label.WEAK, "一部分"),
        ("GPT-3 does use vectors of 12288 dimensions.", Label.WEAK, "another language"),
    ],
)
def test_a_sentence_is_judged_by_numbers_names_and_words(
    sentence: str, label: Label, why: str
) -> None:
    judged, reason = support(sentence, [QUOTE])

    assert (judged, why in reason) == (label, True), reason


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("The model was trained by OpenAI for 3 months [1].", Label.VERIFIED),
        ("The model does need labels.", Label.WEAK),
        ("The model was trained by Google for 3 months.", Label.WEAK),
        ("Rents rise in large cities.", Label.UNSUPPORTED),
    ],
)
def test_english_sentences_are_judged_likewise(sentence: str, label: Label) -> None:
    assert support(sentence, [ENGLISH])[0] is label


def test_a_sentence_without_a_source_is_unsupported() -> None:
    assert support("甲乙丙。", []) == (Label.UNSUPPORTED, "这句话没有标出来源。")
    assert support("So it is.", [" "]) == (
        Label.UNSUPPORTED,
        "No source is cited for this sentence.",
    )


def test_several_quotes_prove_a_sentence_together() -> None:
    sentence = "训练分为预训练和微调，推理需要大量显存和很高的内存带宽。"
    quotes = ["训练分为预训练和微调两个阶段", "推理时需要大量显存和很高的内存带宽"]

    assert support(sentence, quotes)[0] is Label.VERIFIED
    assert support(sentence, quotes[:1])[0] is Label.WEAK


def test_words_scattered_over_a_long_quote_prove_nothing() -> None:
    sentence = "模型训练使用显卡"
    scattered = ("闲话家常。" * 30).join(["模型", "训练", "使用", "显卡", "型训", "练使", "用显"])

    assert support(sentence, [sentence])[0] is Label.VERIFIED
    assert support(sentence, [scattered])[0] is not Label.VERIFIED


def test_a_sentence_of_only_a_number_is_proved_by_it() -> None:
    assert support("的 [1]", ["目的"])[0] is Label.VERIFIED
    assert support("的", ["目标"])[0] is Label.UNSUPPORTED


@given(st.text(alphabet="模型训练 GPT-4。,12的不", min_size=1))
def test_a_sentence_is_supported_by_itself(sentence: str) -> None:
    label, why = support(sentence, [sentence])

    assert label is Label.VERIFIED or not sentence.strip(), why


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_can_be_judged(sentence: str, quotes: list[str]) -> None:
    assert support(sentence, quotes)[1]
