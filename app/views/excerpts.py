"""A few words of a note, with the ones that matter marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.rendering import label
from retrieval.span import Span

_BEFORE = 48
"""Characters shown before the first marked words."""
_LONGEST = 300
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^)\n]*\)")
_WIKILINK = re.compile(r"!?\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_TAG = re.compile(
    r"</?(?:font|b|i|u|em|strong|span|br|kbd|mark|center|sup|sub)\b[^<>\n]*>", re.IGNORECASE
)
_MARKUP = re.compile(
    r"(?m)^[ \t]*(?:(?:>[ \t]?)*(?:\[![a-zA-Z]+\][ \t]*)?(?:#{1,6}[ \t]+)?"
    r"(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?)|\*\*|__|~~|`|<!--[ \t]*cut[ \t]*-->"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an excerpt."""

    text: str
    marked: bool = False


def words(markdown: str) -> str:
    """Return Markdown as one line of plain words."""
    text = _IMAGE.sub(r"\1", markdown)
    text = _WIKILINK.sub(lambda match: match.group(2) or match.group(1), text)
    text = _LINK.sub(r"\1", text)
    return label(_MARKUP.sub("", _TAG.sub("", text)))


def excerpt(text: str, marked: Sequence[Span] = ()) -> tuple[Segment, ...]:
    """Cut about 300 characters out of a passage, around the first of the marked spans.

    Args:
        text: The passage, Markdown.
        marked: Offsets in ``text``; overlapping ones are joined.
    """
    joined = _joined([span for span in marked if span.start < span.end <= len(text)])
    start = max(0, joined[0].start - _BEFORE) if joined else 0
    end = len(text)
    segments: list[Segment] = []
    position = start
    for span in joined:
        segments.append(Segment(words_between(text[position : span.start])))
        segments.append(Segment(words_between(text[span.start : span.end]), marked=True))
        position = span.end
    segments.append(Segment(words_between(text[position:end])))
    cut = _cut([segment for segment in segments if segment.text])
    return (Segment("…"), *cut) if start else cut


def words_between(markdown: str) -> str:
    """Return plain words, with a space kept where the stretch begins or ends with one."""
    plain = words(markdown)
    if not plain:
        return " " if markdown else ""
    before = " " if markdown[0].isspace() else ""
    after = " " if markdown[-1].isspace() else ""
    return before + plain + after


def _joined(spans: Sequence[Span]) -> list[Span]:
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = result[-1].joined(span)
        else:
            result.append(span)
    return result


def _cut(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    room = _LONGEST
    result: list[Segment] = []
    for segment in segments:
        if room <= 0:
            return (*result, Segment("…"))
        text = segment.text
        if len(text) > room:
            text = text[:room].rstrip() + "…"
        result.append(Segment(text, segment.marked))
        room -= len(text)
    return tuple(result)
