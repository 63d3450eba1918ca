"""By what two sentences are compared."""

import pytest

from serving.wording import bare, names, numbers, numbers_in_words, quoted_phrases, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大模型", ["大模", "模型"]),
        ("的了", []),
        ("在 火", ["火"]),
        ("AI", ["ai"]),
        ("The model is GPT-4", ["model", "gpt-4", "gpt", "4"]),
        ("Qwen2.5模型", ["qwen2.5", "qwen2", "5", "qwen", "模型"]),
        ("ＧＰＴ", ["gpt"]),
        ("C++ and C#", ["c++", "c#"]),
        ("4090显卡", ["4090", "显卡"]),
    ],
)
def test_terms_are_those_of_search_without_function_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_bare_sentence_has_neither_marks_nor_list_signs() -> None:
    assert bare("- 1. 甲[1][2]乙。[3]") == "甲乙。"
    assert bare("## 标题") == "标题"


def test_numbers_lose_their_separators_and_width() -> None:
    assert numbers("1,750 亿，２０２４ 年，3.5，12:30，1,2") == [
        "1750",
        "2024",
        "3.5",
        "12:30",
        "1",
        "2",
    ]
    assert numbers_in_words("两个三") == {"2", "3"}


def test_names_are_latin_words_that_could_be_swapped() -> None:
    assert names("Then GPT-4 beat Claude and LLM x1.") == ["GPT-4", "Claude", "LLM", "x1"]


def test_phrases_in_quotation_marks_are_found() -> None:
    assert quoted_phrases('他说“甲乙”和「丙丁」及 "e f"') == ["甲乙", "丙丁", "e f"]
