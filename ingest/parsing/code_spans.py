"""Code between backticks inside a line: nothing in it means what it means elsewhere."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

_TICKS = re.compile(r"`+")


def code_spans(line: str) -> list[tuple[int, int]]:
    """Return where the code spans of one line begin and end, their backticks included.

    As many backticks close one as have opened it; a run that none closes is text.
    """
    runs = [match.span() for match in _TICKS.finditer(line)]
    following: dict[int, int] = {}
    of_length: dict[int, list[int]] = defaultdict(list)
    for number, (start, end) in enumerate(runs):
        of_length[end - start].append(number)
    for numbers in of_length.values():
        following.update(pairwise(numbers))
    spans: list[tuple[int, int]] = []
    number = 0
    while number < len(runs):
        closing = following.get(number)
        if closing is not None:
            spans.append((runs[number][0], runs[closing][1]))
        number = number + 1 if closing is None else closing + 1
    return spans


def without_code(line: str, spans: Sequence[tuple[int, int]] | None = None) -> str:
    """Return a line of the same length with its code spans made blank."""
    for start, end in code_spans(line) if spans is None else spans:
        line = line[:start] + " " * (end - start) + line[end:]
    return line
