"""The words of the page, one catalogue per language."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "footnote_language"
"""Name of the cookie that holds the reader's choice."""

_SCRIPT_PREFIX = "script."


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue of one language; call it with a key to get the words."""

    language: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the words for ``key`` with ``values`` filled in.

        When ``n`` is 1 and the catalogue has the key with ``_one`` after it, that one is used.

        Raises:
            UnknownTextError: The catalogue has no such key.
        """
        singular = f"{key}_one"
        if values.get("n") == 1 and singular in self.entries:
            key = singular
        if key not in self.entries:
            raise UnknownTextError(self.language, key)
        return self.entries[key].format(**values)

    def either(self, key: str, fallback: str, /, **values: object) -> str:
        """Return the words for ``key``, or ``fallback`` as it is when there are none."""
        return self(key, **values) if key in self.entries else fallback

    @property
    def for_scripts(self) -> str:
        """The words that the page's scripts show, as a JSON object."""
        words = {
            key.removeprefix(_SCRIPT_PREFIX): value
            for key, value in self.entries.items()
            if key.startswith(_SCRIPT_PREFIX)
        }
        return json.dumps(words, ensure_ascii=False)


class UnknownTextError(KeyError):
    """A page asked for words that the catalogue does not have."""

    def __init__(self, language: Language, key: str) -> None:
        super().__init__(
            f"The text catalogue app/texts/{language}.toml has no entry {key!r}. "
            "Add it to every catalogue."
        )


@cache
def texts(language: Language) -> Texts:
    """Return the catalogue of ``language``; it is read once."""
    source = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Texts(language, dict(_flat(tomllib.loads(source))))


def choose_language(*, setting: str = "auto", cookie: str = "", accept: str = "") -> Language:
    """Decide the page's language: the reader's choice, the setting, the browser, Chinese.

    Args:
        setting: ``auto``, or the language that the owner fixed for readers who chose none.
        cookie: Value of the language cookie; anything but a language counts as no choice.
        accept: The request's ``Accept-Language`` header.
    """
    for language in LANGUAGES:
        if cookie == language:
            return language
    for language in LANGUAGES:
        if setting == language:
            return language
    return _preferred(accept)


def _preferred(accept: str) -> Language:
    ranked: list[tuple[float, int, Language]] = []
    for position, part in enumerate(accept[:500].split(",")):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        ranked.extend(
            (-weight, position, language)
            for language in LANGUAGES
            if weight > 0 and tag.lower().split("-")[0] == language
        )
    return min(ranked)[2] if ranked else "zh"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            entries.extend(_flat(value, f"{prefix}{key}."))
        else:
            entries.append((f"{prefix}{key}", str(value)))
    return entries
