"""The author's own marks: a line that says a new chunk begins."""

import re

_CUT = re.compile(r"[ \t]*(?:<!--[ \t]*cut[ \t]*-->|---[ \t]*cut[ \t]*---)[ \t]*", re.IGNORECASE)


def is_cut(line: str) -> bool:
    """Whether a line is nothing but a cut mark."""
    return _CUT.fullmatch(line) is not None
