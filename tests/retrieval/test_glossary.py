from hypothesis import given
from hypothesis import strategies as st

from retrieval.glossary import Glossary, built_in, groups

GIVEN = [
    ("大语言模型", "大模型", "large language model", "llm"),
    ("推理", "推断", "inference"),
    ("推理能力", "reasoning"),
    ("模型", "model"),
]


def test_an_english_word_brings_the_chinese_ones_in() -> None:
    assert Glossary(GIVEN).alike("What is inference?") == (("推理", "推断"),)


def test_the_longest_english_word_counts() -> None:
    found = Glossary(GIVEN).alike("Large-Language Models and other models")
    assert found == (("大语言模型", "大模型"), ("模型",))


def test_a_chinese_word_brings_in_nothing_from_what_comes_with_the_program() -> None:
    assert Glossary(GIVEN).alike("推理 大语言模型") == ()


def test_groups_of_the_reader_hold_in_every_direction() -> None:
    glossary = Glossary((), [("甲方", "客户", "client")])
    assert glossary.alike("甲方是谁") == (("客户", "client"),)
    assert glossary.alike("Which clients?") == (("甲方", "客户"),)


def test_the_longest_chinese_word_counts() -> None:
    glossary = Glossary((), [("推理能力", "逻辑"), ("推理", "推断")])
    assert glossary.alike("推理能力和推理") == (("逻辑",), ("推断",))


def test_groups_of_the_reader_add_to_those_that_come_with_the_program() -> None:
    assert Glossary(GIVEN, [("inference", "演算")]).alike("inference") == (
        ("推理", "推断", "演算"),
    )


def test_script_case_and_inflection_do_not_matter() -> None:
    glossary = Glossary(GIVEN, [("顯卡", "GPU")])
    assert glossary.alike("显卡") == (("GPU",),)
    assert glossary.alike("LLMs") == (("大语言模型", "大模型"),)


def test_chinese_between_two_words_parts_them() -> None:
    assert Glossary(GIVEN).alike("large 的 language model") == (("模型",),)


def test_a_file_is_read_line_by_line() -> None:
    text = "# remark\n甲，乙 = a b, c\n\nalone\n = \n丙,丙 = 丙\n丁 = d\n"
    assert list(groups(text)) == [("甲", "乙", "a b", "c"), ("丁", "d")]


def test_what_comes_with_the_program_has_400_groups_and_no_word_alone() -> None:
    assert len(built_in()) >= 400
    assert all(len(group) > 1 for group in built_in())
    assert len(set(built_in())) == len(built_in())


@given(st.text("推理模型largelm -能力", max_size=30))
def test_any_text_can_be_looked_up(text: str) -> None:
    glossary = Glossary(GIVEN, GIVEN)
    assert all(group for group in glossary.alike(text))
    assert glossary.alike(text) == glossary.alike(text)
