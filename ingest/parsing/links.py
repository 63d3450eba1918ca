"""Links of a note to other notes and files: ``[[note]]``, ``![[file]]`` and ``[words](path)``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from ingest.parsing.code_spans import code_spans, without_code
from ingest.parsing.hidden import hidden, visible
from ingest.parsing.lines import split_lines
from retrieval.span import Span

_NAMED = re.compile(r"(!?)\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_WRITTEN = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]\((?:<([^<>]*)>|([^()\[\]\s]*+(?:\([^()\[\]]*\)[^()\[\]\s]*+)*+))"
    r"(?:\s++\"[^\"\[\]]*\")?\)"
)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/?\\")
"""Addresses of the web and paths of a machine; ``/a/b`` may be a page of the notes' own site."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a note writes it."""

    target: str
    """Name or path of a note or file; empty when the link stays in its own note."""
    section: str
    """Heading below which it leads, or ``^`` and the name of a block; empty for the whole note."""
    words: str
    """What is shown for it; empty when the note gives nothing else."""
    span: Span
    embedded: bool = False
    """Whether what it leads to is to be shown in its place."""


def links(text: str) -> tuple[Link, ...]:
    """Return the links in ``text`` that lead to notes and files, in order.

    What stands in code or in a comment is no link.
    """
    lines = split_lines(text)
    found: list[Link] = []
    for line in visible(lines, hidden(lines, comments=True)):
        if line.fenced or ("[[" not in line.text and "](" not in line.text):
            continue
        words = without_code(line.text, code_spans(line.text))
        found.extend(sorted([*_named(words, line.start), *_written(words, line.start)], key=_place))
    return tuple(found)


def _place(link: Link) -> Span:
    return link.span


def _named(line: str, start: int) -> Iterator[Link]:
    for match in _NAMED.finditer(line):
        yield _link(match.group(2), match.group(3) or "", match, start)


def _written(line: str, start: int) -> Iterator[Link]:
    for match in _WRITTEN.finditer(line):
        address = match.group(3) if match.group(3) is not None else match.group(4)
        if address and not _ELSEWHERE.match(address):
            yield _link(unquote(address), match.group(2), match, start)


def _link(address: str, words: str, match: re.Match[str], start: int) -> Link:
    target, _, section = address.partition("#")
    if not section and "^" in target:
        target, _, block = target.partition("^")
        section = f"^{block}"
    return Link(
        target=target.strip().removeprefix("./"),
        section=section.strip(),
        words=words.strip(),
        span=Span(*match.span()).moved(start),
        embedded=bool(match.group(1)),
    )
