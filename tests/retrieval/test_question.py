import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.followup import ALONE, LEANING
from retrieval.question import ALSO, TRANSLATED, key_words, read_question

CHINESE = {
    "memory": ("记忆", "内存", "存储"),
    "model": ("模型",),
    "language model": ("语言模型",),
    "of": ("的",),
}
ENGLISH = {"显存": ("memory", "video memory"), "模型": ("model",)}


class Words:
    """A dictionary of a few words."""

    def chinese(self, english: str) -> tuple[str, ...]:
        return CHINESE.get(english, ())

    def english(self, chinese: str) -> tuple[str, ...]:
        return ENGLISH.get(chinese, ())


WORDS = Words()


def test_words_of_the_question_weigh_1_and_function_words_nothing() -> None:
    question = read_question("How much lora rank?", "", WORDS)
    assert question.asked == ("lora", "rank")
    assert question.weights(question.every_term) == {"lora": 1.0, "rank": 1.0}


def test_translations_of_one_word_share_their_weight() -> None:
    question = read_question("memory", "", WORDS)
    assert question.translations == (("记忆", "内存", "存储"),)
    assert question.weights({"memori", "记忆", "内存", "存储"}) == {
        "memori": 1.0,
        "记忆": TRANSLATED / 3,
        "内存": TRANSLATED / 3,
        "存储": TRANSLATED / 3,
    }


def test_only_translations_that_occur_share() -> None:
    question = read_question("memory", "", WORDS)
    assert question.weights({"内存"}) == {"内存": TRANSLATED}


def test_a_word_that_is_asked_is_not_translated_into_itself() -> None:
    question = read_question("memory 内存", "", WORDS)
    assert question.weights({"memori", "内存"}) == {"memori": 1.0, "内存": 1.0}


def test_a_translation_of_two_words_has_the_greater_share() -> None:
    question = read_question("显存模型", "", WORDS)
    weights = question.weights({"memori", "model", "video"})
    assert weights == {"memori": TRANSLATED / 2, "video": TRANSLATED / 2, "model": TRANSLATED}


def test_pairs_of_english_words_are_translated_together_and_alone() -> None:
    question = read_question("Language model", "", WORDS)
    assert question.translations == (("语言", "言模", "模型"), ("模型",))
    assert question.weights({"模型", "语言"}) == {"模型": TRANSLATED, "语言": TRANSLATED / 2}


def test_function_words_are_not_translated() -> None:
    assert read_question("of", "", WORDS).translations == ()


def test_terms_of_the_previous_question_count_as_much_as_the_question_leans_on_it() -> None:
    question = read_question("那 lora 呢", "显存 怎么 估算 lora", WORDS)
    assert question.asked[-1] == "lora"
    assert "lora" not in question.earlier
    assert question.weights({"lora", "显存", "估算"}) == {
        "lora": 1.0,
        "显存": LEANING,
        "估算": LEANING,
    }
    alone = "一张 4090 微调 7B 模型 要 多少 小时 和 多少 电费"
    assert read_question(alone, "显存", WORDS).weights({"显存"}) == {"显存": ALONE}


def test_words_of_the_previous_question_are_translated_for_a_question_that_leans_on_it() -> None:
    assert read_question("那它呢", "model", WORDS).translations == (("模型",),)
    assert (
        read_question(
            "一张 4090 微调 7B 要 多少 小时 和 电费 呢 还是 天", "memory", WORDS
        ).translations
        == ()
    )


def test_terms_that_no_note_has_weigh_nothing() -> None:
    assert read_question("显存 memory", "模型", WORDS).weights(()) == {}


@pytest.mark.parametrize("text", ["是什么", "What is it?"])
def test_a_question_of_function_words_alone_is_searched_by_them(text: str) -> None:
    question = read_question(text, "", WORDS)
    assert question.asked
    assert set(question.weights(question.every_term)) == set(question.asked)


def test_nothing_asked_is_nothing_searched() -> None:
    question = read_question("？！", "", WORDS)
    assert (question.asked, question.translations, question.every_term) == ((), (), frozenset())


def test_every_term_holds_what_may_be_searched() -> None:
    question = read_question("memory", "lora", WORDS)
    assert question.every_term == {"memori", "lora", "记忆", "内存", "存储"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("显存怎么估算？", ("显存", "估算")),
        ("什么是 Qwen2.5-72B？", ("qwen2.5-72b",)),
        ("How does the model work?", ("model", "work")),
        ("model model", ("model",)),
        ("是什么", ()),
        ("a b 猫", ()),
    ],
)
def test_key_words_carry_meaning(text: str, found: tuple[str, ...]) -> None:
    assert key_words(text) == found


TEXT = st.text("显存模型memory 的是？语言", max_size=20)


@given(text=TEXT, previous=TEXT, data=st.data())
def test_weights_stay_in_bounds_for_any_question(
    text: str, previous: str, data: st.DataObject
) -> None:
    question = read_question(text, previous, WORDS)
    every = sorted(question.every_term)
    present = data.draw(st.sets(st.sampled_from(every)) if every else st.just(set[str]()))
    weights = question.weights(present)
    assert set(weights) == present
    for term, weight in weights.items():
        assert weight == (1.0 if term in question.asked else weight)
        assert 0.0 < weight <= 1.0
    for group in question.translations:
        shared = [each for each in group if each in weights and each not in question.asked]
        assert all(weights[each] <= TRANSLATED for each in shared if each not in question.earlier)


@given(text=TEXT, previous=TEXT)
def test_the_same_question_reads_the_same(text: str, previous: str) -> None:
    assert read_question(text, previous, WORDS) == read_question(text, previous, WORDS)


class Alike:
    """A thesaurus of one word."""

    def alike(self, text: str) -> tuple[tuple[str, ...], ...]:
        return (("显存", "内存"),) if "memory" in text else ()


def test_synonyms_share_a_weight_and_are_told_apart() -> None:
    question = read_question("memory", "", None, (), Alike())
    assert question.translations == ()
    assert question.synonyms == (("显存", "内存"),)
    assert question.weights({"memori", "显存", "内存"}) == {"memori": 1.0, "显存": 0.5, "内存": 0.5}
    assert [(term.text, term.origin) for term in question.told({"显存": 2.0, "memori": 1.0})] == [
        ("显存", "synonym"),
        ("memori", "asked"),
    ]


def test_without_a_thesaurus_there_are_no_synonyms() -> None:
    assert read_question("memory", "", WORDS).synonyms == ()


def test_another_wording_adds_terms_and_takes_no_weight_from_translations() -> None:
    also = ("内存 占用",)
    alone = read_question("memory", "", WORDS)
    worded = read_question("memory", "", WORDS, also)
    present = {"memori", "内存", "占用"}
    assert worded.weights(present) == {**alone.weights(present), "占用": ALSO}
