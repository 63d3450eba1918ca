"""The head of a note: YAML between ``---``, TOML between ``+++``, a JSON object, or properties.

What is none of them, or could grow while it is read, is ordinary text.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import yaml

from ingest.parsing.moments import day_or_time

_END = r"[ \t]*(?=\r|\n|\Z)"
_LINE_END = r"(?:\r\n|\r|\n)"
_YAML = re.compile(rf"\A\ufeff?---[ \t]*{_LINE_END}(.*?){_LINE_END}(?:---|\.\.\.){_END}", re.DOTALL)
_TOML = re.compile(rf"\A\ufeff?\+\+\+[ \t]*{_LINE_END}(.*?){_LINE_END}\+\+\+{_END}", re.DOTALL)
_JSON = re.compile(rf"\A\ufeff?(\{{[ \t]*{_LINE_END}.*?{_LINE_END}\}}){_END}", re.DOTALL)
_PROPERTY = re.compile(r"\ufeff?([\w-]{1,40})::[ \t]+(\S[^\r\n]*)")
_MOST_PROPERTIES = 30
_MOST_CHARACTERS = 20_000
"""A longer head is text: no person writes one, and YAML aliases can grow without end."""
_CREATED = ("created", "date", "date created", "created_at", "创建时间", "日期")
_UPDATED = ("updated", "modified", "lastmod", "date modified", "updated_at", "更新时间")
_TELLING = frozenset({"title", "tags", "tag", "aliases", "alias", "chunk", *_CREATED, *_UPDATED})
"""A JSON object without any of these is something the note shows."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a note's head says about it."""

    end: int = 0
    """Offset at which the head ends; 0 when there is none, or when it is to be read as text."""
    title: str = ""
    tags: tuple[str, ...] = ()
    whole: bool = False
    """Whether the author wants the note in one piece (``chunk: whole``)."""
    aliases: tuple[str, ...] = ()
    """Other names by which notes speak of it."""
    created: str = ""
    """ISO 8601 without zone, a date or a date with a time."""
    updated: str = ""
    """The same, of the last change that the author wrote down."""


def front_matter(text: str) -> FrontMatter:
    """Read the head of ``text``; one that cannot be read as a mapping is ordinary text."""
    for pattern, read in _FORMS:
        head = pattern.match(text)
        if head is None:
            continue
        if len(head.group(1)) > _MOST_CHARACTERS:
            return FrontMatter()
        try:
            return _told(read(head.group(1)), head.end())
        except (yaml.YAMLError, ValueError, RecursionError):
            return FrontMatter()
    return _told(_properties(text), 0)


def _yaml(head: str) -> object:
    # A value that repeats another one can make a few lines grow without end.
    if re.search(r"(?:^|[\s:\[{,?-])\*[\w-]", head):
        return None
    return yaml.load(head, _UniqueKeys)  # noqa: S506  # a safe loader with one more rule


def _toml(head: str) -> object:
    return tomllib.loads(head)


def _json(head: str) -> object:
    values: dict[str, object] = json.loads(head, object_pairs_hook=_unique)
    return values if _TELLING & set(values) else None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (_YAML, _yaml),
    (_TOML, _toml),
    (_JSON, _json),
)


def _properties(text: str) -> dict[object, object]:
    """Return the ``name:: value`` lines at the beginning, as outliners write them."""
    found: dict[object, object] = {}
    at = 0
    while len(found) < _MOST_PROPERTIES and (match := _PROPERTY.match(text, at)):
        found.setdefault(match.group(1), match.group(2))
        at = match.end() + (2 if text.startswith("\r\n", match.end()) else 1)
    return found


class _UniqueKeys(yaml.SafeLoader):
    """Plain values alone, and no key twice: which of the two would count?"""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002  # the loader's shape
        """Make a mapping.

        Raises:
            yaml.constructor.ConstructorError: A key is there twice.
        """
        plain = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(plain)) < len(plain):
            raise yaml.constructor.ConstructorError(None, None, "a key is there twice")
        return super().construct_mapping(node, deep=deep)


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(key)
        found[key] = value
    return found


def _told(values: object, end: int) -> FrontMatter:
    if not isinstance(values, dict):
        return FrontMatter()
    named = {str(key).strip().lower(): value for key, value in values.items()}
    groups = named.get("taxonomies")
    tags = named.get("tags", named.get("tag"))
    if tags is None and isinstance(groups, dict):
        tags = groups.get("tags")
    return FrontMatter(
        end=end,
        title=_line(named.get("title")),
        tags=_tags(tags),
        whole=_line(named.get("chunk")) == "whole",
        aliases=_aliases(named.get("aliases", named.get("alias"))),
        created=_moment(named, _CREATED),
        updated=_moment(named, _UPDATED),
    )


def _line(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float | date) else ""


def _moment(values: Mapping[str, object], names: Iterable[str]) -> str:
    written = (_line(values[name]) for name in names if name in values)
    return next((found for words in written if (found := day_or_time(words))), "")


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        parts = [_line(part) for part in value]
    else:
        parts = re.split(r"[,，、;；\s]+", _line(value))
    tags = (part.removeprefix("[[").removesuffix("]]").strip("#/ ") for part in parts)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _aliases(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else re.split(r"[,，]", _line(value))
    names = (_line(part).strip("\"' ") for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))
