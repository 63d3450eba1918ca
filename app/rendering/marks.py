"""Elements that are put into a text at given places, such as the numbers of its citations.

The text is parsed with a stand-in at each place: two private-use characters around a number. The
stand-in becomes the element only where words stand, never in an attribute or an address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

MARK = re.compile("\ue000(\\d{1,6})\ue001")
_STAND_INS = re.compile("[\ue000\ue001]")


@dataclass(frozen=True, slots=True)
class Mark:
    """An element and where it goes."""

    position: int
    """Offset in the text."""
    replaces: int
    """How many characters of the text it stands for; 0 puts it between two characters."""
    html: Markup


def with_marks(text: str, marks: Sequence[Mark]) -> str:
    """Put a stand-in for each of ``marks`` into ``text``; they must not overlap."""
    text = _STAND_INS.sub("\ufffd", text)
    pieces: list[str] = []
    position = 0
    for number, mark in sorted(enumerate(marks), key=lambda pair: pair[1].position):
        if mark.position < position:
            continue
        pieces += [text[position : mark.position], f"\ue000{number}\ue001"]
        position = mark.position + mark.replaces
    return "".join([*pieces, text[position:]])


def without_marks(html: Markup) -> Markup:
    """Take out the stand-ins that stood where no element can be."""
    return Markup(MARK.sub("", str(html)))  # noqa: S704  # only takes characters out
