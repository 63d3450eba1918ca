"""Bytes into text.

What proves itself comes first: a byte order mark, then UTF-8, whose rules no other text keeps by
chance. What is left is a guess, and said to be one: GB 18030, unless another reading is clearly
more legible (`ingest.legibility`).
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.legibility import european, legibility

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SOUND_PER_BROKEN = 3
"""A text with this many sound characters beyond ASCII to one broken place is damaged UTF-8; Chinese
in GB 18030, read as UTF-8, has fewer than two."""
_SAMPLE = 65_536
"""Bytes a guess looks at, from the first one beyond ASCII."""
_TELLING = re.compile(rb"[^\x01-\x7f]")
_NULS = 0.2
"""Least share of NUL bytes in English as UTF-16."""
_ONE_SIDED = 0.9
"""Least share of these that stands at even places, or at odd ones."""
_UNREADABLE = -0.4
"""A reading below this is no text."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and how it was read."""

    text: str
    """Line ends and a byte order mark as in the file."""
    encoding: str
    lossy: bool = False
    """Whether some bytes could not be read and stand as U+FFFD."""
    guessed: bool = False
    """Whether nothing in the bytes proves the encoding; it is the one that reads best."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    encoding: str
    measure: Callable[[str], float] = legibility
    handicap: float = 0.0
    """By how much it must read better than GB 18030, the usual encoding of Chinese notes."""


_CANDIDATES = (
    _Candidate("gb18030"),
    _Candidate("big5hkscs", handicap=0.1),
    _Candidate("utf-16-le", handicap=0.1),
    _Candidate("utf-16-be", handicap=0.1),
    _Candidate("cp932", handicap=0.2),
    _Candidate("cp1252", european, handicap=0.3),
)


def decode(data: bytes) -> Decoded:
    """Read ``data`` by its byte order mark, as UTF-8, as GB 18030, or as what reads best.

    A few bytes that cannot be read are replaced, so that a note is never skipped because of them.
    Bytes that make no text in any encoding are read as UTF-8, the unreadable ones replaced.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _read(data, encoding)
    if (wide := _wide_english(data)) is not None:
        return _read(data, wide, guessed=True)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        replaced = data.decode("utf-8", "replace")
    if not _is_damaged(replaced):
        likely = _most_legible(data)
        if likely is not None:
            return _read(data, likely, guessed=True)
    return Decoded(replaced, "utf-8", lossy=True)


def _read(data: bytes, encoding: str, *, guessed: bool = False) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, guessed=guessed)
    except UnicodeDecodeError:
        return Decoded(data.decode(encoding, "replace"), encoding, lossy=True, guessed=guessed)


def _is_damaged(text: str) -> bool:
    """Whether a text with replaced bytes is UTF-8 all the same."""
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return beyond_ascii - broken >= _SOUND_PER_BROKEN * broken


def _wide_english(data: bytes) -> str | None:
    """Recognise UTF-16 by its NUL bytes: ASCII has one beside each character."""
    nuls = data.count(0)
    if len(data) % 2 or not nuls or nuls < _NULS * len(data):
        return None
    high = data[1::2].count(0)
    if nuls * _ONE_SIDED < max(high, nuls - high):
        return "utf-16-le" if high * 2 > nuls else "utf-16-be"
    return None


def _most_legible(data: bytes) -> str | None:
    """Return the encoding in which ``data`` reads best; None when it reads as nothing."""
    found = _TELLING.search(data)
    first = found.start() if found else 0
    sample = data[first - first % 2 :][:_SAMPLE]
    scores = [
        (candidate.measure(_sampled(sample, candidate.encoding)) - candidate.handicap, candidate)
        for candidate in _CANDIDATES
    ]
    best, chosen = max(scores, key=lambda score: score[0])
    return chosen.encoding if best > _UNREADABLE else None


def _sampled(sample: bytes, encoding: str) -> str:
    """Read a sample whose last character may be cut."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample)
