from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval.dictionary import Dictionary


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    dictionary = Dictionary()
    dictionary.warm()
    return dictionary


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("model", "模型"),
        ("attention", "注意力"),
        ("train", "训练"),
        ("reasoning", "推理"),
        ("artificial intelligence", "人工智能"),
        ("neural network", "神经网络"),
    ],
)
def test_words_and_pairs_translate_both_ways(
    dictionary: Dictionary, english: str, chinese: str
) -> None:
    assert chinese in dictionary.chinese(english)
    assert english in dictionary.english(chinese)


@pytest.mark.parametrize(
    ("inflected", "plain"),
    [
        ("models", "model"),
        ("Models", "model"),
        ("classes", "class"),
        ("batteries", "battery"),
        ("studied", "study"),
        ("explained", "explain"),
        ("explaining", "explain"),
        ("compared", "compare"),
        ("comparing", "compare"),
        ("stopped", "stop"),
        ("neural networks", "neural network"),
    ],
)
def test_inflections_translate_as_the_plain_word(
    dictionary: Dictionary, inflected: str, plain: str
) -> None:
    assert dictionary.chinese(plain)
    assert dictionary.chinese(inflected) == dictionary.chinese(plain)


@pytest.mark.parametrize("word", ["", "qwen", "zzzqx", "s", "ing", "模型"])
def test_an_unknown_english_word_has_no_translation(dictionary: Dictionary, word: str) -> None:
    assert dictionary.chinese(word) == ()


@pytest.mark.parametrize("word", ["", "model", "显存卡显存", "語言"])
def test_an_unknown_chinese_word_has_no_translation(dictionary: Dictionary, word: str) -> None:
    assert dictionary.english(word) == ()


def test_translations_are_single_words_or_pairs_without_brackets(dictionary: Dictionary) -> None:
    for chinese in ("模型", "推理", "训练", "语言", "的", "学习"):
        for english in dictionary.english(chinese):
            assert 1 <= len(english.replace("-", " ").split()) <= 2
            assert english.replace("-", "").replace(" ", "").isalpha()


def test_threads_read_it_once_and_agree() -> None:
    dictionary = Dictionary()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(dictionary.english, ["模型"] * 4))
    assert len({id(each) for each in found}) == 1
