"""Transcripts: speech with its place in the video.

Shapes seen: ``MM:SS words`` on each line, a lone ``MM:SS`` before and after a paragraph, and a link
to the video whose query names the second.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.block import Block, BlockKind
from ingest.parsing.lines import Line, covering
from ingest.parsing.moments import seconds
from retrieval.chunk import Kind

_PLACE = r"(?:\d{1,3}:)?\d{1,3}:\d{2}"
_SPOKEN = re.compile(rf"^\s*(?:\[(?P<boxed>{_PLACE})\]|(?P<bare>{_PLACE}))[ \t\u00a0]+(?=\S)")
_LONE = re.compile(rf"^\s*\[?(?P<place>{_PLACE})\]?\s*$")
_STAMP = re.compile(r"时间戳|timestamp", re.IGNORECASE)
_ADDRESS = re.compile(r"\]\(\s*<?(?P<url>https?://[^\s()<>]+)")
_SECOND = re.compile(r"(?<=[?&])t=(?P<seconds>\d+(?:\.\d+)?)")
_VIDEO = re.compile(r"^https?://\S*(?:video|watch|youtu|v=)\S*$")
_FEWEST_SPOKEN = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which video the words that follow were said."""

    seconds: float | None = None
    video: str = ""

    @property
    def link(self) -> str:
        if not self.video or self.seconds is None:
            return ""
        at = f"t={self.seconds:g}"
        if _SECOND.search(self.video):
            return _SECOND.sub(at, self.video)
        return self.video + ("&" if "?" in self.video else "?") + at


def is_transcript(lines: Sequence[Line]) -> bool:
    """Whether a section reads as a transcript: a time link, lone times, or several spoken lines."""
    spoken = lone = 0
    for line in lines:
        if line.fenced:
            continue
        if _stamp(line) is not None:
            return True
        spoken += _spoken(line) is not None
        lone += _lone(line) is not None
    return spoken >= _FEWEST_SPOKEN or lone >= _FEWEST_SPOKEN - 1


def speech(
    lines: Sequence[Line], headings: tuple[str, ...], targets: tuple[str, ...]
) -> Iterator[Block | tuple[Block, Sequence[Line]]]:
    """Cut the lines of one section into speech.

    Args:
        lines: The section without its heading line.
        headings: The headings above it.
        targets: Addresses the headings link to, innermost first; one may be the video.

    Yields:
        Blocks of speech; and for lines that carry no time themselves, a model block that says
        where in the video they stand, with the lines.
    """
    place = _Place(video=next((url for url in targets if _VIDEO.match(url)), ""))
    number = 0
    while number < len(lines):
        stop, place, opened = _stretch(lines, number, place)
        if opened:
            yield replace(_speech(lines[number:stop], place), headings=headings)
        else:
            span = covering(lines[number:stop])
            yield (
                replace(
                    Block(BlockKind.PARAGRAPH, Kind.TRANSCRIPT, span, span, headings),
                    seconds=place.seconds,
                    link=place.link,
                ),
                lines[number:stop],
            )
        number = stop


def _stretch(lines: Sequence[Line], number: int, place: _Place) -> tuple[int, _Place, bool]:
    """Return where the stretch at ``number`` stops, its place, and whether it is timed speech."""
    line = lines[number]
    if (stamp := _stamp(line)) is not None:
        return number + 1, stamp, False
    at = _spoken(line)
    lone = _lone(line)
    if at is None and (lone is None or not _opens(lines, number)):
        stop = number + 1
        while stop < len(lines) and not _begins(lines, stop):
            stop += 1
        return stop, place, False
    stop = number + 1
    while stop < len(lines) and not _begins(lines, stop) and not lines[stop].blank:
        stop += 1
    if lone is not None and stop < len(lines) and _closes(lines, stop):
        stop += 1
    return stop, replace(place, seconds=at if at is not None else lone), True


def _begins(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    return _stamp(line) is not None or _spoken(line) is not None or _lone(line) is not None


def _opens(lines: Sequence[Line], number: int) -> bool:
    """Whether the lone time at ``number`` stands before a paragraph, not after one."""
    following = number + 1
    return following < len(lines) and not lines[following].blank and not _begins(lines, following)


def _closes(lines: Sequence[Line], number: int) -> bool:
    return _lone(lines[number]) is not None and not _opens(lines, number)


def _speech(lines: Sequence[Line], place: _Place) -> Block:
    span = covering(lines)
    spoken = _SPOKEN.match(lines[0].text)
    words = [line for line in lines if _lone(line) is None]
    body = covering(words) if words else span
    if spoken:
        body = replace(body, start=lines[0].start + spoken.end())
    return Block(
        BlockKind.SPEECH,
        Kind.TRANSCRIPT,
        span,
        body,
        seconds=place.seconds,
        link=place.link,
    )


def _spoken(line: Line) -> float | None:
    match = None if line.fenced else _SPOKEN.match(line.text)
    return seconds(match["boxed"] or match["bare"]) if match else None


def _lone(line: Line) -> float | None:
    match = None if line.fenced else _LONE.match(line.text)
    return seconds(match["place"]) if match else None


def _stamp(line: Line) -> _Place | None:
    """Read a line that links to a second of a video."""
    address = _ADDRESS.search(line.text)
    if address is None or not _STAMP.search(line.text):
        return None
    second = _SECOND.search(address["url"])
    return _Place(float(second["seconds"]), address["url"]) if second else None
