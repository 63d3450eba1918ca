"""A few words of a note, with the ones that matter marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.rendering import label
from retrieval.span import Span

_BEFORE = 48
"""Characters shown before the first marked words."""
_LONGEST = 300
_OPENING = 140
"""Characters from which on a snippet of the catalogue may be cut off at its end."""
_SENTENCE_ENDS = ("。", "！", "？", ".", "!", "?", "”")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^)\n]*\)")
_WIKILINK = re.compile(r"!?\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_TAG = re.compile(
    r"</?(?:font|b|i|u|em|strong|span|br|kbd|mark|center|sup|sub|details|summary|div|p)\b[^<>\n]*>",
    re.IGNORECASE,
)
_FENCE = re.compile(r"(?m)^[ \t]*(?:```|~~~)[^`\n]*$")
_RULED = re.compile(
    r"(?m)^[ \t]*(?:\|[ \t]*)?:?-{2,}:?[ \t]*(?:\|[ \t]*(?:-[-: \t]*|:[-: \t]*)?)*$"
)
_ROW = re.compile(r"(?m)^[ \t]*\|.*$")
_SLANTED = re.compile(r"(?<![A-Za-z0-9_*])\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*(?![A-Za-z0-9_*])")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[\w“（\"(])|(?<=[\w。.！!？?”）\")])\*(?![\w*])")
_MARKUP = re.compile(
    r"(?m)^[ \t]*(?:(?:>[ \t]?)*(?:\[![a-zA-Z]+\][+-]?[ \t]*)?(?:#{1,6}[ \t]+)?"
    r"(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?)|\*\*|__|~~|`|<!--[ \t]*cut[ \t]*-->"
)
_OWN_MARKS = re.compile(
    r"(?<![A-Za-z0-9_=])==(?=[^\s=])|(?<=[^\s=])==(?![A-Za-z0-9_=])"
    r"|(?m:[ \t]\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{1,40}$)"
)
"""Signs of a highlight, and the name of a block at a line's end."""
_FLAT = re.compile(r"(?:^|(?<= ))(?:#{1,6} (?=\S)|- \[[ xX]\] |\|(?: ?:?-{2,}:? ?\|)+ ?)")
_WORD_BEFORE = re.compile(r"[\w-]{1,24}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an excerpt."""

    text: str
    marked: bool = False


def words(markdown: str) -> str:
    """Return Markdown as one line of plain words."""
    text = _RULED.sub("", _FENCE.sub("", markdown))
    text = _ROW.sub(lambda match: " · ".join(_cells(match.group())), text)
    text = _IMAGE.sub(r"\1", text)
    text = _WIKILINK.sub(lambda match: match.group(2) or match.group(1), text)
    text = _LINK.sub(r"\1", text)
    text = _OWN_MARKS.sub("", _SLANTED.sub(r"\1", _MARKUP.sub("", _TAG.sub("", text))))
    return label(_EMPHASIS.sub("", text))


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|") if cell.strip()]


def flat_words(markdown: str) -> str:
    """Return Markdown whose lines were joined already as plain words."""
    return words(_FLAT.sub("", markdown))


def opening(markdown: str, title: str) -> str:
    """Return the first words of a note, flat, without its title and without half a word."""
    plain = flat_words(markdown)
    plain = plain.removeprefix(title).lstrip() or plain
    if len(markdown) < _OPENING or plain.endswith(_SENTENCE_ENDS):
        return plain
    return (_WORD_BEFORE.sub("", plain).rstrip() or plain) + "…"


def excerpt(text: str, marked: Sequence[Span] = ()) -> tuple[Segment, ...]:
    """Cut about 300 characters out of a passage, around the first of the marked spans.

    Args:
        text: The passage, Markdown.
        marked: Offsets in ``text``; overlapping ones are joined.
    """
    joined = _joined([span for span in marked if span.start < span.end <= len(text)])
    start = _beginning(text, joined[0].start - _BEFORE) if joined else 0
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


def _beginning(text: str, start: int) -> int:
    """Move ``start`` before the Latin word that it would cut."""
    if start <= 0:
        return 0
    cut = _WORD_BEFORE.search(text, max(0, start - 24), start)
    return cut.start() if cut and text[start : start + 1].isascii() else start


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
