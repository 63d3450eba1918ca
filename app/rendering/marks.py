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
_NUMBERS = re.compile(r"(?:\[\d+\])+\Z")
_FORMULA_END = "$$"
_CELL_END = "|"


@dataclass(frozen=True, slots=True)
class Mark:
    """An element and where it goes."""

    position: int
    """Offset in the text."""
    replaces: int
    """How many characters of the text it stands for; 0 puts it between two characters."""
    html: Markup


def with_marks(text: str, marks: Sequence[Mark]) -> str:
    """Put a stand-in for each of ``marks`` into ``text``; they must not overlap.

    Behind a table's row or a displayed formula nothing may stand: there a stand-in goes into the
    row's last cell, or below the formula.
    """
    text = _STAND_INS.sub("\ufffd", text)
    pieces: list[str] = []
    position = 0
    for number, mark in sorted(enumerate(marks), key=lambda pair: pair[1].position):
        if mark.position < position:
            continue
        pieces.append(text[position : mark.position])
        _append(pieces, f"\ue000{number}\ue001", _line_before(text, mark.position))
        position = mark.position + mark.replaces
    return "".join([*pieces, text[position:]])


def _append(pieces: list[str], stand_in: str, line: str) -> None:
    if line.startswith(_FORMULA_END) and line.endswith(_FORMULA_END):
        gap = "" if pieces[-1] == "" and len(pieces) > 1 else "\n\n"
        pieces.append(gap + stand_in)
    elif line.startswith(_CELL_END) and line.endswith(_CELL_END):
        row, end, after = "".join(pieces).rpartition(_CELL_END)
        pieces[:] = [row, stand_in, end + after]
    else:
        pieces.append(stand_in)


def _line_before(text: str, position: int) -> str:
    """Return what stands before ``position`` in its line, without the numbers at its end."""
    line = text[text.rfind("\n", 0, position) + 1 : position].strip()
    return _NUMBERS.sub("", line).rstrip()


def without_marks(html: Markup) -> Markup:
    """Take out the stand-ins that stood where no element can be."""
    return Markup(MARK.sub("", str(html)))  # noqa: S704  # only takes characters out
