"""A passage as the smallest pieces that make sense alone: sentences, or messages. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.chunk import Kind
from retrieval.passage import Passage
from retrieval.span import Span
from serving.sentences import sentences

_GAP = r"[ \t\u00a0]"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_HEADER = re.compile(
    rf"^(?!{_DATE})(?P<name>[^\n]{{0,40}}?){_GAP}+(?:{_DATE}{_GAP}+{_CLOCK}|\d{{1,2}}:\d{{2}}:\d{{2}})"
    rf"(?:{_GAP}[^\n]{{0,40}})?$|^{_DATE}{_GAP}+{_CLOCK}:\d{{2}}{_GAP}+(?P<late>[^\n]{{1,40}})$",
    re.MULTILINE,
)
_DAY = r"(?:\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?|今天|昨天|前天|(?:星期|周)[一二三四五六日天])"
_STAMP = rf"[\[【(（]?(?:{_DAY}[,，]?{_GAP}*)?{_CLOCK}(?!:?\d)(?:{_GAP}?[AaPp][Mm])?[\]】)）]?"
"""A time as any chat program writes it, in brackets or without."""
_FOOTER = re.compile(
    rf"^{_DATE}{_GAP}+\d{{1,2}}:\d{{2}}{_GAP}*(?:👍?{_GAP}*\d+)?{_GAP}*$\n?", re.MULTILINE
)
_HEADING = re.compile(r"^#{1,6}[ \t\u00a0][^\n]*$", re.MULTILINE)
_NO_WORDS = re.compile(r"!\[[^\]]*\]\([^)\n]*\)|https?://\S+|^@\w+$|^#{1,6}\s+\d+$", re.MULTILINE)
_FENCED = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_TASK = re.compile(r"^(?P<mark>\s*(?:[-*+]\s+)?)\[[ xX]\]\s+")
_WIKILINK = re.compile(r"!?\[\[(?P<note>[^\]|#]+)(?:#[^\]|]*)?(?:\|(?P<shown>[^\]]*))?\]\]")
_CUE_TIMES = re.compile(r"^\d[\d:.,]{3,12}[ \t]*-->[ \t]*\d[\d:.,]{3,12}(?:[ \t].*)?$")
_ANSWERED = re.compile(r"^>[^\n]*\n\s*(?=\S)")
"""What a message quotes before its own words."""
_NUMBER_LINE = re.compile(rf"^(?:{_DATE}|@\w+)$|^#{{1,6}}[ \t\u00a0]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a passage."""

    span: Span
    """Its place in the passage's text."""
    said: str
    """Its words for a reader: a message without its header, with the speaker before it."""


def units(passage: Passage) -> tuple[Unit, ...]:
    """Cut a passage into messages when it is a chat, else into sentences.

    Pieces that hold no words of their own (an image, an address, the number or date of a digest's
    entry, the number or times of a subtitle, an author's name) are left out.
    """
    found = (
        _messages(passage.text, passage.speakers)
        if passage.kind is Kind.CHAT
        else _sentences(passage.text)
    )
    return tuple(unit for unit in found if _speaks(unit.said, passage))


def _sentences(text: str) -> Iterator[Unit]:
    """Cut prose into sentences; code is quoted by no one and left out."""
    code = [Span(*block.span()) for block in _FENCED.finditer(text)]
    for span in sentences(text):
        if not any(span.overlaps(block) for block in code):
            yield Unit(span, _readable(span.of(text)))


def _readable(words: str) -> str:
    """Take off what marks words up: task boxes and the brackets of wikilinks."""
    words = _TASK.sub("", words)
    return _WIKILINK.sub(lambda link: link["shown"] or link["note"], words)


def _messages(text: str, speakers: Sequence[str]) -> Iterator[Unit]:
    """Cut at message headers; where comments end with a date line instead, behind those."""
    headers = _headers(text, speakers)
    footers = list(_FOOTER.finditer(text))
    if len(footers) >= len(headers):
        starts = [0, *(footer.end() for footer in footers)]
    else:
        starts = sorted({0, *(header.start() for header in headers)})
    for start, end in pairwise([*starts, len(text)]):
        piece = text[start:end]
        words = piece.strip()
        if words:
            first = start + piece.index(words[0])
            yield Unit(Span(first, first + len(words)), _said(words, speakers))


def _headers(text: str, speakers: Sequence[str]) -> list[re.Match[str]]:
    """Find header lines: a known speaker beside a time, or else a shape that is one anyway."""
    known = list(_headed_by(tuple(speakers)).finditer(text)) if speakers else []
    taken = {header.start() for header in known}
    return known + [header for header in _HEADER.finditer(text) if header.start() not in taken]


@lru_cache(maxsize=512)
def _headed_by(speakers: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(speakers, key=len, reverse=True))
    account = r"(?:[(（<][^()（）<>\n]{1,60}[)）>])?"
    joint = rf"(?:{_GAP}|[,—–-])*"
    first = rf"(?P<late>{names}){account}{joint}{_STAMP}"
    last = rf"{_STAMP}{joint}(?P<name>{names}){account}"
    end = rf"{_GAP}*(?:[:：]{_GAP}*(?=\S)|[:：]?{_GAP}*$)"
    return re.compile(rf"^\u200e?(?:{last}|{first}){end}", re.MULTILINE)


def _said(message: str, speakers: Sequence[str]) -> str:
    """Put a message's speaker before its words."""
    words = _HEADING.sub("", message).strip()
    header = next((each for each in _headers(words, speakers) if each.start() == 0), None)
    if header is not None:
        name = (header["name"] or header["late"] or "").strip()
        return _spoken(name, words[header.end() :])
    footer = _FOOTER.search(words)
    if footer is not None:
        name, _, rest = words[: footer.start()].partition("\n")
        return _spoken(name.strip(), rest)
    return words


def _spoken(name: str, words: str) -> str:
    words = _ANSWERED.sub("", words.strip())
    return f"{name}：{words}" if name and words else words


def _speaks(said: str, passage: Passage) -> bool:
    words = _NO_WORDS.sub("", said).strip()
    if not any(map(str.isalnum, words)) or _NUMBER_LINE.match(words):
        return False
    if passage.kind is Kind.TRANSCRIPT and (words.isdecimal() or _CUE_TIMES.match(words)):
        return False
    return words not in passage.speakers
