"""Keeping what a terminal or a page would obey out of a model's text."""

import re

_ESCAPE = "\x1b"
_LONGEST_SEQUENCE = 24
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*\x07|[ -/]*[0-Z\\^-~])")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*|[ -/]*)")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\U000e0000-\U000e007f]"
)


class PrintableFilter:
    """Removes control characters, terminal sequences, bidirectional marks and surrogates.

    Line feeds and tabs stay. A terminal sequence is removed whole, however the stream is split.
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, delta: str) -> str:
        """Take the next stretch of the stream and return what may be shown."""
        text, self._held = self._held + delta, ""
        last = text.rfind(_ESCAPE)
        if (
            last >= 0
            and _UNFINISHED.fullmatch(text, last)
            and len(text) - last <= _LONGEST_SEQUENCE
        ):
            text, self._held = text[:last], text[last:]
        return _UNPRINTABLE.sub("", _SEQUENCE.sub("", text))

    def finish(self) -> str:
        """Return what was held back; the stream has ended."""
        held, self._held = self._held, ""
        return _UNPRINTABLE.sub("", held)
