"""Cues of subtitles: what is shown from one second to another, in SubRip and WebVTT alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.parsing.lines import Line, split_lines

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(
    rf"[ \t]*(?P<times>(?P<start>{_CLOCK})[ \t]*-->[ \t]*(?P<end>{_CLOCK}))(?:[ \t].*)?"
)
_NUMBER = re.compile(r"\s*\d{1,7}\s*")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue."""

    start: float
    """Seconds from the beginning of the video."""
    end: float
    times: str
    """Both as the file writes them, with the arrow between."""
    opening: int
    """Offset at which it begins: that of its number or name, or of its times."""
    lines: tuple[Line, ...]
    """Its words; no blank line among them."""


def cues(text: str) -> tuple[Cue, ...]:
    """Find the cues of a file, in its order; those without words are dropped."""
    lines = split_lines(text)
    timings = [
        (number, times)
        for number, line in enumerate(lines)
        if "-->" in line.text and (times := _TIMING.fullmatch(line.text))
    ]
    openings = [_opening(lines, number) for number, _ in timings]
    found: list[Cue] = []
    for (number, timing), (opening, following) in zip(
        timings, pairwise([*openings, len(lines)]), strict=True
    ):
        words = tuple(_words(lines[number + 1 : following]))
        if words:
            start, end = _seconds(timing["start"]), _seconds(timing["end"])
            found.append(Cue(start, end, timing["times"], lines[opening].start, words))
    return tuple(found)


def has_cue(text: str) -> bool:
    """Whether a line of ``text`` gives the times of a cue."""
    return any("-->" in line and _TIMING.fullmatch(line) for line in text.splitlines())


def _opening(lines: Sequence[Line], timing: int) -> int:
    """Return the line at which the cue whose times stand on line ``timing`` begins.

    The line above is its number, or a name when nothing else stands above that.
    """
    if timing == 0 or lines[timing - 1].blank or "-->" in lines[timing - 1].text:
        return timing
    apart = timing == 1 or lines[timing - 2].blank
    numbered = _NUMBER.fullmatch(lines[timing - 1].text)
    return timing - 1 if apart or numbered else timing


def _words(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines of a cue up to the next; remarks and styles between the two are dropped."""
    passing = False
    for number, line in enumerate(lines):
        if line.blank:
            passing = False
        elif number and lines[number - 1].blank and _NO_CUE.fullmatch(line.text.rstrip()):
            passing = True
        if not line.blank and not passing:
            yield line


def _seconds(clock: str) -> float:
    *hours, minutes, seconds = clock.replace(",", ".").split(":")
    return int(hours[0] if hours else 0) * 3600 + int(minutes) * 60 + float(seconds)
