"""Subtitles: SubRip ``.srt`` and WebVTT ``.vtt``.

A note's text is the file's own, and each cue a stretch of speech. Automatic captions are the
exception: they roll, so that each line is shown two or three times, and time every word inside
its line. Their text is written anew, each line once below the times at which it first appears.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.block import Block, BlockKind
from ingest.decoding import Decoded, decode
from ingest.formats.cues import Cue, cues, has_cue
from ingest.formats.format import FileBytes, Format, NotANoteError
from ingest.formats.json_record import head_of
from ingest.parsing import Parsed
from ingest.parsing.lines import Line, covering
from retrieval.chunk import Kind
from retrieval.span import Span

_TITLE = re.compile(r"\ufeff?WEBVTT[ \t]+-[ \t]+(?P<title>\S[^\r\n]*)")
_VOICE = re.compile(r"[ \t]*<v(?:\.[^\s<>]*)?[ \t]+(?P<name>[^<>\n]{1,80})>")
_TAG = r"(?:</?(?:[bciuv]|ruby|rt|lang|font)\b[^<>]{0,200}>|<[\d:.]{5,20}>|\{\\[^{}]{0,60}\})"
_LEADING = re.compile(rf"(?:\s|{_TAG})+")
_TRAILING = re.compile(rf"(?:\s|{_TAG})+\Z")
_NO_VOICE = re.compile(rf"(?!</?v\b){_TAG}")
_NAMED = re.compile(
    r"(?:-[ \t]*)?(?P<name>[^\s:：<>\-][^:：<>，。、,.?!？！]{0,20}?)[ \t]*[:：][ \t]*(?=\S)"
)
_WORD_TIME = re.compile(r"<\d[\d:.]{4,19}>")
_LONGEST_TRAIL = 400
_FEWEST_NAMED = 2
"""Cues that begin with a name; a single one may be a phrase before a colon."""
_FEWEST_ROLLING = 2
_SHARE_ROLLING = 4
"""One cue in this many repeats the one before when captions roll."""
_GAP = 0.1
"""Seconds between two cues of which the second goes on showing the first."""


def _recognises(data: bytes) -> bool:
    return has_cue(head_of(data))


def _text(file: FileBytes) -> Decoded:
    decoded = decode(file.data)
    found = cues(decoded.text)
    if not found:
        raise NotANoteError(file.path, "there are no words in these subtitles")
    return replace(decoded, text=_written(decoded.text, found)) if _rolls(found) else decoded


def parse_subtitles(text: str, name: str = "") -> Parsed:
    """Read subtitles.

    Args:
        text: The file's text.
        name: Its name without suffix; the title when the text has none.
    """
    found = cues(text)
    titled = _TITLE.match(text)
    title = titled["title"].strip() if titled else ""
    names = _names(found)
    blocks = tuple(block for cue in found for block in _speech(cue, text, names))
    return Parsed(blocks, title or name, Kind.TRANSCRIPT, (), whole=False, named=not title)


def _names(found: Sequence[Cue]) -> frozenset[str]:
    """Return the names that stand before colons at the beginning of cues."""
    heads = (_NAMED.match(_without_tags(cue.lines[0].text).lstrip()) for cue in found)
    counted = Counter(head["name"] for head in heads if head and not head["name"].isdecimal())
    return frozenset(name for name, count in counted.items() if count >= _FEWEST_NAMED)


def _speech(cue: Cue, text: str, names: frozenset[str]) -> Iterator[Block]:
    """Yield a block for each person who speaks in a cue."""
    for number, lines in enumerate(_by_voice(cue.lines)):
        opening = lines[0].start if number else cue.opening
        span = Span(opening, lines[-1].start + len(lines[-1].text.rstrip()))
        speaker, body = _said(text, covering(lines), names)
        yield Block(
            BlockKind.SPEECH, Kind.TRANSCRIPT, span, body, speaker=speaker, seconds=cue.start
        )


def _by_voice(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and _VOICE.match(line.text):
            yield group
            group = []
        group.append(line)
    yield group


def _said(text: str, span: Span, names: frozenset[str]) -> tuple[str, Span]:
    """Return who speaks in a stretch and where the words are, without the tags around them."""
    source = span.of(text)
    voice = _VOICE.match(source)
    start = voice.end() if voice else 0
    leading = _LEADING.match(source, start)
    start = leading.end() if leading else start
    speaker = " ".join(voice["name"].split()) if voice else ""
    named = _NAMED.match(source, start)
    if not speaker and named and named["name"] in names:
        speaker, start = named["name"], named.end()
    tail = max(start, len(source) - _LONGEST_TRAIL)
    trailing = _TRAILING.search(source, tail)
    end = max(start, trailing.start() if trailing else len(source))
    return speaker, Span(span.start + start, span.start + end)


def _rolls(found: Sequence[Cue]) -> bool:
    """Whether cues go on showing what the ones before them showed, or time each word."""
    repeated = sum(1 for before, cue in pairwise(found) if _kept(before, cue))
    timed = sum(1 for cue in found for line in cue.lines if _WORD_TIME.search(line.text))
    many = max(repeated, timed)
    return many >= _FEWEST_ROLLING and many * _SHARE_ROLLING >= len(found)


def _kept(before: Cue, cue: Cue) -> int:
    """Return how many of a cue's first lines the one before it ended with."""
    if cue.start - before.end > _GAP:
        return 0
    shown, lines = _plain(before), _plain(cue)
    counts = range(min(len(shown), len(lines)), 0, -1)
    return next((count for count in counts if shown[-count:] == lines[:count]), 0)


def _plain(cue: Cue) -> list[str]:
    return [" ".join(_without_tags(line.text).split()) for line in cue.lines]


def _without_tags(line: str) -> str:
    return _NO_VOICE.sub("", line)


def _written(text: str, found: Sequence[Cue]) -> str:
    """Write the cues anew, each line once and without the times of its words."""
    titled = _TITLE.match(text)
    parts = [f"WEBVTT - {titled['title']}" if titled else "WEBVTT"]
    before: Cue | None = None
    for cue in found:
        lines = _plain(cue)[_kept(before, cue) if before else 0 :]
        words = [line for line in lines if line]
        if words:
            parts.append("\n".join([cue.times, *words]))
        before = cue
    return "\n\n".join(parts) + "\n"


SUBTITLES = Format("subtitles", frozenset({".srt", ".vtt"}), _text, parse_subtitles, _recognises)
