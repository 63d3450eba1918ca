"""The catalogues: the same keys, every key used, the reader's language."""

import re
import string
from pathlib import Path

import pytest

from app.texts import LANGUAGES, Language, UnknownTextError, choose_language, texts

ROOT = Path(__file__).parents[2]
SOURCES = [
    *ROOT.glob("templates/*.html"),
    *ROOT.glob("app/static/*.js"),
    *ROOT.glob("app/*.py"),
    *ROOT.glob("app/views/*.py"),
    *ROOT.glob("app/rendering/*.py"),
]


def _keys(language: Language) -> dict[str, str]:
    return {
        key: words
        for key, words in texts(language).entries.items()
        if not (key.endswith("_one") and key.removesuffix("_one") in texts(language).entries)
    }


def _fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_catalogue_has_the_same_keys() -> None:
    assert set(_keys("zh")) == set(_keys("en"))


def test_no_entry_is_empty() -> None:
    assert [
        key for language in LANGUAGES for key, words in _keys(language).items() if not words
    ] == []


def test_the_same_values_are_filled_in_everywhere() -> None:
    english = texts("en").entries
    different = {
        key: (_fields(words), _fields(english[key]))
        for key, words in _keys("zh").items()
        if not (_fields(english[key]) | {"n"}) >= _fields(words)
    }

    assert different == {}


def test_every_key_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    patterns = [
        re.escape(prefix) + r"[\w. ]+"
        for prefix in re.findall(r'f"([a-z_.]+?)\{', source)
        if "." in prefix or prefix.endswith("_")
    ]
    computed = re.compile("|".join(patterns))

    unused = [
        key
        for key in _keys("zh")
        if f'"{key}"' not in source
        and f'"{key.removeprefix("script.")}"' not in source
        and not computed.fullmatch(key)
    ]

    assert unused == []


def test_a_missing_key_says_where_to_add_it() -> None:
    with pytest.raises(UnknownTextError, match=r"app/texts/en\.toml has no entry 'no.such'"):
        texts("en")("no.such")


def test_one_of_a_thing_has_its_own_words() -> None:
    assert texts("en")("answer.from_notes", n=1) == "1 note"
    assert texts("en")("answer.from_notes", n=2) == "2 notes"
    assert texts("zh")("answer.from_notes", n=1) == "1 篇笔记"


def test_unknown_words_fall_back_to_themselves() -> None:
    assert texts("en").either("reason.navigation", "x") == "navigation"
    assert texts("en").either("reason.other", "other {x}") == "other {x}"


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({}, "zh"),
        ({"accept": "en-GB,en;q=0.9"}, "en"),
        ({"accept": "fr, en;q=0.3, zh-TW;q=0.7"}, "zh"),
        ({"accept": "fr;q=0.9, de"}, "zh"),
        ({"accept": "en;q=0, zh;q=0.1"}, "zh"),
        ({"accept": "en;q=nonsense"}, "zh"),
        ({"accept": "en;level=1"}, "en"),
        ({"setting": "en", "accept": "zh"}, "en"),
        ({"setting": "auto", "accept": "en"}, "en"),
        ({"cookie": "zh", "setting": "en", "accept": "en"}, "zh"),
        ({"cookie": "<script>", "accept": "en"}, "en"),
    ],
)
def test_the_language_is_the_readers_choice(given: dict[str, str], language: Language) -> None:
    assert choose_language(**given) == language
