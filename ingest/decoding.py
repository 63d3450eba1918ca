"""Bytes into text."""

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SOUND_PER_BROKEN = 3
"""A text with this many sound characters beyond ASCII to one broken place is damaged UTF-8; Chinese
in GB 18030, read as UTF-8, has fewer than two."""


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

    What fits none of these, or is UTF-8 but for a few bytes, is read as UTF-8 with the broken
    bytes replaced, so that a note is never skipped because of them.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return Decoded(text, encoding, lossy="\ufffd" in text)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        replaced = data.decode("utf-8", "replace")
    if not _is_damaged(replaced):
        try:
            return Decoded(data.decode("gb18030"), "gb18030")
        except UnicodeDecodeError:
            pass
    return Decoded(replaced, "utf-8", lossy=True)


def _is_damaged(text: str) -> bool:
    """Whether a text with replaced bytes is UTF-8 all the same."""
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return beyond_ascii - broken >= _SOUND_PER_BROKEN * broken
