import math
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.index import SparseVector
from retrieval.lexical import (
    FUNCTION_TERMS,
    K1,
    B,
    LexicalEncoder,
    content_terms,
    fold,
    number,
    terms,
    words,
)

AWKWARD = st.text(
    st.one_of(
        st.sampled_from("\x00\n\ud800\udfff\ufeff😀中模型繁體A4.-_/+#@\U00020bb7İſ"),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＫＶ　缓存", "kv 缓存"),
        ("Transformer", "transformer"),
        ("ﬁne-tuning", "fine-tuning"),
        ("記憶體與顯示卡", "记忆体与显示卡"),
        ("機器學習", "机器学习"),
        ("①", "1"),
        ("豈", "岂"),
        ("\ud800坏\udfff", "?坏?"),
        ("a\x00b", "a\x00b"),
        ("", ""),
    ],
)
def test_width_case_and_script_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("語言模型的參數量", "语言模型的参数量"),
        ("顯存怎麼估算？", "显存怎么估算？"),
        ("為什麼要預訓練", "为什么要预训练"),
    ],
)
def test_traditional_script_has_the_terms_of_simplified(traditional: str, simplified: str) -> None:
    assert terms(traditional) == terms(simplified)
    encoder = LexicalEncoder()
    assert encoder.passage(traditional) == encoder.passage(simplified)
    assert encoder.question(traditional) == encoder.question(simplified)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Qwen2.5-72B", ["qwen2.5-72b", "qwen2", "5", "72b", "qwen"]),
        ("qwen2.5-72b", ["qwen2.5-72b", "qwen2", "5", "72b", "qwen"]),
        ("4090", ["4090"]),
        ("RTX4090", ["rtx4090", "rtx"]),
        ("ip-adapter", ["ip-adapter", "ip", "adapt"]),
        ("IP-Adapter", ["ip-adapter", "ip", "adapt"]),
        ("C++ 和 C#", ["c++", "和", "c#"]),
        ("v1.0.3", ["v1.0.3", "v1", "0", "3"]),
        ("snake_case", ["snake_case", "snake", "case"]),
        ("3.14", ["3.14", "3", "14"]),
    ],
)
def test_identifiers_and_numbers_stand_whole_and_in_parts(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("模型", ["模型"]),
        ("大模型", ["大模", "模型"]),
        ("人工智能", ["人工", "工智", "智能", "人工智能"]),
        ("猫", ["猫"]),
        ("猫，狗", ["猫", "狗"]),
        ("用GPT写诗", ["用", "gpt", "写诗"]),
        ("GPT𠮷野家", ["gpt", "𠮷野", "野家"]),
        ("日本語", ["日本", "本语", "日本语"]),
        ("한국어", ["한국", "국어"]),
    ],
)
def test_chinese_gives_bigrams_and_longer_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    "forms",
    [("model", "models", "Model"), ("quantize", "quantized", "quantizing"), ("run", "running")],
)
def test_english_words_meet_in_their_stem(forms: tuple[str, ...]) -> None:
    assert len({tuple(terms(form)) for form in forms}) == 1


def test_a_term_stands_once_for_each_place() -> None:
    assert Counter(terms("模型，模型，LoRA 模型 lora")) == {"模型": 3, "lora": 2}


def test_punctuation_and_emoji_give_no_terms() -> None:
    assert terms("😀！？……——\n\x00\ufeff") == []
    assert list(words("😀！？")) == []


def test_a_very_long_word_is_cut() -> None:
    (term,) = terms("x" * 100_000)
    assert term == "x" * 64


def test_words_are_what_a_reader_would_name() -> None:
    assert list(words("顯存不够，用 Qwen2.5-72B 吗？")) == [
        "显存",
        "不够",
        "用",
        "qwen2.5-72b",
        "吗",
    ]


def test_function_words_are_left_out_of_a_question() -> None:
    assert content_terms("显存 是什么？") == ("显存",)
    assert content_terms("What is the memory of a model?") == ("memori", "model")
    assert content_terms("Why does the model do it?") == ("model",)


@pytest.mark.parametrize("text", ["是什么", "what is it", "的"])
def test_a_question_of_function_words_alone_keeps_them(text: str) -> None:
    assert content_terms(text) == tuple(dict.fromkeys(terms(text)))
    assert content_terms(text)


def test_english_function_words_are_listed_by_their_stem() -> None:
    english = {term for term in FUNCTION_TERMS if term.isascii()}
    assert {stem for term in english for stem in terms(term)} <= english


def test_passage_weights_are_those_of_bm25() -> None:
    vector, length = LexicalEncoder(average_length=8.0).passage("显存 显存 估算")
    norm = K1 * (1 - B + B * 3 / 8.0)
    counts = {number("显存"): 2, number("估算"): 1}
    assert length == 3
    assert dict(zip(vector.dimensions, vector.weights, strict=True)) == pytest.approx(
        {each: count * (K1 + 1) / (count + norm) for each, count in counts.items()}
    )


def test_longer_passages_weigh_a_term_less() -> None:
    encoder = LexicalEncoder(average_length=10.0)
    short, _ = encoder.passage("显存")
    long, _ = encoder.passage("显存" + "，别的内容" * 30)
    weight = dict(zip(long.dimensions, long.weights, strict=True))[number("显存")]
    assert weight < short.weights[0]


def test_an_average_below_one_counts_as_one() -> None:
    assert LexicalEncoder(0.0).average_length == 1.0


def test_a_question_asks_for_each_term_once() -> None:
    vector = LexicalEncoder().question("显存显存 估算")
    expected = sorted({number(term) for term in ("显存", "存显", "估算")})
    assert vector == SparseVector(tuple(expected), (1.0,) * len(expected))


def test_number_of_a_term_never_changes() -> None:
    assert (number("显存"), number("qwen2.5-72b"), number("")) == (659605469, 3305169764, 0)


@given(AWKWARD)
@example("\ud800")
@example("\x00")
@example("")
def test_any_text_can_be_encoded(text: str) -> None:
    for vector in (LexicalEncoder(20.0).passage(text)[0], LexicalEncoder().question(text)):
        assert len(vector.dimensions) == len(vector.weights)
        assert list(vector.dimensions) == sorted(set(vector.dimensions))
        assert all(0 <= each < 2**32 for each in vector.dimensions)
        assert all(weight > 0 and math.isfinite(weight) for weight in vector.weights)


@given(AWKWARD)
def test_the_same_text_gives_the_same_terms(text: str) -> None:
    assert terms(text) == terms(text)
    assert LexicalEncoder(9.0).passage(text) == LexicalEncoder(9.0).passage(text)


@given(AWKWARD)
def test_length_is_the_number_of_terms(text: str) -> None:
    assert LexicalEncoder().passage(text)[1] == len(terms(text))


@given(AWKWARD)
def test_content_terms_are_distinct_terms_of_the_text(text: str) -> None:
    found = content_terms(text)
    assert len(found) == len(set(found))
    assert set(found) <= set(terms(text))
    assert bool(found) == bool(terms(text))


@given(st.text("模型显存估算的大小abc12 ，", max_size=30))
def test_case_does_not_matter(text: str) -> None:
    assert terms(text.upper()) == terms(text)
