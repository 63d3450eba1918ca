"""Headings of the notes and the sections under them, as questions with a known answer. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from retrieval.chunk import Chunk
from retrieval.language import Language, language_of
from retrieval.lexical import content_terms, fold, terms

LANGUAGES: tuple[Language, ...] = ("zh", "en")
MOST_QUERIES = 150
"""Headings of a language that are asked as they come."""
_MOST_REWORDED = 100
_SHORTEST_TEXT = 40
"""Characters of a section below which nobody could find it by its meaning."""


@dataclass(frozen=True, slots=True)
class Query:
    """A heading and the section that it stands over."""

    heading: str
    target: Chunk
    text: str
    """The target's own words, without headings."""
    reworded: bool
    """Whether the heading's words mostly do not stand in it."""
    aside: frozenset[UUID] = field(default_factory=frozenset)
    """Points that stand under the heading too."""


def queries(chunks: Iterable[Chunk]) -> dict[Language, list[Query]]:
    """Make queries of the headings that name one section, some of each language.

    Args:
        chunks: One of each point that can be found.

    Returns:
        By language, headings as they come, then further ones in other words than their section's.
        Which ones does not depend on the order of ``chunks``.
    """
    sections: dict[str, list[Chunk]] = defaultdict(list)
    owners: dict[str, set[tuple[UUID, tuple[str, ...]]]] = defaultdict(set)
    for chunk in chunks:
        for depth, heading in enumerate(chunk.headings):
            key = fold(heading).strip()
            sections[key].append(chunk)
            owners[key].add((chunk.note_id, chunk.headings[: depth + 1]))
    found: dict[Language, list[Query]] = {language: [] for language in LANGUAGES}
    for key, some in sections.items():
        if len(owners[key]) == 1 and len(content_terms(key)) > 1:
            found_here = _query(key, some)
            if found_here is not None:
                found[language_of(found_here.heading)].append(found_here)
    return {language: _some(each) for language, each in found.items()}


def _some(found: Sequence[Query]) -> list[Query]:
    drawn = sorted(found, key=_drawn)  # the same ones each time, from all over
    first = drawn[:MOST_QUERIES]
    wanted = max(0, _MOST_REWORDED - sum(query.reworded for query in first))
    rest = [query for query in drawn[MOST_QUERIES:] if query.reworded]
    return [*first, *rest[:wanted]]


def _query(key: str, section: Sequence[Chunk]) -> Query | None:
    """Ask for the first text right below a heading."""
    below = [chunk for chunk in section if fold(chunk.headings[-1]).strip() == key]
    if not below:
        return None
    target = min(below, key=lambda chunk: chunk.ordinal)
    text = _without_headings(target)
    if len(text) < _SHORTEST_TEXT:
        return None
    aside = frozenset(chunk.point for chunk in section) - {target.point}
    heading = target.headings[-1]
    named, told = set(content_terms(heading)), set(terms(text))
    return Query(heading, target, text, 2 * len(named & told) < len(named), aside)


def _without_headings(chunk: Chunk) -> str:
    """Return the words of a chunk without the lines that are headings of it."""
    headings = {_bare(heading) for heading in chunk.headings}
    lines = (line for line in chunk.text.splitlines() if _bare(line) not in headings)
    return "\n".join(lines).strip()


def _bare(line: str) -> str:
    """Return the letters and digits of a line, without marks of its format."""
    return "".join(character for character in fold(line) if character.isalnum())


def _drawn(query: Query) -> str:
    return hashlib.sha256(
        f"{query.heading}\0{query.target.point}".encode("utf-8", "replace")
    ).hexdigest()
