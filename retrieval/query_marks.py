"""The marks of a query line that restrict a search: filters, phrases, excluded words. Pure.

A quotation is ordinary in a question: 关于“涌现”，汪涛的看法是什么. So a quoted stretch is a phrase
that must be found only where it stands apart between spaces and the line is no sentence that ends
with a question mark, or where it is the whole line. A dash excludes a word only at the line's
start or after a space, and never stands for a minus, an option of a command or a list.
"""

import re
from collections.abc import Callable, Iterator

from retrieval.chip import ChipKind, Mark
from retrieval.chunk import Kind
from retrieval.span import Span

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；（）"}
_PLAIN: dict[int, int | str] = {
    **_WIDE,
    **{ord(mark): '"' for mark in "“”„‟「」『』＂"},
    ord("\u3000"): " ",
}
_STOPS = r"\s\"，。！？；、()（）"
_NAMES = {
    "tag": ChipKind.TAG,
    "标签": ChipKind.TAG,
    "folder": ChipKind.FOLDER,
    "目录": ChipKind.FOLDER,
    "文件夹": ChipKind.FOLDER,
    "kind": ChipKind.KIND,
    "类型": ChipKind.KIND,
    "from": ChipKind.SPEAKER,
    "来自": ChipKind.SPEAKER,
    "note": ChipKind.NOTE,
    "笔记": ChipKind.NOTE,
    "after": ChipKind.AFTER,
    "晚于": ChipKind.AFTER,
    "before": ChipKind.BEFORE,
    "早于": ChipKind.BEFORE,
}
_KINDS = {
    "article": Kind.ARTICLE,
    "文章": Kind.ARTICLE,
    "chat": Kind.CHAT,
    "聊天": Kind.CHAT,
    "群聊": Kind.CHAT,
    "digest": Kind.DIGEST,
    "tweet": Kind.DIGEST,
    "摘录": Kind.DIGEST,
    "推文": Kind.DIGEST,
    "transcript": Kind.TRANSCRIPT,
    "video": Kind.TRANSCRIPT,
    "视频": Kind.TRANSCRIPT,
    "转写": Kind.TRANSCRIPT,
    "视频文稿": Kind.TRANSCRIPT,
    "clip": Kind.CLIP,
    "web": Kind.CLIP,
    "网页": Kind.CLIP,
    "剪藏": Kind.CLIP,
    "网页剪藏": Kind.CLIP,
}
_APART = r"(?<![^\s，。；、(（])"
_FIELD = re.compile(
    rf"{_APART}(?P<name>{'|'.join(_NAMES)}):(?P<value>\"[^\"]+\"|[^{_STOPS}]+)", re.IGNORECASE
)
_HASHTAG = re.compile(rf"(?<!\S)#(?P<value>[^\W\d][^{_STOPS}#]*)(?=$|[{_STOPS}])")
_NOTE = re.compile(r"!?\[\[(?P<value>[^\[\]\n]+)\]\]")
_QUOTED = re.compile(r'(?<!\S)"(?P<value>[^"\n]*\w[^"\n]*)"(?!\S)')
_EXCLUDED = re.compile(
    rf"(?<!\S)-(?!(?:{'|'.join(_NAMES)}):)(?:\"(?P<quoted>[^\"\n]*\w[^\"\n]*)\"|"
    rf"(?P<value>[^\W_][^{_STOPS}]*))",
    re.IGNORECASE,
)
_OPTION = re.compile(r"[A-Za-z]")
_AMOUNT = re.compile(r"\d{1,2}(?:[.,]\d+)?(?![\w-])|\d+(?:[.,]\d+)?\s*(?:[%°℃度元亿万]|dB|ms)")
_TRIMMED = ",.;!?"


def plain(line: str) -> str:
    """Return ``line`` with wide characters and quotation marks as plain ones, of equal length."""
    return line.translate(_PLAIN)


def marks(line: str) -> list[Mark]:
    """Return the marks of a line, in order; none overlaps another."""
    text = plain(line)
    found = [*_fields(text, line), *_hashtags(text, line), *_notes(text, line)]
    found += [*_phrases(text, line), *_excluded(text, line)]
    found.sort(key=lambda mark: (mark.places[0].start, -mark.places[0].end))
    apart: list[Mark] = []
    for mark in found:
        if not apart or mark.places[0].start >= apart[-1].places[0].end:
            apart.append(mark)
    return apart


def kind(value: str) -> Kind | None:
    """Return the kind that a filter names, in either language; None when it names none."""
    return _KINDS.get(value.lower())


def _fields(text: str, line: str) -> Iterator[Mark]:
    for match in _FIELD.finditer(text):
        named = _NAMES[match["name"].lower()]
        start, end = match.span("value")
        if match["value"].startswith('"'):
            value, written_to = line[start + 1 : end - 1], end
        else:
            written_to = start + len(match["value"].rstrip(_TRIMMED))
            value = plain(line[start:written_to]) if named in _PLAINLY else line[start:written_to]
        value = _TIDIED.get(named, str.strip)(value)
        if value:
            yield Mark(named, value, (Span(match.start(), written_to),))


def _hashtags(text: str, line: str) -> Iterator[Mark]:
    for match in _HASHTAG.finditer(text):
        end = match.start() + len(match[0].rstrip(_TRIMMED))
        value = _tag(line[match.start() : end])
        if value:
            yield Mark(ChipKind.TAG, value, (Span(match.start(), end),))


def _notes(text: str, line: str) -> Iterator[Mark]:
    for match in _NOTE.finditer(text):
        value = _note(line[slice(*match.span("value"))])
        if value:
            yield Mark(ChipKind.NOTE, value, (Span(*match.span()),))


def _phrases(text: str, line: str) -> Iterator[Mark]:
    sentence = text.rstrip().endswith(("?", "？"))
    for match in _QUOTED.finditer(text):
        whole = match[0] == text.strip()
        if whole or not sentence:
            value = " ".join(line[slice(*match.span("value"))].split())
            yield Mark(ChipKind.PHRASE, value, (Span(*match.span()),))


def _excluded(text: str, line: str) -> Iterator[Mark]:
    for match in _EXCLUDED.finditer(text):
        if match["quoted"]:
            value, end = line[slice(*match.span("quoted"))], match.end()
        else:
            written = match["value"].rstrip(_TRIMMED)
            if _OPTION.fullmatch(written) or _AMOUNT.match(text, match.start("value")):
                continue
            start = match.start("value")
            end = start + len(written)
            value = line[start:end]
        yield Mark(ChipKind.WITHOUT, " ".join(value.split()), (Span(match.start(), end),))


def _tag(value: str) -> str:
    return value.strip().strip("#＃/")


def _folder(value: str) -> str:
    return value.strip().replace("\\", "/").removeprefix("./").strip("/")


def _note(value: str) -> str:
    return value.strip().removeprefix("[[").removesuffix("]]").partition("|")[0].strip()


_PLAINLY = {ChipKind.KIND, ChipKind.AFTER, ChipKind.BEFORE}
"""Filters whose values are words of this program's own."""
_TIDIED: dict[ChipKind, Callable[[str], str]] = {
    ChipKind.TAG: _tag,
    ChipKind.FOLDER: _folder,
    ChipKind.NOTE: _note,
}
