"""Whom a message answers, and the words it quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsing.lines import Line

_AT = re.compile(r"^\s*@(?P<name>\S{1,40})(?:[\s\u2005]|$)")
_INLINE = re.compile(r"^(?P<name>\S.{0,39}?)[ \u00a0]{2,}(?P<quotes>@(?P<called>\S{1,40})\s.*)$")
_ANSWERING = re.compile(r"^\s*回复\s*@?(?P<name>[^\s:：@][^:：]{0,40}?)\s*[:：]\s*(?P<rest>.*)$")
_CORNERS = re.compile(r"^\s*「(?P<name>[^:：「」]{1,40})[:：]\s*(?P<quotes>[^「]*)$")
_RULE = re.compile(r"^\s*(?:[-—–]\s*){5,}$")
_CITED = re.compile(r"^\s*>\s?(?:@?(?P<name>[^\s:：>][^:：>]{0,30}?)\s*[:：]\s+)?(?P<quotes>.*)$")
_MOST_QUOTED = 40
"""Lines that a quotation may have."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message answers."""

    name: str = ""
    """Who is answered; empty when only words are quoted, or nothing is answered."""
    quotes: str = ""
    """The words that are quoted, lines joined by spaces; empty when there are none."""


def reply(said: Sequence[Line], quoted: str = "") -> Reply:
    """Read the lines below a message's header.

    Args:
        said: The lines of its words.
        quoted: The person whom the header names as quoted.
    """
    lines = [line.text for line in said if not line.blank][:_MOST_QUOTED]
    if not lines:
        return Reply(quoted)
    return (
        _in_corners(lines)
        or _cited(lines)
        or _inline(lines)
        or _answering(lines)
        or _at(lines, quoted)
        or Reply(quoted)
    )


def _in_corners(lines: Sequence[str]) -> Reply | None:
    """Read ``「name: words」``, a rule, and the answer below it (WeChat, DingTalk)."""
    opening = _CORNERS.match(lines[0])
    if opening is None:
        return None
    quoted = [opening["quotes"], *lines[1:]]
    for number, line in enumerate(quoted):
        if line.rstrip().endswith("」") and number + 1 < len(quoted):
            if not _RULE.match(quoted[number + 1]):
                return None
            return Reply(opening["name"].strip(), _words(quoted[: number + 1]).removesuffix("」"))
    return None


def _cited(lines: Sequence[str]) -> Reply | None:
    """Read ``> words`` or ``> name: words`` above the answer."""
    marked = 0
    while marked < len(lines) and lines[marked].lstrip().startswith(">"):
        marked += 1
    first = _CITED.match(lines[0]) if 0 < marked < len(lines) else None
    if first is None:
        return None
    rest = [line.lstrip().removeprefix(">") for line in lines[1:marked]]
    return Reply((first["name"] or "").strip(), _words([first["quotes"], *rest]))


def _inline(lines: Sequence[str]) -> Reply | None:
    """Read ``name   @other words`` with the answer below: ``name`` wrote what is quoted.

    With nothing below, it is an answer that calls ``other``.
    """
    match = _INLINE.match(lines[0])
    if match is None:
        return None
    below = len(lines) > 1
    return Reply(match["name"], _words([match["quotes"]])) if below else Reply(match["called"])


def _answering(lines: Sequence[str]) -> Reply | None:
    """Read ``回复 @name : answer``, or ``回复 name: quoted words`` with the answer below."""
    match = _ANSWERING.match(lines[0])
    if match is None:
        return None
    quotes = len(lines) > 1 and "@" not in lines[0][: match.start("rest")]
    return Reply(match["name"], _words([match["rest"]]) if quotes else "")


def _at(lines: Sequence[str], quoted: str) -> Reply | None:
    """Read ``@name answer``, with the quoted name and words on the lines above it or not."""
    for number, line in enumerate(lines):
        match = _AT.match(line)
        if match is None:
            continue
        above = list(lines[:number])
        called = line.lstrip()[1:]
        for name in filter(None, (quoted.strip(), above[0].strip() if above else "")):
            if called.startswith(name):
                start = 1 if above and above[0].strip() == name else 0
                return Reply(name, _words(above[start:]))
        return Reply(quoted.strip() or match["name"])
    return None


def _words(lines: Sequence[str]) -> str:
    return " ".join(" ".join(lines).split())
