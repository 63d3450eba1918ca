"""The YAML head of a note."""

import re
from dataclasses import dataclass
from datetime import date

import yaml

_HEAD = re.compile(
    r"\A\ufeff?---[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)(?:---|\.\.\.)[ \t]*(?=\r|\n|\Z)",
    re.DOTALL,
)
_MOST_CHARACTERS = 20_000
"""A longer head is text: no person writes one, and YAML aliases can grow without end."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a note's head says about it."""

    end: int = 0
    """Offset at which the head ends; 0 when there is none."""
    title: str = ""
    tags: tuple[str, ...] = ()
    whole: bool = False
    """Whether the author wants the note in one piece (``chunk: whole``)."""


def front_matter(text: str) -> FrontMatter:
    """Read the head of ``text``; a head that is not a YAML mapping is ordinary text."""
    head = _HEAD.match(text)
    if head is None or len(head.group(1)) > _MOST_CHARACTERS or _has_aliases(head.group(1)):
        return FrontMatter()
    try:
        return _read(yaml.safe_load(head.group(1)), head.end())
    except (yaml.YAMLError, ValueError, RecursionError):
        return FrontMatter()


def _read(values: object, end: int) -> FrontMatter:
    if not isinstance(values, dict):
        return FrontMatter()
    return FrontMatter(
        end=end,
        title=_line(values.get("title")),
        tags=_tags(values.get("tags", values.get("tag"))),
        whole=_line(values.get("chunk")) == "whole",
    )


def _has_aliases(head: str) -> bool:
    """Whether a value repeats another one: a few lines of that can grow without end."""
    return re.search(r"(?:^|[\s:\[{,?-])\*[\w-]", head) is not None


def _line(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float | date) else ""


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        parts = [_line(part) for part in value]
    else:
        parts = re.split(r"[,，\s]+", _line(value))
    return tuple(dict.fromkeys(part.strip("#") for part in parts if part.strip("#")))
