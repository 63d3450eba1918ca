"""Who is asked about, where a question asks what somebody said. Pure."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from retrieval.chip import Chip, ChipKind, Mark, chips_of
from retrieval.query import Query
from retrieval.span import Span
from retrieval.wording import folded, stands_in

_SAYING = re.compile(
    r"说|讲|聊|认为|觉得|怎么[看想评答回]|看法|观点|意见|评价|点评|提[到过及]|推荐|建议|吐槽|分享|"
    r"回[复答应]?|骂|纠正|"
    r"\b(?:sa(?:y|ys|id)|think|thinks|thought|view|views|opinion|mention(?:ed|s)?|according|"
    r"recommend(?:ed|s)?|suggest(?:ed|s)?|write|wrote|ask(?:ed)?|find|finds|believe[sd]?)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"分别|各[是自有]|一致|\brespectively\b", re.IGNORECASE)
"""Asks several sources: one who is known among them must not push the others down."""
_SHORTEST = 2
MOST = 4
"""Speakers that are asked about at once."""


def with_speakers(query: Query, known: Callable[[], Collection[str]]) -> Query:
    """Return ``query`` with the speakers whose words it asks for, each with a chip.

    Args:
        query: A query line that was read.
        known: Gives the names of all who speak in the notes; asked only when it matters.
    """
    if query.filters.speakers or not _SAYING.search(query.text):
        return query
    text = folded(query.text)
    named = [
        name for name in known() if len(folded(name)) >= _SHORTEST and stands_in(folded(name), text)
    ]
    # Of 宝玉 and 宝玉老师 the longer one is meant.
    spoken = {folded(name) for name in named}
    longest = [name for name in named if not any(_inside(folded(name), each) for each in spoken)]
    speakers = tuple(sorted(longest, key=lambda name: (text.find(folded(name)), name)))[:MOST]
    if len(speakers) == 1 and _SEVERAL.search(query.text):
        return query
    return replace(query, said_by=speakers, chips=(*query.chips, *_chips(query.line, speakers)))


def _inside(name: str, other: str) -> bool:
    return name != other and name in other


def _chips(line: str, speakers: Collection[str]) -> tuple[Chip, ...]:
    marks = []
    for name in speakers:
        start = line.lower().find(name.lower())
        if start >= 0:
            place = Span(start, start + len(name))
            marks.append(Mark(ChipKind.SAID_BY, name, (place,)))
    return chips_of(line, marks)
