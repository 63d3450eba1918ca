"""Cutting text into sentences, Chinese and English alike."""

import re

from retrieval.span import Span

_ENDS = re.compile(
    r"(?:(?:[。！？；…]|[!?](?![\w&=/%]|\[(?!\d)))+|(?<![\s(.][A-Z])(?<!\d)\.(?=[\s\"'”’)\]\[]|$)"
    r"|(?<=\d)\.(?=\[|\s+[A-Z\u4e00-\u9fff]|$))"
    r"[”’」』）】》\"'\)\u2060]*(?:[ \t]*(?:\[\d+\])+[。.；;]?)*"
    r"|\n"
)
_ABBREVIATIONS = re.compile(r"(?i)\b(?:e\.g|i\.e|etc|vs|cf|fig|eq|dr|mr|mrs|prof|al|approx)\.$")
_LIST_NUMBER = re.compile(r"(?m)^[ \t]*\d{1,3}\.$")


def sentences(text: str) -> tuple[Span, ...]:
    """Return the sentences of ``text`` in order, without the white space around them.

    A sentence ends at ``。！？；…``, at ``!``, ``?`` or ``.`` where a word ends, and at a line
    feed. Closing quotation marks and citation marks ``[n]`` right after the end belong to it.
    The dot of an abbreviation, a version or a list number ends nothing.
    """
    spans = []
    start = 0
    for found in _ENDS.finditer(text):
        if not _ends_nothing(text, start, found.start()):
            spans.append(_stripped(text, start, found.end()))
            start = found.end()
    spans.append(_stripped(text, start, len(text)))
    return tuple(span for span in spans if len(span))


def _ends_nothing(text: str, start: int, end: int) -> bool:
    if text[end] != ".":
        return False
    before = text[start : end + 1]
    return bool(_ABBREVIATIONS.search(before) or _LIST_NUMBER.fullmatch(before.lstrip("\n")))


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
