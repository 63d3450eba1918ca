"""Bytes into text."""

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES = ("utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and how it was read."""

    text: str
    """Line ends and a byte order mark as in the file."""
    encoding: str
    lossy: bool = False
    """Whether some bytes could not be read and stand as U+FFFD."""


def decode(data: bytes) -> Decoded:
    """Read ``data`` by its byte order mark, as UTF-8, or as GB 18030.

    What fits none of these is read as UTF-8 with the broken bytes replaced, so that a note is never
    skipped because of a few bytes.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return Decoded(text, encoding, lossy="\ufffd" in text)
    for encoding in _GUESSES:
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return Decoded(data.decode("utf-8", "replace"), "utf-8", lossy=True)
