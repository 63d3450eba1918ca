"""Many values, in as many statements as they need."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

SIZE = 400
"""Values of one IN: far below what any SQLite takes as variables, also when they are pairs."""

Value = TypeVar("Value")


def batches(values: Iterable[Value], size: int = SIZE) -> Iterator[list[Value]]:
    """Split values into lists that fit one statement."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
