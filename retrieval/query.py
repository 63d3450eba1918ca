"""A query line: the words that are searched, and what they are restricted to. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from retrieval.calendar import Period
from retrieval.chip import Chip, ChipKind, Mark, chips_of, without
from retrieval.chunk import kind_named
from retrieval.comparison import comparison
from retrieval.filters import Filters
from retrieval.query_marks import kind, marks, plain
from retrieval.span import Span
from retrieval.time_words import Months, no_months, period, time_words

_NEWEST = re.compile(
    r"最新|最近(?!的?邻|似)|目前|现在|当前|\b(?:latest|newest|most\s+recent|as\s+of\s+now|currently"
    r"|right\s+now|nowadays)\b",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    r"(?:都|大家|他们?|她们?|我们?|群里|那天|那时|笔记|里|的|最新|最近|消息|内容|发言|记录|东西|有|在|"
    r"(?:说|讲|聊|谈|写|提|讨论|发|记)(?:了|过|到)?|些|点|什么|啥|哪些|吗|呢|全部|所有|列出|看看|"
    r"\b(?:what|was|were|did|do|does|we|i|they|he|she|say|said|write|wrote|written|talk(?:ed)?|"
    r"about|discuss(?:ed)?|is|are|there|everything|all|any|news|notes?|messages?|show|list|me|"
    r"the|in|from|of|on|latest|newest)\b|[\W_])+",
    re.IGNORECASE,
)
"""Words that ask for whatever there is."""
_MASK = "\x00"


@dataclass(frozen=True, slots=True)
class Query:
    """A query line that was read."""

    line: str
    """As the reader wrote it."""
    text: str
    """What is searched: the line without its filters; empty when it holds nothing else."""
    subject: str = ""
    """What the text is about: without the words for a time or for the newest."""
    filters: Filters = field(default_factory=Filters)
    phrases: tuple[str, ...] = ()
    """Each must stand in a passage, in any width, case and script."""
    without: tuple[str, ...] = ()
    """None may stand in a passage."""
    times: tuple[Period, ...] = ()
    """Times that are named; what is dated in one of them is preferred."""
    lists: bool = False
    """Whether nothing is asked but what there is, in some filters or times: the newest of it."""
    newest: bool = False
    """Whether the newest is asked for."""
    parts: tuple[str, ...] = ()
    """What a comparison compares, each searched on its own too; none or at least two."""
    said_by: tuple[str, ...] = ()
    """Speakers of the notes whose words are asked for; what they said is preferred."""
    chips: tuple[Chip, ...] = ()

    @property
    def restricted(self) -> bool:
        """Whether anything is left out of the search; `text` asks the same without that."""
        return bool(self.filters or self.phrases or self.without)

    @property
    def unwished(self) -> "Query":
        """The same with its restrictions and without what it only prefers."""
        chips = tuple(chip for chip in self.chips if chip.restricts or chip.kind is ChipKind.UNREAD)
        lists = self.lists and not self.times
        return replace(self, times=(), lists=lists, newest=False, parts=(), said_by=(), chips=chips)


def read_query(line: str, today: date, known: Months = no_months) -> Query:
    """Read a query line.

    Args:
        line: As the reader wrote it.
        today: What time words such as 上周 count from.
        known: Months that notes are dated in, by which a month without a year is understood.
    """
    hard = [_read(mark, today, known) for mark in marks(line)]
    masked = _masked(plain(line), hard)
    times = time_words(masked, today, known)
    soft = [Mark(ChipKind.TIME, str(word.period), (word.span,)) for word in times]
    newest = _newest(masked, [word.span for word in times])
    if newest:
        soft.append(Mark(ChipKind.NEWEST, "", newest))
    phrases = _values(hard, ChipKind.PHRASE)
    subject = " ".join([*_masked(masked, soft).replace(_MASK, " ").split(), *phrases])
    compared = comparison(_masked(masked, soft))
    if compared:
        soft.append(Mark(ChipKind.PARTS, " / ".join(compared.parts), compared.places))
    text = _text(line, hard)
    anything = not subject or _ANYTHING.fullmatch(subject)
    return Query(
        line=line,
        text=text,
        subject=subject,
        filters=_filters(hard),
        phrases=phrases,
        without=_values(hard, ChipKind.WITHOUT),
        times=tuple(word.period for word in times),
        lists=bool(anything and (times or text != line) and not phrases),
        newest=bool(newest),
        parts=compared.parts if compared else (),
        chips=chips_of(line, [*hard, *soft]),
    )


def _read(mark: Mark, today: date, known: Months) -> Mark:
    """Return a mark as it reads: one whose value means nothing is no filter."""
    if mark.kind is ChipKind.KIND:
        named = kind(mark.value)
        return replace(mark, value=named.value) if named else replace(mark, kind=ChipKind.UNREAD)
    if mark.kind in {ChipKind.AFTER, ChipKind.BEFORE}:
        first = _first_day(mark.value, today, known)
        if first is None:
            return replace(mark, kind=ChipKind.UNREAD)
        return replace(mark, value=first.isoformat())
    return mark


def _first_day(value: str, today: date, known: Months) -> date | None:
    found = period(value, today, known)
    return found.first if found and found.first != date.min else None


def _masked(line: str, understood: Sequence[Mark]) -> str:
    """Return the line with everything hidden that is understood already."""
    for place in (place for mark in understood for place in mark.places):
        line = line[: place.start] + _MASK * len(place) + line[place.end :]
    return line


def _newest(masked: str, times: Sequence[Span]) -> tuple[Span, ...]:
    found = (Span(*match.span()) for match in _NEWEST.finditer(masked))
    return tuple(each for each in found if not any(each.overlaps(other) for other in times))


def _text(line: str, hard: Sequence[Mark]) -> str:
    """Return the words that are searched: a phrase without its quotation marks, no filter."""
    cut = [mark for mark in hard if mark.kind is not ChipKind.UNREAD]
    if not cut:
        return line
    for mark in reversed(cut):
        place = mark.places[0]
        if mark.kind is ChipKind.PHRASE:
            line = f"{line[: place.start]} {mark.value} {line[place.end :]}"
        else:
            line = without(line, mark.places)
    return " ".join(line.split())


def _filters(hard: Sequence[Mark]) -> Filters:
    days = {
        end: [date.fromisoformat(value) for value in _values(hard, end)]
        for end in (ChipKind.AFTER, ChipKind.BEFORE)
    }
    return Filters(
        tags=_values(hard, ChipKind.TAG),
        folders=_values(hard, ChipKind.FOLDER),
        kinds=tuple(map(kind_named, _values(hard, ChipKind.KIND))),
        speakers=_values(hard, ChipKind.SPEAKER),
        notes=_values(hard, ChipKind.NOTE),
        after=max(days[ChipKind.AFTER], default=None),
        before=min(days[ChipKind.BEFORE], default=None),
    )


def _values(hard: Sequence[Mark], wanted: ChipKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark.value for mark in hard if mark.kind is wanted))
